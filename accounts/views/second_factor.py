"""Setting up and removing the second step: allauth's pages, which end every other session of the person."""

from contextlib import suppress
from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse

from accounts.views.credentials import OneAct


class _ThisSessionStays:
    """The session in which the change was made goes on; it has just asked for the password."""

    request: Any

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        user = self.request.user
        with suppress(AttributeError):
            del user.second_factor  # read before the change
        update_session_auth_hash(self.request, user)
        return response


class ActivateView(_ThisSessionStays, OneAct, ActivateTOTPView):
    told_here = "totp_activated"


class DeactivateView(_ThisSessionStays, OneAct, DeactivateTOTPView):
    pass
