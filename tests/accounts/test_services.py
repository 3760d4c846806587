import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from notifications.models import OutboxMessage
from tests.factories import make_member, make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db


def ask(user=None, unit=None, role=MembershipRole.EDITOR) -> Membership:
    return services.request_membership(
        actor=user or make_user(), unit=unit or make_unit(), role=role, position="inspektor"
    )


def test_a_request_waits_and_those_who_may_decide_are_told():
    officer, unit = make_officer(), make_unit()
    signatory = make_member(unit, MembershipRole.SIGNATORY)
    make_member(unit)
    membership = ask(unit=unit)
    assert membership.status == MembershipStatus.PENDING
    told = set(OutboxMessage.objects.filter(kind="membership_requested").values_list("recipient", flat=True))
    assert told == {officer.email, signatory.email}
    assert JournalEntry.objects.filter(action="membership.request", actor_id=membership.user_id).exists()


def test_a_signatory_request_is_for_the_organiser_alone():
    unit = make_unit()
    signatory = make_member(unit, MembershipRole.SIGNATORY)
    membership = ask(unit=unit, role=MembershipRole.SIGNATORY)
    assert not OutboxMessage.objects.filter(recipient=signatory.email).exists()
    with pytest.raises(NotPermitted):
        services.approve_membership(actor=signatory, membership_id=membership.pk)


def test_one_person_asks_once_for_a_unit_but_may_ask_again_after_a_refusal():
    user, unit, officer = make_user(), make_unit(), make_officer()
    first = ask(user, unit)
    with pytest.raises(Conflict):
        ask(user, unit)
    services.refuse_membership(actor=officer, membership_id=first.pk, reason="proszę podać stanowisko")
    assert ask(user, unit).pk != first.pk


def test_nobody_asks_to_act_for_a_closed_unit():
    with pytest.raises(Conflict):
        ask(unit=make_unit(closed_on="2024-01-01"))


def test_an_officer_approves_the_first_member_and_the_person_is_told():
    membership = ask()
    services.approve_membership(actor=make_officer(), membership_id=membership.pk)
    membership.refresh_from_db()
    assert membership.status == MembershipStatus.ACTIVE
    assert membership.decided_at
    mail = OutboxMessage.objects.get(kind="membership_approved")
    assert mail.recipient == membership.user.email
    assert str(membership.unit) in mail.text


def test_nobody_approves_themselves_not_even_an_officer():
    officer = make_officer()
    membership = ask(officer)
    with pytest.raises(NotPermitted):
        services.approve_membership(actor=officer, membership_id=membership.pk)


def test_a_signatory_admits_an_editor_of_their_own_unit_only():
    unit = make_unit()
    signatory = make_member(unit, MembershipRole.SIGNATORY)
    services.approve_membership(actor=signatory, membership_id=ask(unit=unit).pk)
    with pytest.raises(NotPermitted):
        services.approve_membership(actor=signatory, membership_id=ask().pk)


def test_an_editor_or_a_stranger_decides_nothing():
    unit = make_unit()
    membership = ask(unit=unit)
    for person in (make_member(unit), make_user()):
        with pytest.raises(NotPermitted):
            services.approve_membership(actor=person, membership_id=membership.pk)


def test_a_second_decision_is_refused():
    officer, membership = make_officer(), ask()
    services.approve_membership(actor=officer, membership_id=membership.pk)
    with pytest.raises(Conflict):
        services.refuse_membership(actor=officer, membership_id=membership.pk, reason="za późno")


def test_a_refusal_needs_a_reason_which_the_person_reads():
    officer, membership = make_officer(), ask()
    with pytest.raises(Invalid):
        services.refuse_membership(actor=officer, membership_id=membership.pk, reason="  ")
    services.refuse_membership(actor=officer, membership_id=membership.pk, reason="Nie pracuje w urzędzie.")
    assert "Nie pracuje w urzędzie." in OutboxMessage.objects.get(kind="membership_refused").text


def test_a_person_leaves_a_unit_and_an_ended_membership_ends_once():
    unit = make_unit()
    user = make_member(unit)
    membership = user.memberships.get()
    services.end_membership(actor=user, membership_id=membership.pk)
    with pytest.raises(Conflict):
        services.end_membership(actor=user, membership_id=membership.pk)
    with pytest.raises(NotPermitted):
        services.end_membership(actor=make_user(), membership_id=membership.pk)


def test_an_administrator_grants_and_takes_back_roles():
    admin, person = make_user("", Role.ADMIN), make_user()
    granted = services.grant_role(actor=admin, email=person.email.upper(), role=Role.OFFICER)
    services.grant_role(actor=admin, email=person.email, role=Role.OFFICER)
    assert JournalEntry.objects.filter(action="role.grant").count() == 1
    services.revoke_role(actor=admin, staff_role_id=granted.pk)
    with pytest.raises(Conflict):
        services.revoke_role(actor=admin, staff_role_id=granted.pk)
    with pytest.raises(Invalid):
        services.grant_role(actor=admin, email="nobody@example.org", role=Role.OFFICER)
    with pytest.raises(NotPermitted):
        services.grant_role(actor=person, email=person.email, role=Role.ADMIN)


