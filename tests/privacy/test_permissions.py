"""Whose data may be removed, by whom and when."""

from datetime import date

import pytest
from django.utils import translation

from contest.workflow import Phase
from privacy.permissions import Tie, can_be_removed, can_keep_register, is_removable
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("phase", list(Phase))
def test_an_edition_is_removable_only_once_its_results_are_announced(phase):
    edition = factories.make_edition(phase=phase)
    assert bool(is_removable(edition)) is (phase in {Phase.ANNOUNCED, Phase.ARCHIVED})


def test_a_running_edition_says_why_its_people_stay():
    with translation.override("en"):
        assert "still running" in str(is_removable(factories.make_edition(phase=Phase.CALL)).reason)


def test_the_register_is_kept_by_who_organises_the_edition():
    edition = factories.make_edition()
    assert can_keep_register(factories.make_officer(), edition)
    assert not can_keep_register(factories.make_user(), edition)
    assert not can_keep_register(factories.make_user("", "AUDITOR"), edition)
    on_the_jury = factories.make_officer()
    factories.make_juror(edition, user=on_the_jury)
    assert not can_keep_register(on_the_jury, edition)


def test_a_person_others_rely_on_stays_and_reads_until_when():
    tie = Tie(reason="you sit on the jury", edition="Edition 7", planned_end=date(2027, 6, 15))
    with translation.override("en"):
        verdict = can_be_removed(factories.make_user(), [tie])
        without_a_day = can_be_removed(None, [Tie(reason=tie.reason, edition=tie.edition, planned_end=None)])
    assert not verdict
    assert not without_a_day
    assert str(verdict.reason) == (
        "Not yet: you sit on the jury in “Edition 7”, which is still running. Results are planned for 15 June 2027."
    )
    assert str(without_a_day.reason) == "Not yet: you sit on the jury in “Edition 7”, which is still running."


def test_a_person_nobody_relies_on_may_go_whether_they_have_an_account_or_not():
    assert can_be_removed(factories.make_user(), [])
    assert can_be_removed(None, [])


def test_the_last_active_administrator_stays():
    last = factories.make_user("", "ADMIN")
    inactive = factories.make_user("", "ADMIN")
    inactive.is_active = False
    inactive.save()
    with translation.override("en"):
        verdict = can_be_removed(last, [])
    assert not verdict
    assert "The last administrator stays" in str(verdict.reason)
    factories.make_user("", "OFFICER")
    assert not can_be_removed(last, [])
    factories.make_user("", "ADMIN")
    assert can_be_removed(last, [])
