"""How allauth behaves here: its mail goes through our outbox, in the reader's language."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.metrics import count_sign_in_failure
from notifications.outbox_types import Recipient
from notifications.services import enqueue

# allauth's template prefix → our kind of mail
_LINK_MAILS = {
    "account/email/email_confirmation_signup": "account_confirm_email",
    "account/email/email_confirmation": "account_confirm_email",
    "account/email/password_reset_key": "account_reset_password",
    "account/email/account_already_exists": "account_already_exists",
    "account/email/unknown_account": "account_unknown",
}
_TOO_MANY = {"too_many_login_attempts", "rate_limited"}
_LINK_FIELDS = ("activate_url", "password_reset_url", "signup_url")


def _on_our_site(url: str) -> str:
    """allauth builds links from the request's Host; ours always lead to SITE_URL."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


class AccountAdapter(DefaultAccountAdapter):
    """Every other mail of allauth tells about a change of the account: kind `account_changed`."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong.")
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = user.language if isinstance(user, User) else get_language() or "pl"
        facts = {field: _on_our_site(context[field]) for field in _LINK_FIELDS if context.get(field)}
        kind = _LINK_MAILS.get(template_prefix)
        if kind is None:
            kind = "account_changed"
            facts["event"] = template_prefix.rsplit("/", 1)[-1]
        enqueue(
            kind=kind,
            subject_key=f"account:{uuid.uuid4()}",
            recipient=Recipient(email, language),
            context=facts,
        )

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

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The language the page was in is the language of the mail."""
        user.language = get_language() or "pl"
        saved: User = super().save_user(request, user, form, commit)
        return saved
