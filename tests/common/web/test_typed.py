"""Days, moments and numbers as people write them: read for certain or refused with a sentence."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from common.web.typed import NotRead, number_text, read_day, read_moment, read_number, read_whole_number

NBSP, NARROW, THIN, FIGURE = "\u00a0", "\u202f", "\u2009", "\u2007"
READ = {
    "9120": "9120",
    "9 120": "9120",
    f"9{NBSP}120": "9120",
    f"9{NARROW}120": "9120",
    f"1{THIN}234{FIGURE}567": "1234567",
    "1 234,50": "1234.50",
    "1234.50": "1234.50",
    "62,5": "62.5",
    "62.5": "62.5",
    "0.234": "0.234",
    "1.234,50": "1234.50",
    "1,234.50": "1234.50",
    "1.234.567": "1234567",
    "-5": "-5",
    "−5": "-5",
    "–5": "-5",
    "１２３４": "1234",
    "007": "7",
    " 12 ": "12",
}  # fmt: skip
REFUSED = (
    "33-450", "1.234", "12.345", "1e5", "1E5", "0x10", "1_000", "NaN", "Infinity", "∞", "12 zł", "ok. 300", "5-", "--5",
    "1 2", "12 34", "1 2345", "9120 1", "1,234,567", "1,", ",5", "1,2,3", "1..2", "½", "10²", "٣٤", "+5", "1/2",
    "9'120", "9" * 19, "-", ".", "\x00", "12\n34",
)  # fmt: skip


@pytest.mark.parametrize(("text", "number"), READ.items())
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.case(68)
@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_certainly_a_number_is_refused(text):
    with pytest.raises(NotRead):
        read_number(text)


def test_nothing_is_no_number_and_no_day():
    for empty in ("", "   ", NBSP):
        assert read_number(empty) is read_day(empty) is read_moment(empty) is None


def test_an_ambiguous_dot_is_refused_with_both_ways_to_write_it():
    with pytest.raises(NotRead, match=r"1234.+1,234"):
        read_number("1.234")


def test_a_whole_number_takes_no_fraction():
    assert read_whole_number("12,00") == 12
    with pytest.raises(NotRead):
        read_whole_number("12,5")
    with pytest.raises(NotRead):
        read_whole_number("9,120")  # a comma is the decimal mark


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_formatted_number_reads_back_as_itself(number):
    assert read_number(number_text(number)) == number
    grouped = f"{number:,f}".replace(",", NARROW).replace(".", ",")
    assert read_number(grouped) == number


@given(st.integers(0, 10**15), st.sampled_from((" ", NBSP, NARROW, "")))
def test_a_whole_number_with_groups_reads_back_as_itself(number, space):
    assert read_whole_number(f"{number:,}".replace(",", space)) == number


@given(st.text(max_size=30))
def test_no_text_changes_into_a_number_with_other_digits(text):
    """Either the digits read are the digits written, or the text is refused."""
    try:
        found = read_number(text)
    except NotRead:
        return
    if found is not None:
        written = "".join(str(int(sign)) for sign in text if sign.isdecimal())
        assert "".join(filter(str.isdecimal, f"{found:f}")).lstrip("0") == written.lstrip("0")


# --- Days ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["15.06.2026", "15.6.2026", "15 06 2026", "15/06/2026", "15-06-2026", "15,06,2026", "2026-06-15", "2026.06.15",
     "15 czerwca 2026", "15 czerwca 2026 r.", "15.06.2026 r.", "15 VI 2026", "15 June 2026", f"15{NBSP}Czerwca 2026",
     "１５.０６.２０２６"],
)  # fmt: skip
def test_days_as_people_write_them(text):
    assert read_day(text) == date(2026, 6, 15)


JUNK_DAYS = (
    "2026-11", "11.2026", "2026", "15", "15.06", "31.02.2026", "2026-02-31", "00.06.2026", "15.13.2026", "15.06.26",
    "15.06.02026", "15..2026", "..2026", "--", "15.06.", "dd.mm.rrrr", "jutro", "15 czerwce 2026", "2026-W25-1",
    "2026166", "15.06.2026 15.06.2026", "x" * 500, "15.06.2026 23:59", "\x00", "-1.06.2026", "0000-01-01",
)  # fmt: skip


@pytest.mark.case(68)
@pytest.mark.parametrize("text", JUNK_DAYS)
def test_a_day_cut_short_is_refused(text):
    with pytest.raises(NotRead):
        read_day(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    for reader in (read_day, read_moment, read_number):
        with suppress(NotRead):
            reader(text)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_day_reads_back_as_itself(day):
    assert read_day(f"{day:%d.%m.%Y}") == read_day(day.isoformat()) == day


# --- Moments ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["15.06.2026 23:59", "15.06.2026, 23:59", "15 czerwca 2026 r., godz. 23:59", "15.06.2026 23.59", "2026-06-15T23:59",
     "2026-06-15 23:59:00", "15.06.2026 o 23:59", "15 cze 2026 o godz. 23:59"],
)  # fmt: skip
def test_moments_are_read_in_the_contests_zone(text):
    assert read_moment(text) == datetime(2026, 6, 15, 21, 59, tzinfo=UTC)


@pytest.mark.case(68)
@pytest.mark.parametrize(
    "text",
    ["15.06.2026", "23:59", "15.06.2026 24:00", "15.06.2026 23:60", "15.06.2026 23", "2026-06-15T", "15.06.2026 23:5",
     "2026-06-15T23:59Z", "2026-06-15T23:59+02:00", "01.01.0001 00:00", "0001-01-01T00:00", "9999-12-31T23:59",
     "31.02.2026 12:00", "2026-11T10:00", "x" * 500],
)  # fmt: skip
def test_a_moment_cut_short_is_refused(text):
    with pytest.raises(NotRead):
        read_moment(text)


@pytest.mark.case(68)
@pytest.mark.parametrize(
    "text",
    ["15.06.2026 9:5", "15.06.2026 12", "15.06.2026 godz. 12", "15.06.2026, godz. 12", "15 czerwca 2026 r. o 12",
     "15.06.2026 o godzinie 12", "2026-06-15 9:5", "15.06.2026 12:", "15.06.2026 12:00:5"],
)  # fmt: skip
def test_where_the_day_is_right_the_sentence_is_about_the_hour(text):
    with pytest.raises(NotRead, match=r"dwiema cyframi minut, na przykład 15\.06\.2026 09:05"):
        read_moment(text)


@pytest.mark.case(68)
def test_a_missing_hour_a_wrong_day_and_the_end_of_a_day_have_their_own_sentences():
    for text, said in (
        ("15.06.2026", "Wpisz też godzinę"),
        ("31.02.2026 9:5", r"Nie ma takiego dnia|31\.02\.2026"),
        ("15.06.2026 24:00", r"15\.06\.2026 23:59"),
    ):
        with pytest.raises(NotRead, match=said):
            read_moment(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("15 cze 2026", 6),
        ("15 wrz 2026", 9),
        ("15 wrzesnia 2026", 9),
        ("15 pazdziernika 2026", 10),
        ("15 sty 2026", 1),
        ("dnia 15.06.2026", 6),
    ],
)
def test_months_are_read_shortened_and_without_polish_signs(text, month):
    assert read_day(text) == date(2026, month, 15)


@pytest.mark.case(22)
@pytest.mark.parametrize("text", ["29.03.2026 02:30", "25.10.2026 02:30", "2026-10-25T02:00"])
def test_an_hour_that_comes_twice_or_never_is_refused(text):
    with pytest.raises(NotRead):
        read_moment(text)
    assert read_moment("29.03.2026 03:00") == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert read_moment("25.10.2026 03:00") == datetime(2026, 10, 25, 2, tzinfo=UTC)


@given(st.integers(0, 50_000_000))
def test_a_moment_shown_reads_back_as_itself_or_is_refused(minutes):
    shown = timezone.localtime(datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    try:
        found = read_moment(f"{shown:%d.%m.%Y %H:%M}")
    except NotRead:
        assert shown.month in {3, 4, 9, 10}
    else:
        assert found == shown
