"""Who people are, what they sign in with and what they may do is what the journal sealed last (case 63)."""

from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Membership, MembershipRole, Role, StaffRole, User
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from notifications.models import OutboxMessage
from notifications.services import deliver_due
from privacy.services import remove_person
from tests.factories import PASSWORD, make_edition, make_juror, make_member, make_unit, make_user
from tests.portal.test_account_pages import turn_on
from tests.security.test_sign_in import OTHER_PASSWORD
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]
EXTRA, CHANGED, MISSING = "extra: ", "changed: ", "missing: "
ROLE, MEMBERSHIP, PERSON, SEAT = "accounts.staffrole", "accounts.membership", "accounts.user", "contest.jurymember"
WHO = "WHERE email = 'kto@example.org'"
CHANGES = {
    "a role given": (
        "INSERT INTO accounts_staffrole (user_id, role) SELECT user_id, 'AUDITOR' FROM accounts_membership",
        EXTRA + ROLE,
    ),
    "a role exchanged": ("UPDATE accounts_staffrole SET role = 'ADMIN' WHERE role = 'OFFICER'", CHANGED + ROLE),
    "a role given to somebody else": (
        "UPDATE accounts_staffrole SET user_id = (SELECT user_id FROM accounts_membership) WHERE role = 'OFFICER'",
        ROLE,
    ),
    "a role taken": ("DELETE FROM accounts_staffrole WHERE role = 'OFFICER'", MISSING + ROLE),
    "a membership made": (
        "INSERT INTO accounts_membership (user_id, unit_id, role, status, position, requested_at, reason) SELECT "
        "MIN(u.id), MAX(n.id), 'SIGNATORY', 'ACTIVE', '', '2026-01-01', '' FROM accounts_user AS u, units_unit AS n",
        EXTRA + MEMBERSHIP,
    ),
    "a membership raised": ("UPDATE accounts_membership SET role = 'SIGNATORY'", CHANGED + MEMBERSHIP),
    "a membership opened": ("UPDATE accounts_membership SET status = 'PENDING'", CHANGED + MEMBERSHIP),
    "a membership decided by another": ("UPDATE accounts_membership SET decided_by_id = user_id", CHANGED + MEMBERSHIP),
    "a membership removed": ("DELETE FROM accounts_membership", MISSING + MEMBERSHIP),
    "a name": ("UPDATE accounts_user SET full_name = 'x' " + WHO, CHANGED + PERSON),
    "an address": ("UPDATE accounts_user SET email = 'x@example.org' " + WHO, CHANGED + PERSON),
    "a password": ("UPDATE accounts_user SET password = 'x' " + WHO, CHANGED + PERSON),
    "an account switched on": ("UPDATE accounts_user SET is_active = NOT is_active", CHANGED + PERSON),
    "an administrator of the panel": (
        "UPDATE accounts_user SET is_superuser = NOT is_superuser " + WHO, CHANGED + PERSON
    ),
    "a confirmed address": (
        "INSERT INTO account_emailaddress (user_id, email, verified, \"primary\") SELECT id, 'thief@example.org', "
        "is_active, is_staff FROM accounts_user " + WHO, CHANGED + PERSON,
    ),
    "the second step taken off": ("DELETE FROM mfa_authenticator WHERE type = 'totp'", CHANGED + PERSON),
    "the second step exchanged": (
        "UPDATE mfa_authenticator SET data = '{\"secret\": \"x\"}' WHERE type = 'totp'", CHANGED + PERSON
    ),
    "an account made": (
        "INSERT INTO accounts_user (password, is_superuser, email, full_name, language, is_active, is_staff, "
        "date_joined, is_demo) SELECT password, is_superuser, 'x', full_name, language, is_active, is_staff, "
        "date_joined, is_demo FROM accounts_user " + WHO, EXTRA + PERSON,
    ),
    "a seat on a jury": (
        "INSERT INTO contest_jurymember (edition_id, user_id, role, is_active) SELECT j.edition_id, m.user_id, "
        "'CHAIR', j.is_active FROM contest_jurymember AS j, accounts_membership AS m", EXTRA + SEAT,
    ),
    "a seat given to somebody else": (
        "UPDATE contest_jurymember SET user_id = (SELECT user_id FROM accounts_membership)", CHANGED + SEAT
    ),
    "a seat removed": ("DELETE FROM contest_jurymember", MISSING + SEAT),
}  # fmt: skip


