"""What a page showed: the token, what it is bound to, and what it tells of a difference."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory

from common.errors import Conflict
from common.web import shown
from common.web.shown import Act, Changed, Fact


@dataclass
class Thing:
    pk: int = 7


ACT = Act("test.act", lambda thing, person, *, state="OPEN", words="": [Fact("state", "Stan", state, words)])
OTHER = Act("test.other", lambda thing, person, *, state="OPEN": [Fact("state", "Stan", state)])
PERSON = Thing(3)


def test_what_was_shown_and_still_holds_goes_through() -> None:
    ACT.require(ACT.token(Thing(), PERSON), Thing(), PERSON)


def test_code_that_showed_no_page_is_not_asked() -> None:
    ACT.require(None, Thing(), PERSON, state="CLOSED")


@pytest.mark.parametrize("sent", ["", "x", "x:y", "." * 5000, "\x00", "ą:ę"])
def test_a_form_without_a_true_token_is_stale(sent: str) -> None:
    with pytest.raises(Changed):
        ACT.require(sent, Thing(), PERSON)


def test_a_token_is_bound_to_act_object_and_person() -> None:
    token = ACT.token(Thing(), PERSON)
    for act, thing, person in ((OTHER, Thing(), PERSON), (ACT, Thing(8), PERSON), (ACT, Thing(), Thing(4))):
        with pytest.raises(Changed):
            act.require(token, thing, person)


def test_a_token_altered_in_one_letter_is_stale() -> None:
    token = ACT.token(Thing(), PERSON)
    for place in (0, len(token) // 2, len(token) - 1):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(Changed):
            ACT.require(altered, Thing(), PERSON)


def test_facts_are_compared_and_words_are_not() -> None:
    token = ACT.token(Thing(), PERSON, words="otwarta")
    ACT.require(token, Thing(), PERSON, words="open")
    with pytest.raises(Changed) as refused:
        ACT.require(token, Thing(), PERSON, state="CLOSED", words="otwarta")
    assert isinstance(refused.value, Conflict)
    assert refused.value.status == 409


def test_the_same_facts_make_the_same_token() -> None:
    """Case 31: two pages that show the same are the same to the byte."""
    assert ACT.token(Thing(), PERSON) == ACT.token(Thing(), PERSON)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (0, None),
        (1, "1"),
        ([1, 2], [2, 1]),
        (date(2026, 1, 1), date(2026, 1, 2)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ({"a": [1]}, {"a": [1, 1]}),
    ],
)
def test_different_values_have_different_digests(one: object, other: object) -> None:
    assert Fact("k", "K", one).digest != Fact("k", "K", other).digest


def _page(token: str | None, **now: str) -> shown.Shown:
    request = RequestFactory().post("/", {} if token is None else {"shown": token})
    request.user = PERSON
    return ACT.page(request, Thing(), **now)


def test_the_page_says_what_differs_in_words() -> None:
    told = _page(ACT.token(Thing(), PERSON, words="otwarta"), state="CLOSED", words="zamknięta")
    assert told.stale
    assert [(row.label, row.before, row.after) for row in told.differences] == [("Stan", "otwarta", "zamknięta")]


def test_the_page_tells_of_facts_that_came_and_went() -> None:
    act = Act("test.rows", lambda thing, person, *, rows: [Fact(f"r{row}", f"Wiersz {row}", row) for row in rows])
    request = RequestFactory().post("/", {"shown": act.token(Thing(), PERSON, rows=[1, 2])})
    request.user = PERSON
    told = act.page(request, Thing(), rows=[2, 3])
    assert [(row.label, row.before, row.after) for row in told.differences] == [
        ("Wiersz 3", "", "3"),
        ("Wiersz 1", "1", ""),
    ]


ROWS = Act("test.optional", lambda thing, person, *, rows: [Fact(key, key, value) for key, value in rows.items()])


@pytest.mark.parametrize("empty", [None, "", [], {}])
@pytest.mark.parametrize(("before", "after"), [({}, {"note": 0}), ({"note": 0}, {})])
def test_a_fact_that_is_absent_on_one_side_and_empty_on_the_other_is_no_difference_to_tell(before, after, empty):
    """The check stays strict; only the words are about what a person can see."""
    before, after = (dict.fromkeys(rows, empty) for rows in (before, after))
    token = ROWS.token(Thing(), PERSON, rows={"kind": "A"} | before)
    request = RequestFactory().post("/", {"shown": token})
    request.user = PERSON
    told = ROWS.page(request, Thing(), rows={"kind": "B"} | after)
    assert [row.label for row in told.differences] == ["kind"]
    request.POST = {"shown": ROWS.token(Thing(), PERSON, rows=before)}
    told = ROWS.page(request, Thing(), rows=after)
    assert (told.stale, list(told.differences)) == (True, [])
    with pytest.raises(Changed):
        ROWS.require(request.POST["shown"], Thing(), PERSON, rows=after)


def test_a_zero_and_a_no_that_came_are_told():
    for value in (0, False):
        request = RequestFactory().post("/", {"shown": ROWS.token(Thing(), PERSON, rows={})})
        request.user = PERSON
        assert [row.after for row in ROWS.page(request, Thing(), rows={"note": value}).differences] == [str(value)]


def test_a_value_that_reads_the_same_is_said_to_differ_where_it_is_not_shown() -> None:
    told = _page(ACT.token(Thing(), PERSON, state="A", words="tekst…"), state="B", words="tekst…")
    assert told.differences[0].after != "tekst…"


def test_a_page_that_is_sent_with_a_mistake_of_the_person_is_not_called_stale() -> None:
    assert not _page(ACT.token(Thing(), PERSON)).stale


def test_two_acts_of_one_name_are_a_mistake() -> None:
    shown.irreversible("test.twice")(lambda thing, person: [])
    try:
        with pytest.raises(ValueError, match=r"test\.twice"):
            shown.edited("test.twice")(lambda thing, person: [])
    finally:
        del shown.ACTS["test.twice"]
