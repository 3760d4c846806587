"""What changes an account stands or falls with its journal entry and its mail (case 63).

So neither a mail that cannot be written nor a kill right after the change leaves an account unlike its journal.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import resolve, reverse

from accounts import services
from accounts.models import User
from common.canonical import sha256_of
from common.kernel import evidence
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from common.models import JournalEntry
from notifications.models import OutboxMessage
from tests.factories import PASSWORD
from tests.portal.test_account_pages import signed_in, turn_on
from tests.security.test_sign_in import OTHER_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]
NEW = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
SECOND = "druga@example.org"


def change_password(client: Client, user: User) -> None:
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **NEW})


def reset_password(_client: Client, user: User) -> None:
    client = Client(raise_request_exception=False)
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = OutboxMessage.objects.get(kind="account_reset_password").context["password_reset_url"]
    client.post(client.get(urlsplit(link).path, follow=True).request["PATH_INFO"], NEW)


def delete_address(client: Client, _user: User) -> None:
    client.post(reverse("account_email"), {"email": SECOND, "action_remove": ""})


def change_address(client: Client, _user: User) -> None:
    client.post(reverse("account_email"), {"email": SECOND, "action_primary": ""})


def switch_on(client: Client, _user: User) -> None:
    turn_on(client)


def switch_off(client: Client, _user: User) -> None:
    client.post(reverse("mfa_deactivate_totp"))


def new_codes(client: Client, _user: User) -> None:
    client.post(reverse("mfa_generate_recovery_codes"))


# what → the act, its event, whether the second step is on before
ACTS: dict[str, tuple[Callable[[Client, User], None], str, bool]] = {
    "a changed password": (change_password, "password_changed", False),
    "a new password by mail": (reset_password, "password_reset", False),
    "a deleted address": (delete_address, "email_deleted", False),
    "another address": (change_address, "email_changed", False),
    "the second step switched on": (switch_on, "totp_activated", False),
    "the second step switched off": (switch_off, "totp_deactivated", True),
    "new recovery codes": (new_codes, "recovery_codes_generated", True),
}


def found() -> list[str]:
    return verify_all(media=False).problems


def how_it_stands(user: User) -> str:
    described = evidence.of(User)
    return sha256_of(described.facts_of(described.rows().get(pk=user.pk)))


def begin(with_second_step: bool) -> tuple[Client, User]:
    client, user = signed_in(email="pierwsza@example.org")
    user.emailaddress_set.create(email=SECOND, verified=True, primary=False)
    if with_second_step:
        turn_on(client)
    client.raise_request_exception = False
    seal_baseline()
    return client, user


def told(event: str) -> tuple[int, int]:
    """Entries of the journal and mails about it."""
    mails = OutboxMessage.objects.filter(kind="account_changed")
    return (
        JournalEntry.objects.filter(action=f"account.{event}").count(),
        sum(mail.context.get("event") == event for mail in mails),
    )


@pytest.mark.parametrize("what", ACTS)
def test_where_the_mail_cannot_be_written_nothing_was_changed(what, monkeypatch):
    act, event, with_second_step = ACTS[what]
    client, user = begin(with_second_step)
    before = how_it_stands(user)
    broken = []

    def enqueue(**_mail: object) -> None:
        broken.append(event)
        raise OSError

    monkeypatch.setattr(services, "enqueue", enqueue)
    act(client, user)
    assert broken
    assert how_it_stands(user) == before
    assert told(event) == (0, 0)
    assert found() == []


@pytest.mark.parametrize("what", ACTS)
def test_what_was_changed_is_noted_and_told_before_anything_runs_after_the_commit(what):
    """A test's transaction is never committed, as if the process were killed right after it."""
    act, event, with_second_step = ACTS[what]
    client, user = begin(with_second_step)
    before, at_first = how_it_stands(user), told(event)
    act(client, user)
    assert how_it_stands(user) != before
    assert told(event) == (at_first[0] + 1, at_first[1] + 1)
    assert found() == []


def test_what_allauth_tells_after_the_commit_is_told_once(django_capture_on_commit_callbacks):
    client, user = signed_in()
    with django_capture_on_commit_callbacks(execute=True):
        turn_on(client)
        new_codes(client, user)
    assert Authenticator.objects.filter(user=user).count() == 2
    assert told("totp_activated") == told("recovery_codes_generated") == (1, 1)


def test_every_page_that_sets_a_password_is_ours():
    """allauth's own stand behind ours at the same addresses."""
    pages = [
        reverse("account_change_password"), reverse("account_set_password"), reverse("account_email"),
        reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "a-b"}),
        reverse("mfa_activate_totp"), reverse("mfa_deactivate_totp"), reverse("mfa_generate_recovery_codes"),
    ]  # fmt: skip
    assert {resolve(page).func.view_class.__module__.split(".")[0] for page in pages} == {"accounts"}
