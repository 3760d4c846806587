"""The cookies of text that must not be lost.

KEY: a random key of this browser, from the first form that had to be parked until an hour later; rows keep its digest.
ACCOUNT: who was signed in here last, signed; asked only when a form does not say itself whose it is (`written_by`).
SAVED: the address of a form whose content the server has, so that the browser drops its own draft; the one cookie that
scripts may read.
"""

import hashlib
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

KEY, ACCOUNT, SAVED = "slz_unsaved", "slz_account", "slz_saved"


def browser_of(request: HttpRequest) -> str:
    """The digest of this browser's key; empty when nothing was parked here within the hour."""
    key = request.COOKIES.get(KEY, "")
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def set_key(response: HttpResponseBase, key: str) -> None:
    _set(response, KEY, key, timedelta(hours=1), httponly=True)


def forget_key(response: HttpResponseBase) -> None:
    response.delete_cookie(KEY, samesite="Lax")


def set_account(response: HttpResponseBase, mark: str) -> None:
    _set(response, ACCOUNT, mark, timedelta(days=30), httponly=True)


def tell_saved(response: HttpResponseBase, address: str) -> None:
    _set(response, SAVED, quote(address, safe=""), timedelta(minutes=5), httponly=False)


def _set(response: HttpResponseBase, name: str, value: str, lives: timedelta, *, httponly: bool) -> None:
    response.set_cookie(
        name, value, max_age=lives, httponly=httponly, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
