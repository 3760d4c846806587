"""Whether a request comes from a page of ours, and from which one."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

MAX_ADDRESS = 500  # characters; no page of ours has a longer one


def is_from_our_page(request: HttpRequest) -> bool:
    """By the Origin, which browsers send with every POST, else by the Referer; neither: not known to be ours."""
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return _is_ours(request, told)


def page_of_form(request: HttpRequest) -> str:
    """Path and query of the page whose form was sent; without a Referer of ours the address it was sent to."""
    for address in (request.headers.get("Referer", ""), request.get_full_path()):
        parts = _split(address)
        page = parts.path + (f"?{parts.query}" if parts.query else "") if parts else ""
        ours = not (parts and parts.netloc) or _is_ours(request, address)
        if page.startswith("/") and ours and len(page) <= MAX_ADDRESS and url_has_allowed_host_and_scheme(page, None):
            return page
    return "/"


def _is_ours(request: HttpRequest, address: str) -> bool:
    parts = _split(address)
    if parts is None or not parts.netloc:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def _split(address: str):  # type: ignore[no-untyped-def]
    try:
        return urlsplit(address)
    except ValueError:
        return None
