"""Error pages: what happened, what was kept, what to do next."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import Refusal
from common.logs import current
from common.web import written_by
from common.web.typed_texts import texts_of

# What the database driver raises when the server is down, was cut off or cannot take the statement now.
DATABASE_AWAY = (OperationalError, InterfaceError)
TOO_MANY_FOR = 300  # seconds: the longest window in which attempts are counted
RETRY_AFTER = 30  # seconds, said to programs; a server that crashed recovers in about that time


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """With every text that was typed into the refused form: its page may be gone, and the text must not be."""
    context = {"message": str(refusal), "status": refusal.status, "texts": texts_of(request.POST.lists())}
    return render(request, "common/refusal.html", context, status=refusal.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "common/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "common/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Somebody may have been writing when what they wrote about, or their right to it, went: their text is theirs."""
    writer = written_by.writer_of(request.POST) if request.method == "POST" else None
    is_own = writer is not None and hasattr(request, "user") and writer == request.user.pk
    context = {"texts": texts_of(request.POST.lists())} if is_own else None
    return render(request, "common/404.html", context, status=404)


def too_large(request: HttpRequest, *, form: str = "") -> HttpResponse:
    """Rendered before the session and the language of the reader are known. `form`: where what was typed is kept."""
    page = render(None, "common/413.html", {"limit": settings.UPLOAD_MAX_BYTES, "form": form}, status=413)
    page.headers["Content-Language"] = settings.LANGUAGE_CODE
    return page


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Of sign-in, sign-up and new passwords; the counts are allauth's (ACCOUNT_RATE_LIMITS)."""
    page = render(request, "429.html", status=429)
    page.headers["Retry-After"] = str(TOO_MANY_FOR)
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without a database or a session: either may be what failed.

    A database that is away is no fault of the page: 503 says so, and that trying again helps.
    Django calls this while it handles the exception.
    """
    number = {"request_id": current().request_id}
    if isinstance(sys.exception(), DATABASE_AWAY):
        page = render(None, "common/503.html", number, status=503)
        page.headers["Retry-After"] = str(RETRY_AFTER)
        return page
    return render(None, "common/500.html", number, status=500)
