"""The doors of the jury's desks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse

from contest.access import chair_desk, juror_desk
from contest.models import JuryRole
from contest.permissions import can_chair, can_organise, is_juror, sees_preparation
from tests import factories

pytestmark = pytest.mark.django_db


def opens(door, user, rf):
    request = rf.get("/jury/")
    request.user = user
    try:
        return door(lambda _request: HttpResponse("in"))(request).status_code
    except Http404:
        return 404


def test_jurors_enter_the_jurors_desk_and_only_chairs_the_chairs(rf):
    edition = factories.make_edition()
    people = {
        "juror": factories.make_juror(edition).user,
        "chair": factories.make_juror(edition, JuryRole.CHAIR).user,
        "former": factories.make_juror(edition, is_active=False).user,
        "officer": factories.make_officer(),
        "anonymous": AnonymousUser(),
    }
    juror_door = {name: opens(juror_desk, user, rf) for name, user in people.items()}
    chair_door = {name: opens(chair_desk, user, rf) for name, user in people.items()}
    assert juror_door == {"juror": 200, "chair": 200, "former": 404, "officer": 404, "anonymous": 302}
    assert chair_door == {"juror": 404, "chair": 200, "former": 404, "officer": 404, "anonymous": 302}


def test_roles_on_a_jury_hold_in_its_edition_only():
    edition, other = factories.make_edition(), factories.make_edition()
    chair, juror = factories.make_juror(edition, JuryRole.CHAIR).user, factories.make_juror(edition).user
    assert can_chair(chair, edition)
    assert is_juror(chair, edition)
    assert is_juror(juror, edition)
    assert not can_chair(juror, edition)
    assert not can_chair(chair, other)
    assert not is_juror(juror, other)


def test_a_blocked_account_has_no_role():
    edition = factories.make_edition()
    chair = factories.make_juror(edition, JuryRole.CHAIR, user=factories.make_user(is_active=False)).user
    officer = factories.make_user("", "OFFICER", is_active=False)
    assert not can_chair(chair, edition)
    assert not is_juror(chair, edition)
    assert not can_organise(officer, edition)


def test_a_refusal_says_why():
    edition, officer = factories.make_edition(), factories.make_officer()
    factories.make_juror(edition, user=officer)
    reasons = {can_organise(officer, edition).reason, can_organise(factories.make_user(), edition).reason}
    assert len(reasons) == 2
    assert all(reasons)


def test_an_edition_in_preparation_is_known_to_those_who_read_everything():
    people = {
        "officer": factories.make_officer(),
        "auditor": factories.make_user("", "AUDITOR"),
        "somebody": factories.make_user(),
        "anonymous": AnonymousUser(),
    }
    seeing = {name for name, person in people.items() if sees_preparation(person)}
    assert seeing == {"officer", "auditor"}
