"""What a person wrote is not lost when their session ended meanwhile or a file was too large (ADR 69).

A POST that is sent to sign in instead is parked (`accounts.views.unsaved.park`); when its writer opens the page again
in the same browser, its form is filled in with what they had typed and says that it is not saved. Nothing is ever
done from what was parked. Pages of people for whom nothing is parked, which is nearly all, cost no query.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import queries, services
from accounts.models import ParkedForm, User
from accounts.views.unsaved import Parked, park, sign_in_first, takes_part
from common import middleware
from common.views import too_large
from common.web import kept, written_by
from common.web.origin import is_from_our_page
from common.web.prefill import Comparison, fill, insert_into_main
from common.web.server import HEAD_KEPT, TAIL_KEPT

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestSizeMiddleware(middleware.RequestSizeMiddleware):
    """Keeps what was typed around a file that is far too large; the file itself never was a file here."""

    def refuse(self, request: HttpRequest) -> HttpResponse:
        parked = _texts_around(request) if isinstance(request, WSGIRequest) else None
        page = too_large(request, form=parked.page if parked else "")
        if parked:
            kept.set_key(page, parked.key)
        return page


def _texts_around(request: WSGIRequest) -> Parked | None:
    """The web server left the two ends of the body: read as one, they are the form with a torn file in it."""
    if request.method != "POST" or not is_from_our_page(request):
        return None
    ends = WSGIRequest(request.environ | {"CONTENT_LENGTH": str(HEAD_KEPT + TAIL_KEPT)})
    try:
        return park(ends)
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return None  # no form of ours


class UnsavedTextMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        to_sign_in = _leads_to(response, settings.LOGIN_URL)
        if to_sign_in and request.htmx:  # type: ignore[attr-defined]
            return _whole_page(request)
        if request.method == "POST":
            if to_sign_in or _leads_to(response, "mfa_activate_totp"):
                return _kept(request, response, to_sign_in=to_sign_in)
            _tell_of_success(request, response)
        elif request.method == "GET":
            response = _with_what_was_parked(request, response)
        _remember(request, response)
        return response


def _known(request: HttpRequest) -> User | None:
    """Who this is, when the page asked for it; this is no reason to ask."""
    user = getattr(request, "_cached_user", None)
    return user if isinstance(user, User) else None


def _leads_to(response: HttpResponse, name: str) -> bool:
    if response.status_code != 302:
        return False
    return urlsplit(response.headers["Location"]).path == resolve_url(name)


def _whole_page(request: HttpRequest) -> HttpResponse:
    """A part of a page was asked for: the sign-in page would be put into it. Send the browser there instead."""
    page = request.htmx.current_url_abs_path or reverse(settings.LOGIN_REDIRECT_URL)  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(redirect_to_login(page).url)


def _kept(request: HttpRequest, response: HttpResponse, *, to_sign_in: bool) -> HttpResponse:
    """The way to sign in, and from there to the page where the text was written."""
    if not takes_part(request) or hasattr(request, "parked"):  # csrf_failure has seen to it
        return response
    if (parked := park(request)) is None:
        text = _(
            "Your session had ended before the form arrived. Nothing was saved, and the text could not be kept here."
        )
        messages.error(request, text + " " + _("Press Back in the browser and copy it before you sign in."))
        return response
    away = sign_in_first(parked) if to_sign_in else response
    kept.set_key(away, parked.key)
    return away


def _tell_of_success(request: HttpRequest, response: HttpResponse) -> None:
    """A form whose view sent the person on without a complaint has been saved: its drafts have done their service."""
    user = _known(request)
    told: list[Any] = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    if user is None or response.status_code not in (302, 303) or any(one.level >= messages.WARNING for one in told):
        return
    kept.tell_saved(response, request.path)
    if browser := kept.browser_of(request):
        services.drop_parked(actor=user, browser=browser, address=request.path)


def _with_what_was_parked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    user, browser = _known(request), kept.browser_of(request)
    if user is None or not browser or response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
        return response
    unsaved = reverse("accounts:unsaved")
    if request.path == unsaved or request.htmx:  # type: ignore[attr-defined]
        return response
    rows = list(queries.parked_for(user, browser))
    if rows and response.status_code == 405:  # an address that is only sent to: no page to come back to
        return redirect(unsaved)
    waiting = []
    for row in rows:
        if not (
            row.page.partition("?")[0] == request.path and response.status_code == 200 and _fill(request, response, row)
        ):
            waiting.append(row)
    if waiting:
        text = render_to_string("accounts/unsaved_waiting.html", {"rows": waiting})
        response.content = insert_into_main(response.content.decode(), text)
    return response


def _fill(request: HttpRequest, response: HttpResponse, row: ParkedForm) -> bool:
    def notice(comparison: Comparison) -> str:
        return render_to_string("accounts/unsaved_notice.html", {"row": row, "comparison": comparison})

    page = response.content.decode()
    filled = fill(page, base=request.path, address=row.address, values=row.values, notice=notice)
    if filled is not None:
        response.content = filled
        response.headers["Cache-Control"] = "no-store"
    return filled is not None


def _remember(request: HttpRequest, response: HttpResponse) -> None:
    """Who is signed in here, for forms that do not say it themselves: pages opened before an upgrade."""
    if _known(request) is not None:
        mark = written_by.mark_for(request)
        if request.COOKIES.get(kept.ACCOUNT) != mark:
            kept.set_account(response, mark)
