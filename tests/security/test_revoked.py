"""A role taken away is gone at the next request, in the session that is open all the while."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import MembershipStatus, Role, StaffRole, User
from accounts.services import change_account, end_membership, revoke_role
from contest.models import JuryRole
from contest.services import remove_jury_member, update_jury_member
from contest.workflow import Phase
from tests.factories import make_application, make_edition, make_juror, make_member, make_officer, make_user
from tests.jury.helpers import assign, make_jury

pytestmark = [pytest.mark.django_db, pytest.mark.case(33)]
GONE = {302, 403, 404}  # 302: to the sign-in, where the account itself is gone


def refused(client: Client, path: str) -> bool:
    """Neither read nor written."""
    answers = [client.get(path), client.post(path, {"stray": "1"})]
    return all(
        answer.status_code in GONE | {405} and "login" in answer.headers.get("Location", "login") for answer in answers
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin():
    return make_user("Admin", Role.ADMIN)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OFFICER, "contest:edition_create"),
        (Role.OFFICER, "contest:organiser_editions"),
        (Role.AUDITOR, "contest:organiser_editions"),
        (Role.AUDITOR, "contest:journal"),
        (Role.ADMIN, "accounts:roles"),
        (Role.ADMIN, "admin:accounts_user_changelist"),
    ],
)
def test_an_organising_role(admin, role, page):
    person = make_user("Osoba", role, is_staff=role == Role.ADMIN, is_superuser=role == Role.ADMIN)
    client = signed_in(person)
    assert client.get(reverse(page)).status_code == 200
    revoke_role(actor=admin, staff_role_id=StaffRole.objects.get(user=person).pk)
    assert refused(client, reverse(page))


@pytest.mark.parametrize("role", [JuryRole.JUROR, JuryRole.CHAIR])
def test_a_seat_on_the_jury(role):
    jury = make_jury(entries=1, jurors=1)
    seat = jury.chair if role == JuryRole.CHAIR else jury.jurors[0]
    row = assign(jury.entries[0], seat)
    client = signed_in(seat.user)
    pages = [reverse("jury:sheet", args=[row.pk])]
    if role == JuryRole.CHAIR:
        pages.append(reverse("jury:close_scoring", args=[jury.edition.slug]))
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    update_jury_member(
        actor=jury.officer, member_id=seat.pk, role=seat.role, employer=None, residence=None, is_active=False
    )
    assert [page for page in pages if not refused(client, page)] == []


def test_a_chair_who_becomes_an_ordinary_juror():
    jury = make_jury(entries=1, jurors=1)
    client, page = signed_in(jury.chair.user), reverse("jury:close_scoring", args=[jury.edition.slug])
    assert client.get(page).status_code == 200
    update_jury_member(
        actor=jury.officer, member_id=jury.chair.pk, role=JuryRole.JUROR, employer=None, residence=None, is_active=True
    )
    assert refused(client, page)


def test_a_member_removed_from_the_jury_before_the_call():
    edition = make_edition(Phase.PREPARATION)
    seat = make_juror(edition)
    client = signed_in(seat.user)
    assert client.get(reverse("jury:desk")).status_code == 200
    remove_jury_member(actor=make_officer(), member_id=seat.pk)
    assert refused(client, reverse("jury:desk"))


@pytest.mark.parametrize("by", ["themselves", "an officer"])
def test_a_membership_of_a_unit(by):
    entry = make_application(make_edition())
    member = make_member(entry.unit)
    client = signed_in(member)
    pages = [
        reverse("applications:applicant_detail", args=[entry.pk]),
        reverse("applications:edit", args=[entry.pk, "opis"]),
        reverse("applications:submit", args=[entry.pk]),
    ]
    assert client.get(pages[0]).status_code == 200
    membership = member.memberships.get(status=MembershipStatus.ACTIVE)
    end_membership(actor=member if by == "themselves" else make_officer(), membership_id=membership.pk)
    assert [page for page in pages if not refused(client, page)] == []


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_an_account_that_was_switched_off(admin, role, figure):
    person = make_user("Osoba", *([role] if role else []))
    client = signed_in(person)
    assert client.get(reverse("accounts:profile")).status_code == 200
    person.is_active = False
    change_account(actor=admin, account=person, changed=["is_active"])
    assert refused(client, reverse("accounts:profile"))
    assert refused(client, reverse("contest:organiser_editions"))
    figure(f"{role or 'a person without a role'}: the next request meets the sign-in")
