"""What happens to an account is known to its person, and nobody loses theirs to a stranger."""

import statistics
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.adapter import MOST_A_DAY
from accounts.known_devices import COOKIE
from accounts.models import Role, StaffRole, User
from common.errors import Invalid
from common.models import JournalEntry
from contest.models import JuryRole
from contest.services import add_jury_member
from contest.workflow import Phase
from notifications.models import OutboxMessage
from tests.factories import PASSWORD, make_application, make_edition, make_juror, make_officer, make_user
from tests.portal.test_account_pages import signed_in, turn_on
from tests.security.test_sign_in import OTHER_PASSWORD, Hasher, ask, is_in, six_times, try_password

pytestmark = pytest.mark.django_db


def make_admin(**fields):
    return make_user("Ada Admin", Role.ADMIN, is_staff=True, is_superuser=True, **fields)


# --- 65: sign-up tells nobody who has an account --------------------------------------------------
@pytest.mark.case(65)
def test_signing_up_takes_as_long_for_an_address_that_has_an_account(settings, figure):
    settings.PASSWORD_HASHERS = [f"{Hasher.__module__}.Hasher"]
    make_user(email="znany@example.org")
    took = {"known": [], "unknown": []}
    for number in range(7):
        for which, address in (("known", "znany@example.org"), ("unknown", f"nieznany{number}@example.org")):
            cache.clear()
            took[which].append(ask("account_signup", address)[1])
    known, unknown = (statistics.median(took[which]) for which in ("known", "unknown"))
    figure(f"known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms (median of 7)")
    assert 0.6 < known / unknown < 1.6


@pytest.mark.case(65, control=True)
def test_without_the_hash_of_a_known_address_a_stopwatch_tells(settings, monkeypatch, figure):
    settings.PASSWORD_HASHERS = [f"{Hasher.__module__}.Hasher"]
    make_user(email="znany@example.org")
    with monkeypatch.context() as without:
        without.setattr("accounts.sign_up.make_password", lambda _password: "")
        known = min(ask("account_signup", "znany@example.org")[1] for _number in range(3))
    unknown = min(ask("account_signup", f"nieznany{number}@example.org")[1] for number in range(3))
    figure(f"known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms")
    assert known < unknown * 0.6


# --- Devices a person knows -----------------------------------------------------------------------
@pytest.mark.case(42)
def test_a_strangers_wrong_passwords_lock_nobody_out_of_a_device_they_know(figure):
    client, user = signed_in()
    client.post(reverse("account_logout"))
    assert six_times(lambda number: try_password(user.email, f"wrong {number}"))[0] == [200] * 5 + [429]
    assert try_password(user.email, PASSWORD, Client()).status_code == 429
    assert try_password(user.email, PASSWORD, client).status_code == 302
    assert is_in(client)
    figure("stranger 429, the known device signs in")


@pytest.mark.case(42)
def test_a_known_device_has_its_own_five_attempts_and_serves_its_people_only():
    client, user = signed_in()
    client.post(reverse("account_logout"))
    assert six_times(lambda number: try_password(user.email, f"wrong {number}", client))[0] == [200] * 5 + [429]
    assert try_password(user.email, PASSWORD, Client()).status_code == 302
    other = make_user()
    assert six_times(lambda number: try_password(other.email, f"wrong {number}", client))[0] == [200] * 5 + [429]
    assert try_password(other.email, PASSWORD, Client()).status_code == 429


def test_a_forged_device_is_a_stranger():
    client, user = signed_in()
    value = client.cookies[COOKIE].value
    assert user.email not in value
    forged = Client()
    forged.cookies[COOKIE] = value[:-2] + "xx"
    six_times(lambda number: try_password(user.email, f"wrong {number}"))
    assert try_password(user.email, PASSWORD, forged).status_code == 429


def test_a_device_is_known_only_once_the_second_step_was_taken():
    client, user = signed_in()
    turn_on(client)
    guesser = Client()
    try_password(user.email, PASSWORD, guesser)
    assert COOKIE not in guesser.cookies


