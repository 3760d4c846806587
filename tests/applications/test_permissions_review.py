"""Which officer may review an entry."""

import pytest

from accounts.models import Membership, MembershipStatus
from applications.permissions_review import can_review
from tests.factories import make_application, make_officer, make_unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("own_unit", "status", "allowed"),
    [
        (True, MembershipStatus.ACTIVE, False),
        (True, MembershipStatus.PENDING, False),
        (True, MembershipStatus.ENDED, True),
        (False, MembershipStatus.ACTIVE, True),
    ],
)
def test_an_officer_tied_to_the_unit_of_the_entry_does_not_review_it(own_unit, status, allowed):
    entry, officer = make_application(state="SUBMITTED"), make_officer()
    Membership.objects.create(user=officer, unit=entry.unit if own_unit else make_unit(), status=status)
    assert bool(can_review(officer, entry)) is allowed