def found() -> list[str]:
    return verify_all(media=False).problems


def with_second_step(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    turn_on(client)
    return client


def test_each_change_of_people_by_sql_is_named(figure):
    with_second_step(make_user(email="kto@example.org"))
    make_user("", Role.OFFICER)
    make_member(make_unit())
    make_unit()
    make_juror(make_edition())
    seal_baseline()
    assert found() == []
    unnamed = []
    for what, (statement, named) in CHANGES.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
                assert cursor.rowcount > 0, what
            if not any(named in text for text in found()):
                unnamed.append((what, found()))
            transaction.set_rollback(True)
    assert unnamed == []
    assert found() == []
    figure(f"{len(CHANGES)} changes of people by SQL, each alone: {len(CHANGES) - len(unnamed)} named")


@pytest.fixture
def admin() -> User:
    make_unit("Osiek")
    make_unit("Lubicz")
    admin = make_user("Ada", Role.ADMIN, Role.OFFICER, is_staff=True, is_superuser=True)
    seal_baseline()
    return admin


def test_signing_up_confirming_and_new_passwords_are_silent(admin, django_capture_on_commit_callbacks):
    client = Client()
    details = {"email": "a@example.org", "full_name": "A", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), details | {"data_notice": "on"})
    assert found() == []
    client.post(urlsplit(OutboxMessage.objects.get(kind="account_confirm_email").context["activate_url"]).path)
    person = User.objects.get(email="a@example.org")
    assert person.emailaddress_set.get().verified
    assert found() == []
    with django_capture_on_commit_callbacks(execute=True):
        client = with_second_step(person)
    assert person.authenticator_set.count() == 2
    assert found() == []
    passwords = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    client.post(reverse("account_change_password"), passwords)
    assert User.objects.get(pk=person.pk).check_password(OTHER_PASSWORD)
    assert found() == []
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))
    assert not person.authenticator_set.exists()
    assert found() == []


def test_a_password_kept_in_a_newer_way_is_silent(admin, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    before = admin.password
    assert not User.objects.get(pk=admin.pk).check_password("wrong")
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)
    assert User.objects.get(pk=admin.pk).password != before
    assert found() == []


def test_a_password_kept_in_a_newer_way_seals_the_row_and_not_what_was_read_before(admin, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    read_before = User.objects.get(pk=admin.pk)
    services.update_profile(actor=User.objects.get(pk=admin.pk), full_name="Ada Nowa", language="pl")
    assert read_before.check_password(PASSWORD)
    assert found() == []


def test_roles_names_and_switched_off_accounts_are_silent(admin):
    person = User.objects.create_superuser("b@example.org", full_name="B")
    person.emailaddress_set.create(email=person.email, verified=False, primary=True)
    assert found() == []
    person.emailaddress_set.update(verified=True)
    services.note_account(actor=None, person=person, event="email_confirm")
    for role in (Role.OFFICER, Role.ADMIN):
        services.grant_role(actor=admin, email="b@example.org", role=role)
        assert found() == []
    for held in StaffRole.objects.filter(user=person):
        services.revoke_role(actor=admin, staff_role_id=held.pk)
        assert found() == []
    services.update_profile(actor=User.objects.get(pk=person.pk), full_name="Nowe Imię", language="pl")
    assert found() == []
    account = User.objects.get(pk=person.pk)
    account.is_active = False
    services.change_account(actor=admin, account=account, changed=["is_active"])
    assert found() == []


def test_memberships_and_a_removed_account_are_silent(admin):
    client = Client()
    details = {"email": "c@example.org", "full_name": "C", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), details | {"data_notice": "on"})
    person = User.objects.get(email="c@example.org")
    asked = [
        services.request_membership(actor=person, unit=unit, role=MembershipRole.EDITOR, position="x")
        for unit in Unit.objects.all()
    ]
    services.approve_membership(actor=admin, membership_id=asked[0].pk)
    services.refuse_membership(actor=admin, membership_id=asked[1].pk, reason="Nie.")
    assert found() == []
    services.end_membership(actor=person, membership_id=asked[0].pk)
    services.request_membership(actor=person, unit=asked[0].unit, role=MembershipRole.EDITOR, position="y")
    assert found() == []
    deliver_due()
    remove_person(email=person.email)
    assert Membership.objects.filter(status="ENDED", position="").count() == 2
    assert found() == []
