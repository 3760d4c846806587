"""Who organises, chairs or opens the admin needs a second factor before anything else (REQUIRE_SECOND_FACTOR)."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from portal.standing import standing_of

GetResponse = Callable[[HttpRequest], HttpResponse]
# Where a person sets the second factor up, signs out or reads help; deciding about members is none of these.
_OPEN_PATHS = ("/konto/", "/static/", "/healthz", "/readyz", "/metrics", "/deklaracja-dostepnosci/", "/prywatnosc/")
_CLOSED_PATHS = ("/konto/jednostki/",)


class SecondFactorMiddleware:
    """Sends such a person to set it up; asked again on each request, so switching it off helps nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.REQUIRE_SECOND_FACTOR
            and not _is_open(request.path)  # first: who it is stands in the database, which /readyz must not need
            and isinstance(user, User)
            and ((standing := standing_of(user)).needs_second_factor or user.is_staff)
            and not standing.second_factor
        ):
            messages.warning(
                request,
                _("Your role needs a second step at sign-in. Set it up now; it takes two minutes and a phone."),
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def _is_open(path: str) -> bool:
    return path.startswith(_OPEN_PATHS) and not path.startswith(_CLOSED_PATHS)
