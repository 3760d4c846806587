"""One rule of the last minute, in Python and within statements."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from common.deadlines import in_time, last_minute_of, passed
from contest.models import Edition
from contest.queries import calls_past_deadline
from tests import factories

DEADLINE = datetime(2026, 6, 15, 23, 59, tzinfo=timezone.get_default_timezone())
AROUND = {
    timedelta(0): True,
    timedelta(seconds=1): True,
    timedelta(seconds=59, microseconds=999_000): True,
    timedelta(seconds=59, microseconds=999_999): True,
    timedelta(minutes=1): False,
    timedelta(minutes=1, microseconds=1): False,
}


@pytest.mark.case(67)
@pytest.mark.parametrize(("late", "taken"), AROUND.items())
def test_a_deadline_holds_to_the_end_of_the_minute_it_shows(late, taken, figure):
    assert in_time(DEADLINE + late, DEADLINE) is taken
    figure(f"23:59 and {late.total_seconds()} s: {'yes' if taken else 'no'}")


def test_older_deadlines_with_seconds_hold_to_the_end_of_that_second():
    old = DEADLINE + timedelta(seconds=59)
    assert in_time(old + timedelta(microseconds=999_999), old)
    assert not in_time(old + timedelta(seconds=1), old)
    assert in_time(DEADLINE, None)


@given(st.integers(0, 180_000_000), st.integers(0, 180), st.booleans())
def test_the_end_of_a_minute_is_the_same_for_every_deadline_of_a_day(microseconds, seconds, whole):
    zone = timezone.get_default_timezone()
    now = datetime(2026, 6, 15, 21, tzinfo=zone) + timedelta(microseconds=microseconds)
    deadline = datetime(2026, 6, 15, 21, tzinfo=zone) + timedelta(seconds=seconds - seconds % 60 if whole else seconds)
    ends = deadline + (timedelta(minutes=1) if deadline.second == 0 else timedelta(seconds=1))
    assert in_time(now, deadline) is (now < ends)


@pytest.mark.django_db
@pytest.mark.case(67)
@pytest.mark.parametrize("deadline", [DEADLINE, DEADLINE + timedelta(seconds=59), DEADLINE + timedelta(seconds=20)])
def test_statements_and_python_agree_to_the_microsecond(deadline):
    edition = factories.make_edition(submission_deadline=deadline)
    for late in (*AROUND, timedelta(seconds=20, microseconds=5), timedelta(seconds=21), timedelta(seconds=-1)):
        now = DEADLINE + late
        assert Edition.objects.filter(passed("submission_deadline", now)).exists() is not in_time(now, deadline)
        assert (calls_past_deadline(now) == [edition.pk]) is not in_time(now, deadline)
        assert edition.is_call_open(now) is in_time(now, deadline)


def test_a_day_lasts_to_its_last_minute():
    with time_machine.travel(DEADLINE, tick=False):
        assert last_minute_of(timezone.localdate()) == DEADLINE
