"""A session runs from its last use: SESSION_COOKIE_AGE of idleness end it, not the hours since sign-in.

Renewed at most once in RENEWED_EVERY, by one statement that touches nothing but the moment of expiry: a session that
was ended meanwhile (signed out, new password) stays ended, and what another request put into it stays. The page
itself reads and writes no more than before. Only what a person opens counts as use; a page that asks again by itself
(htmx) does not. A cookie that is to end with the browser (not "remembered" at sign-in) stays such a cookie.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

RENEWED_EVERY = timedelta(minutes=10)


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's own, and the renewal."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session: Any = request.session
        due = _is_due(session, request) and response.status_code < 500
        response = super().process_response(request, response)
        if due and session.renew() and not session.get_expire_at_browser_close():
            patch_vary_headers(response, ("Cookie",))
            response.set_cookie(
                settings.SESSION_COOKIE_NAME,
                session.session_key or "",
                max_age=settings.SESSION_COOKIE_AGE,
                expires=None,
                domain=settings.SESSION_COOKIE_DOMAIN,
                path=settings.SESSION_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=settings.SESSION_COOKIE_HTTPONLY,
                samesite=settings.SESSION_COOKIE_SAMESITE,  # type: ignore[arg-type]
            )
        return response


def _is_due(session: Any, request: HttpRequest) -> bool:
    """Signed in, used by the person, not about to be saved anyway, and last renewed a while ago."""
    return (
        session.expires_at is not None
        and not session.modified
        and "HX-Request" not in request.headers
        and session.expires_at - timezone.now() < timedelta(seconds=settings.SESSION_COOKIE_AGE) - RENEWED_EVERY
        and SESSION_KEY in session
    )