@pytest.mark.case(42)
def test_an_office_behind_one_address_is_not_locked_out_by_its_slips():
    for number in range(30):
        try_password(f"urzednik{number}@example.org", "pomyłka")
    assert try_password(make_user().email, PASSWORD).status_code == 302


# --- Links by mail --------------------------------------------------------------------------------
@pytest.mark.parametrize("known", [True, False])
def test_links_to_one_address_have_a_daily_cap_that_tells_nothing(known):
    address = make_user().email if known else "obcy@example.org"
    pages = []
    for _number in range(MOST_A_DAY + 3):
        cache.clear()
        pages.append(ask("account_reset_password", address)[0].status_code)
    assert pages == [302] * (MOST_A_DAY + 3)
    assert OutboxMessage.objects.filter(recipient=address).count() == MOST_A_DAY


# --- What happened is told ------------------------------------------------------------------------
def told(user, event):
    mails = OutboxMessage.objects.filter(kind="account_changed", recipient=user.email)
    return [mail for mail in mails if mail.context.get("event") == event]


def noted(user, action):
    return JournalEntry.objects.filter(action=action, target_type="accounts.user", target_id=user.pk).count()


def test_a_second_step_removed_by_an_administrator_is_told_and_noted():
    mine, user = signed_in()
    turn_on(mine)
    admin = Client()
    admin.force_login(make_admin())
    factor = Authenticator.objects.get(user=user, type="totp")
    admin.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.filter(pk=factor.pk).exists()
    assert len(told(user, "second_step_removed")) == 1
    assert "Administrator usunął" in told(user, "second_step_removed")[0].text
    assert noted(user, "account.second_step_removed") == 1
    assert not is_in(mine)