def test_the_last_administrator_stays():
    admin = make_user("", Role.ADMIN)
    with pytest.raises(Conflict):
        services.revoke_role(actor=admin, staff_role_id=StaffRole.objects.get(user=admin).pk)


def test_an_administrator_who_is_switched_off_does_not_count_as_another_one():
    admin, other = make_user("", Role.ADMIN), make_user("", Role.ADMIN)
    own_role = StaffRole.objects.get(user=admin).pk
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(Conflict):
        services.revoke_role(actor=admin, staff_role_id=own_role)
    User.objects.filter(pk=other.pk).update(is_active=True)
    services.revoke_role(actor=admin, staff_role_id=own_role)
    assert StaffRole.objects.get().user == other


def test_nobody_gets_a_role_before_confirming_the_address():
    """Whoever mistyped an address at sign-up, or took somebody's, would organise under it."""
    admin, person = make_user("Admin", Role.ADMIN), make_user()
    person.emailaddress_set.update(verified=False)
    with pytest.raises(Invalid):
        services.grant_role(actor=admin, email=person.email, role=Role.OFFICER)
    assert not StaffRole.objects.filter(user=person).exists()


def test_an_administrator_opens_the_admin_while_the_role_lasts(client):
    admin, second = make_user("Admin", Role.ADMIN), make_user()
    granted = services.grant_role(actor=admin, email=second.email, role=Role.ADMIN)
    client.force_login(second)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 200
    services.revoke_role(actor=admin, staff_role_id=granted.pk)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 302
    officer = services.grant_role(actor=admin, email=second.email, role=Role.OFFICER)
    assert not User.objects.get(pk=officer.user_id).is_staff


def test_granting_a_role_again_opens_the_admin_to_whom_it_was_shut():
    admin, second = make_user("", Role.ADMIN), make_user("", Role.ADMIN)
    services.grant_role(actor=admin, email=second.email, role=Role.ADMIN)
    second.refresh_from_db()
    assert second.is_staff
    assert second.is_superuser
    services.grant_role(actor=admin, email=second.email, role=Role.ADMIN)
    assert JournalEntry.objects.filter(action="role.grant", target_id=second.pk).count() == 1
    assert not OutboxMessage.objects.filter(recipient=second.email).exists()


def change_in_admin(client, person, shown=None, **changes):
    fields = {"full_name": person.full_name, "language": "pl", "is_active": "on"} | changes
    person = shown or User.objects.get(pk=person.pk)
    showed = {f"initial-{name}": getattr(person, name) for name in fields}
    posted = {name: value for name, value in fields.items() if value}
    return client.post(reverse("admin:accounts_user_change", args=[person.pk]), showed | posted)


def test_the_admins_page_of_an_account_overwrites_nothing_newer(client):
    client.force_login(make_user("Admin", Role.ADMIN, is_staff=True, is_superuser=True))
    person = make_user()
    before = User.objects.get(pk=person.pk)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
    assert f'name="initial-full_name" value="{before.full_name}"' in page
    User.objects.filter(pk=person.pk).update(full_name="Anna Nowa")
    assert change_in_admin(client, before, shown=before, language="en").status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Anna Nowa", "en")
    assert change_in_admin(client, before, shown=before, full_name="Anna Stara").status_code == 200
    person.refresh_from_db()
    assert person.full_name == "Anna Nowa"


def test_switching_an_account_off_and_on_is_in_the_journal(client):
    admin, person = make_user("Admin", Role.ADMIN, is_staff=True, is_superuser=True), make_user()
    client.force_login(admin)
    assert change_in_admin(client, person, is_active="").status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert change_in_admin(client, person, is_active="on").status_code == 302
    assert change_in_admin(client, person, full_name="Inna Nazwa").status_code == 302
    written = JournalEntry.objects.filter(target_type="accounts.user", target_id=person.pk, actor_id=admin.pk)
    assert [(entry.action, entry.data) for entry in written.order_by("pk")] == [
        ("account.deactivate", {"fields": ["is_active"]}),
        ("account.reactivate", {"fields": ["is_active"]}),
        ("account.change", {"fields": ["full_name"]}),
    ]


def test_nobody_switches_off_their_own_account(client):
    admin = make_user("Admin", Role.ADMIN, is_staff=True, is_superuser=True)
    client.force_login(admin)
    change_in_admin(client, admin, is_active="", full_name="Inna Nazwa")
    assert User.objects.get(pk=admin.pk).is_active
    admin.is_active = False
    with pytest.raises(Conflict):
        services.change_account(actor=User.objects.get(pk=admin.pk), account=admin, changed=["is_active"])
