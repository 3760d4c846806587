"""Error pages: what happened, what was kept, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import Refusal


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(
        request, "common/refusal.html", {"message": str(refusal), "status": refusal.status}, status=refusal.status
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "common/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "common/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "common/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "common/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without a database or a session: either may be what failed."""
    return render(None, "common/500.html", status=500)