def test_several_at_once_in_the_list_of_the_admin_are_told_too():
    mine, user = signed_in()
    turn_on(mine)
    admin = Client()
    admin.force_login(make_admin())
    chosen = list(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
    admin.post(
        reverse("admin:mfa_authenticator_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )
    assert not Authenticator.objects.filter(user=user).exists()
    assert noted(user, "account.second_step_removed") == len(chosen)


def test_an_administrator_made_from_the_command_line_is_told_and_noted():
    call_command(
        "createsuperuser",
        interactive=False,
        email="nowy@example.org",
        full_name="Nowy Administrator",
        stdout=StringIO(),
    )
    user = User.objects.get(email="nowy@example.org")
    assert len(told(user, "administrator_created")) == 1
    assert noted(user, "account.administrator_created") == 1


@pytest.mark.parametrize("how", ["changed", "reset"])
def test_a_new_password_is_told_and_noted(how):
    client, user = signed_in()
    if how == "changed":
        passwords = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        client.post(reverse("account_change_password"), passwords)
    else:
        page = Client()
        page.post(reverse("account_reset_password"), {"email": user.email})
        link = OutboxMessage.objects.get(kind="account_reset_password").context["password_reset_url"]
        form = page.get(urlsplit(link).path, follow=True).request["PATH_INFO"]
        page.post(form, {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD})
    assert len(told(user, f"password_{how}")) == 1
    assert noted(user, f"account.password_{how}") == 1


def test_roles_are_told_by_name():
    admin, person = make_admin(), make_user()
    services.grant_role(actor=admin, email=person.email, role=Role.OFFICER)
    services.grant_role(actor=admin, email=person.email, role=Role.OFFICER)
    assert [mail.text.count("organizator") > 0 for mail in told(person, "role_granted")] == [True]
    services.revoke_role(actor=admin, staff_role_id=StaffRole.objects.get(user=person).pk)
    assert len(told(person, "role_revoked")) == 1


def test_a_new_name_is_told_and_noted_without_the_name():
    juror = make_juror(make_edition(Phase.SCORING)).user
    services.update_profile(actor=juror, full_name=juror.full_name, language="pl")
    assert not told(juror, "renamed")
    services.update_profile(actor=juror, full_name="Nowe Nazwisko", language="pl")
    assert len(told(juror, "renamed")) == 1
    assert noted(juror, "account.renamed") == 1
    assert "Nowe" not in str(JournalEntry.objects.get(action="account.renamed").data)


def test_an_account_switched_off_is_told():
    admin, person = make_admin(), make_user()
    person.is_active = False
    services.change_account(actor=admin, account=person, changed=["is_active"])
    assert len(told(person, "account_deactivate")) == 1


# --- Who may sit on a jury ------------------------------------------------------------------------
def test_an_unconfirmed_address_cannot_be_made_a_juror(client):
    edition, officer, person = make_edition(Phase.PREPARATION), make_officer(), make_user()
    person.emailaddress_set.update(verified=False)
    with pytest.raises(Invalid):
        add_jury_member(
            actor=officer, edition_id=edition.pk, person=person, role=JuryRole.JUROR, employer=None, residence=None
        )
    client.force_login(officer)
    answer = client.post(reverse("contest:jury", args=[edition.slug]), {"email": person.email, "role": JuryRole.JUROR})
    assert answer.status_code == 422
    assert "nie potwierdziła" in answer.content.decode()


# --- The admin's other doors ----------------------------------------------------------------------
def test_the_admins_own_password_page_changes_nothing(client):
    admin = make_admin()
    client.force_login(admin)
    address = "/admin/password_change/"
    answer = client.post(
        address, {"old_password": PASSWORD, "new_password1": OTHER_PASSWORD, "new_password2": OTHER_PASSWORD}
    )
    assert answer.headers["Location"] == reverse("account_change_password")
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)
    assert client.get("/admin/password_change/done/").status_code == 302
    assert client.get("/admin/r/1/1/").status_code == 404
    assert client.get("/admin/logout/").headers["Location"] == reverse("account_logout")


def test_an_administrator_on_a_jury_sees_nothing_of_that_edition_in_the_admin(client):
    admin = make_admin()
    own, other = make_edition(Phase.SCORING), make_edition(Phase.SCORING)
    make_juror(own, user=admin)
    mine, theirs = make_application(own, state="IN_SCORING"), make_application(other, state="IN_SCORING")
    client.force_login(admin)
    listed = client.get(reverse("admin:applications_application_changelist")).content.decode()
    assert theirs.number in listed
    assert mine.number not in listed
    assert client.get(reverse("admin:applications_application_change", args=[mine.pk])).status_code == 302
    assert own.title not in client.get(reverse("admin:contest_edition_changelist")).content.decode()
    assert client.get(reverse("admin:contest_edition_history", args=[own.pk])).status_code in (302, 404)


# --- The second step and giving the password again ------------------------------------------------
@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (0, 302), (1, 302), (2, 200)])
def test_a_code_of_the_step_before_or_after_is_taken(steps, status, time_machine):
    client, user = signed_in()
    turn_on(client)
    time_machine.move_to("2026-06-15T12:00:10Z", tick=False)
    cache.clear()
    secret = Authenticator.objects.get(user=user, type="totp").wrap().instance.data["secret"]
    from allauth.mfa.adapter import get_adapter

    counter = (1781524810 // 30) + steps
    code = format_hotp_value(hotp_value(get_adapter().decrypt(secret), counter))
    other = Client()
    try_password(user.email, PASSWORD, other)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == status


def test_right_after_signing_in_the_password_is_not_asked_again(time_machine):
    client, user = signed_in()
    client.post(reverse("account_logout"))
    time_machine.move_to("2026-06-15T12:00:00Z", tick=False)
    cache.clear()
    try_password(user.email, PASSWORD, client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    time_machine.move_to("2026-06-15T12:05:01Z", tick=False)
    assert reverse("account_reauthenticate") in client.get(reverse("mfa_activate_totp")).headers["Location"]
