"""The form of signing up, apart from accounts.forms: allauth's own form imports a part of itself from there."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from accounts.services import note_account


class SignupForm(AllauthSignupForm):
    """Hashing the password is nearly all of a sign-up's time: it is done for an address that has an account, too.

    Otherwise a stopwatch would tell who has one, whatever the page says. It is done before the transaction, which on
    SQLite keeps every other writer waiting; the adapter puts it into the new account.
    """

    hashed = ""

    def try_save(self, request: HttpRequest) -> Any:
        self.hashed = make_password(self.cleaned_data.pop("password1"))
        with transaction.atomic():
            person, response = super().try_save(request)
            if person:
                note_account(actor=person, person=person, event="sign_up")
        return person, response
