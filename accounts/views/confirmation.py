"""Confirming an e-mail address: allauth's page, also for a link whose button is pressed a second time."""

from typing import Any

from allauth.account import views
from django.http import Http404, HttpResponse


class ConfirmEmailView(views.ConfirmEmailView):
    """A used or too old link says so and leads to sign-in, pressed as well as opened (allauth answers 404 there)."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(*args, **kwargs)
        except Http404:
            return self.get(*args, **kwargs)
