"""Copies of pages that everybody may see, kept until something they show changes (ADR 34).

One row, `PublicStamp`, gets a new random stamp in the transaction of every such change; a copy is
kept under the stamp it was drawn with, so after the commit no process finds it any more. Each
process keeps its own few copies (CACHES["copies"]): nothing to reach, to fill up or to be down.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from common.models import PublicStamp

# Cookies that may put something of a person's own on a page: who is signed in, a message to be shown once.
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
LONGEST_ADDRESS = 300  # links of a page repeat its address; a longer one is no address people share
ASK_AGAIN = "no-cache"  # a browser may keep the page, but asks each time whether it still holds
T = TypeVar("T")
View = Callable[..., HttpResponseBase]


def public_content_changed() -> None:
    """Let every copy go. Called by each service that changes what `kept_until_changed` pages show.

    In the service's transaction and as its last lock: services that change public content commit
    one after another, so a reader who finds the new stamp finds all that was changed before it.
    """
    PublicStamp.objects.bulk_create(
        [PublicStamp(pk=1, stamp=uuid4())], update_conflicts=True, unique_fields=["pk"], update_fields=["stamp"]
    )


def kept_until_changed(view: View) -> View:
    """For a view that shows every reader without a session the same, by address and language alone.

    Not for pages that tell the time. Whoever has a session or a message waiting gets a page of their own.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        address = request.get_full_path()
        stamp = None
        if request.COOKIES.keys().isdisjoint(PERSONAL_COOKIES) and len(address) <= LONGEST_ADDRESS:
            stamp = _stamp()  # read before the page, which is then never older than its stamp
        if stamp is None:
            return view(request, *args, **kwargs)
        key = f"page:{stamp}:{_digest(f'{get_language()} {address}'.encode())}"
        body: bytes | None = caches["copies"].get(key)
        if body is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200 or not isinstance(response, HttpResponse):
                return response
            body = response.content
            caches["copies"].set(key, body)
        return _response(request, body)

    return answer


def remembered(name: str, make: Callable[[], T]) -> T:
    """A value that rests on public content alone, made once until that changes. `make` never gives None."""
    stamp = _stamp()
    if stamp is None:
        return make()
    key = f"value:{stamp}:{_digest(name.encode())}"
    value: T | None = caches["copies"].get(key)
    if value is None:
        value = make()
        caches["copies"].set(key, value)
    return value


def _stamp() -> str | None:
    """None where there is no row (a database just emptied): then nothing is kept."""
    found = PublicStamp.objects.values_list("stamp", flat=True).first()
    return found.hex if found else None


def _response(request: HttpRequest, body: bytes) -> HttpResponseBase:
    """The page, or 304 for a browser that has it already. The tag is of the page's own bytes."""
    etag = f'"{_digest(body)}"'
    response = HttpResponse(body, headers={"ETag": etag, "Cache-Control": ASK_AGAIN})
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=etag, response=response) or response


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
