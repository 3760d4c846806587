"""Passwords are hashed while no transaction is open: on SQLite one keeps every other writer waiting (case 42).

Otherwise whoever guesses passwords would stop everybody's work, and the wait would tell who has an account.
"""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.models import User
from common.models import JournalEntry
from notifications.models import OutboxMessage
from tests.factories import PASSWORD, make_user
from tests.portal.test_account_pages import signed_in
from tests.security.test_sign_in import OTHER_PASSWORD, ask, try_password

pytestmark = [pytest.mark.django_db, pytest.mark.case(42)]
NEW = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}


class Watched(MD5PasswordHasher):
    """Notes of each hash whether a transaction was open beside the test's own."""

    algorithm = "watched"
    in_transaction: list[bool] = []

    def encode(self, password: str, salt: str) -> str:
        self.in_transaction.append(bool(connection.savepoint_ids))
        return super().encode(password, salt)


@pytest.fixture
def hashes(settings):
    settings.PASSWORD_HASHERS = [f"{Watched.__module__}.Watched", *settings.PASSWORD_HASHERS]
    Watched.in_transaction.clear()
    return Watched.in_transaction


def change_password() -> None:
    client, user = signed_in()
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **NEW})
    assert User.objects.get(pk=user.pk).check_password(OTHER_PASSWORD)


def reset_password() -> None:
    user, client = make_user(), Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = OutboxMessage.objects.get(kind="account_reset_password").context["password_reset_url"]
    client.post(client.get(urlsplit(link).path, follow=True).request["PATH_INFO"], NEW)
    assert User.objects.get(pk=user.pk).check_password(OTHER_PASSWORD)


def sign_up() -> None:
    ask("account_signup", "nowy@example.org")
    assert User.objects.get(email="nowy@example.org").check_password(OTHER_PASSWORD)


def upgrade() -> None:
    user = make_user()
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="md5"))
    Watched.in_transaction.clear()
    assert try_password(user.email, PASSWORD).status_code == 302
    assert User.objects.get(pk=user.pk).password.startswith("watched$")


ACTS = {
    "a wrong password": lambda: try_password(make_user().email, "wrong"),
    "an address nobody has": lambda: try_password("nikt@example.org", "wrong"),
    "a right password": lambda: try_password(make_user().email, PASSWORD),
    "a password of an older kind": upgrade,
    "changing the password": change_password,
    "a new password by mail": reset_password,
    "signing up": sign_up,
    "signing up with an address that has an account": lambda: ask("account_signup", make_user().email),
}


@pytest.mark.parametrize("what", ACTS)
def test_no_transaction_is_open_while_a_password_is_hashed(hashes, what):
    ACTS[what]()
    assert hashes
    assert not any(hashes)


@pytest.mark.case(42, control=True)
def test_a_hash_within_a_transaction_is_noticed(hashes):
    with transaction.atomic():
        make_password("x")
    assert hashes == [True]


def test_a_password_that_no_view_hashed_is_set_all_the_same():
    user = make_user()
    AccountAdapter().set_password(user, OTHER_PASSWORD)
    assert User.objects.get(pk=user.pk).check_password(OTHER_PASSWORD)


# --- A password of an older kind ------------------------------------------------------------------
def test_an_upgrade_leaves_a_password_alone_that_was_changed_meanwhile(hashes):
    user = make_user()
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="md5"))
    read_before = User.objects.get(pk=user.pk)
    newer = make_password(OTHER_PASSWORD)
    User.objects.filter(pk=user.pk).update(password=newer)
    assert read_before.check_password(PASSWORD)
    assert User.objects.get(pk=user.pk).password == newer
    assert not JournalEntry.objects.filter(action="account.password_upgraded").exists()
