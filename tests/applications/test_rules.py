from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from applications.rules import appeal_until, months_before, word_count
from common.deadlines import in_time

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 6, date(2025, 7, 15)),
        (date(2026, 3, 1), 0, date(2026, 3, 1)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 1, 31), 1, date(2025, 12, 31)),
    ],
)
def test_months_are_counted_back_to_a_day_that_exists(day, months, before):
    assert months_before(day, months) == before


def test_without_a_deadline_everything_is_in_time():
    assert in_time(datetime(2026, 1, 1, tzinfo=WARSAW), None)


def test_the_same_instant_in_another_zone_is_the_same_answer():
    deadline = datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=0)  # the night the clocks go back
    assert in_time(datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC")), deadline)
    assert not in_time(datetime(2026, 10, 25, 0, 30, 1, tzinfo=ZoneInfo("UTC")), deadline)


def test_the_time_of_an_appeal_ends_with_a_warsaw_day_across_the_change_of_clocks():
    late = datetime(2026, 3, 20, 23, 30, tzinfo=ZoneInfo("UTC"))  # already the 21st in Warsaw
    assert appeal_until(late, WARSAW) == datetime(2026, 4, 4, 23, 59, 59, tzinfo=WARSAW)


@pytest.mark.parametrize(("text", "count"), [("", 0), ("  \n ", 0), ("dwa słowa", 2), ("a\nb\tc", 3)])
def test_words_are_counted_as_people_count_them(text, count):
    assert word_count(text) == count
