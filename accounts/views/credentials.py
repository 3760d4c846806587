"""Changing what one signs in with: allauth's pages, each of whose acts stands or falls with its journal entry and mail.

allauth writes first and tells afterwards: a fault between the two would leave an account unlike its journal.
"""

from typing import Any, cast

from allauth.account import views
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView as AllauthGenerateRecoveryCodesView
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import services
from accounts.models import User


class OneAct:
    """The person is locked first, so that what is sealed is what this act leaves."""

    request: Any
    told_here = ""  # of accounts.services.EVENTS, where allauth tells only after the transaction

    def form_valid(self, form: Any) -> HttpResponse:
        person = getattr(form, "user", self.request.user)
        with transaction.atomic():
            services.lock_person(person)
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            if self.told_here:
                services.tell_of_change(actor=person, person=person, event=self.told_here, email=person.email)
        return response


class _NewPassword(OneAct):
    """Hashed before the transaction, which on SQLite keeps every other writer waiting; the adapter saves it."""

    def form_valid(self, form: Any) -> HttpResponse:
        form.user.set_password(form.cleaned_data["password1"])
        return super().form_valid(form)


class PasswordChangeView(_NewPassword, views.PasswordChangeView):
    pass


class PasswordSetView(_NewPassword, views.PasswordSetView):
    pass


class PasswordResetFromKeyView(_NewPassword, views.PasswordResetFromKeyView):
    pass


class GenerateRecoveryCodesView(OneAct, AllauthGenerateRecoveryCodesView):
    told_here = "recovery_codes_generated"


class EmailView(views.EmailView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            services.lock_person(cast("User", request.user))
            response: HttpResponse = super().post(request, *args, **kwargs)
        return response
