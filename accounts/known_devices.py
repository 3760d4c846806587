"""Devices a person signed in from before: their attempts are counted apart from those of strangers.

Without this anybody who knows an address could lock its owner out with five wrong passwords, and one busy office behind
one network address could lock itself out. The cookie opens nothing: it only says whose failures are counted together.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "known_device"
MOST_PEOPLE = 20  # of one device, the latest first: a computer at a counter
ONE_YEAR = 60 * 60 * 24 * 365  # seconds
_SALT = "accounts.known_devices"


def device_of(request: HttpRequest, email: str) -> str:
    """The random name of this device, if the person with this address signed in from it before; else empty."""
    device = _read(request)
    return device["name"] if _mark(email) in device["people"] else ""


def remember_device(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """To be called once somebody is signed in, second step included."""
    device = _read(request)
    name = device["name"] or secrets.token_urlsafe(12)
    people = [_mark(email), *(mark for mark in device["people"] if mark != _mark(email))]
    response.set_cookie(
        COOKIE,
        signing.dumps({"name": name, "people": people[:MOST_PEOPLE]}, salt=_SALT),
        max_age=ONE_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=ONE_YEAR))
    except signing.BadSignature:
        return {"name": "", "people": []}


def _mark(email: str) -> str:
    """Tells addresses apart without holding one."""
    return salted_hmac(_SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:20]
