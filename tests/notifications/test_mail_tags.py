"""`{{ value|when }}` in mail: times as people write them, in the contest's zone."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from notifications.rendering import one_line
from notifications.templatetags.mail import when


@pytest.mark.parametrize(
    ("value", "polish", "english"),
    [
        ("2012-06-15T21:59:00+00:00", "15 czerwca 2012, 23:59", "15 June 2012, 23:59"),
        ("2012-01-15T22:59:00+00:00", "15 stycznia 2012, 23:59", "15 January 2012, 23:59"),
        ("2026-10-25T00:30:00+00:00", "25 października 2026, 02:30", "25 October 2026, 02:30"),
        ("2026-10-25T01:30:00+00:00", "25 października 2026, 02:30", "25 October 2026, 02:30"),
        (datetime(2012, 6, 15, 21, 59, tzinfo=UTC), "15 czerwca 2012, 23:59", "15 June 2012, 23:59"),
        ("2012-06-15", "15 czerwca 2012", "15 June 2012"),
        (date(2012, 6, 15), "15 czerwca 2012", "15 June 2012"),
        (None, "", ""),
        ("", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_a_time_is_written_as_people_write_it(value, polish, english):
    with translation.override("pl"):
        assert when(value) == polish
    with translation.override("en"):
        assert when(value) == english


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", " a \t b ", "a\x0bb", "a\u2028b", "a\x85b"])
def test_a_subject_is_one_line(text):
    assert one_line(text) == "a b"


def test_a_long_subject_is_cut():
    assert len(one_line("a" * 100_000)) == 250
