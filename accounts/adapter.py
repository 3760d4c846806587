"""How allauth behaves here: its mail goes through our outbox, in the reader's language."""

import logging
import time
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context as asked
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.known_devices import device_of, remember_device
from accounts.models import User
from common.metrics import count_sign_in_failure
from notifications.outbox_types import Recipient
from notifications.queries import sent_since
from notifications.services import enqueue

logger = logging.getLogger(__name__)
# allauth's template prefix → our kind of mail
_LINK_MAILS = {
    "account/email/email_confirmation_signup": "account_confirm_email",
    "account/email/email_confirmation": "account_confirm_email",
    "account/email/password_reset_key": "account_reset_password",
    "account/email/account_already_exists": "account_already_exists",
    "account/email/unknown_account": "account_unknown",
}
_TOLD_BY_VIEWS = {"totp_activated", "recovery_codes_generated"}  # accounts.views: OneAct.told_here
# Mail that anybody may have sent to any address by typing it.
_ASKED_BY_ANYBODY = ("account_reset_password", "account_already_exists", "account_unknown")
MOST_A_DAY = 10  # of each kind to one address; the links sent before still work
# Counted for each device that a person signed in from before; strangers share one count for an address.
_KNOWN_DEVICE_RATES = {"login_failed": "5/5m/key"}
_TOO_MANY = {"too_many_login_attempts", "rate_limited"}
_LINK_FIELDS = ("activate_url", "password_reset_url", "signup_url")


def _on_our_site(url: str) -> str:
    """allauth builds links from the request's Host; ours always lead to SITE_URL."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


class AccountAdapter(DefaultAccountAdapter):
    """allauth's mail is ours: links by `send_mail`, news of a change of the account by `send_notification_mail`."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong.")
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose attempts are counted. Where fewer proxies answered than BEHIND_PROXY says, those behind one address
        count as one: less fair, and people can sign in while the log tells the administrator."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            logger.error("X-Forwarded-For names fewer proxies than BEHIND_PROXY says; readers may count as one")
            return str(request.META["REMOTE_ADDR"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = user.language if isinstance(user, User) else get_language() or "pl"
        facts = {field: _on_our_site(context[field]) for field in _LINK_FIELDS if context.get(field)}
        kind = _LINK_MAILS[template_prefix]
        if kind not in _ASKED_BY_ANYBODY or sent_since(kind, email, timedelta(days=1)) < MOST_A_DAY:
            enqueue(
                kind=kind,
                subject_key=f"account:{uuid.uuid4()}",
                recipient=Recipient(email, language),
                context=facts,
            )

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """A new password, another address, a second step switched off: in the journal and told to the person.

        What allauth tells after the transaction our views have told within it.
        """
        event = template_prefix.rsplit("/", 1)[-1]
        if event in _TOLD_BY_VIEWS:
            return
        services.tell_of_change(actor=user, person=user, event=event, email=email or user.email)

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A confirmed address is one to which a new password may be sent."""
        services.lock_person(email_address.user)
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            person = email_address.user
            services.note_account(actor=person, person=person, event="email_confirm")
        return confirmed

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A device the person signed in from before has a count of its own, and no count of its network's.

        So neither a stranger's wrong passwords nor those of a whole office close it.
        """
        device = device_of(request, str(credentials.get("email") or ""))
        if not device:
            super().pre_authenticate(request, **credentials)
            return
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            config=_KNOWN_DEVICE_RATES,
            key=f"{device}:{self._get_login_attempts_cache_key(request, **credentials)}",
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_device(request, response, user.email)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: the same password twice proves nothing more.

        allauth counts only passwords given once more.
        """
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        count_sign_in_failure()

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """Too many wrong passwords or codes are a page of their own, 429 with when to come back.

        allauth puts a sentence beside the form and answers 200, which tells a program to go on.
        """
        if code in _TOO_MANY:
            raise ImmediateHttpResponse(respond_429(asked.request))
        return super().validation_error(code, *args)

    def is_safe_url(self, url: str | None) -> bool:
        """An address that cannot be read at all (http://[x) leads nowhere; allauth would stop with an error."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()

    def set_password(self, user: User, password: str) -> None:
        """Our views hash it before their transaction; no other column of what they read is written back."""
        if user._password != password:  # type: ignore[attr-defined]
            user.set_password(password)
        user.save(update_fields=["password"])

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The language the page was in is the language of the mail; the form has hashed the password."""
        super().save_user(request, user, form, commit=False)
        user.language = get_language() or "pl"
        user.password = form.hashed
        if commit:
            user.save()
        return user
