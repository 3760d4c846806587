"""Who acts and signs for a unit, and who ends a membership of it."""

import pytest

from accounts.models import Membership, MembershipRole, MembershipStatus
from accounts.permissions import can_act_for, can_end_membership, can_sign_for
from tests.factories import make_member, make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [status for status in MembershipStatus if status != MembershipStatus.ACTIVE])
def test_a_membership_that_waits_was_refused_or_ended_gives_no_right(status):
    unit = make_unit()
    signatory = make_member(unit, MembershipRole.SIGNATORY)
    assert can_act_for(signatory, unit)
    assert can_sign_for(signatory, unit)
    Membership.objects.update(status=status)
    assert not can_act_for(signatory, unit)
    assert not can_sign_for(signatory, unit)


def test_a_membership_is_ended_by_its_person_an_officer_or_a_signatory_of_that_unit():
    unit = make_unit()
    member, signatory = make_member(unit), make_member(unit, MembershipRole.SIGNATORY)
    membership = member.memberships.get()
    for person in (member, signatory, make_officer()):
        assert can_end_membership(person, membership)
    for person in (make_member(unit), make_member(make_unit(), MembershipRole.SIGNATORY), make_user()):
        assert not can_end_membership(person, membership)
