"""Who may see how the jury gets on."""

import pytest

from accounts.models import Role
from jury.permissions import can_see_progress
from tests.factories import make_edition, make_juror, make_officer, make_user

pytestmark = pytest.mark.django_db


def test_organisers_and_auditors_see_progress():
    edition = make_edition("SCORING")
    assert can_see_progress(make_officer(), edition)
    assert can_see_progress(make_user("", Role.AUDITOR), edition)
    assert not can_see_progress(make_user(), edition)


@pytest.mark.parametrize("is_active", [True, False])
def test_an_organiser_who_sits_or_sat_on_this_jury_sees_none_of_it(is_active):
    edition, other = make_edition("SCORING"), make_edition("SCORING")
    officer = make_officer()
    make_juror(edition, user=officer, is_active=is_active)
    assert not can_see_progress(officer, edition)
    assert can_see_progress(officer, other)
