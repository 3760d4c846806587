from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jury.scoring import (
    Criterion,
    Method,
    Sheet,
    calls_third,
    closest,
    mean,
    outcome,
    partial_total,
    sheet_total,
    tie_order,
    widest_gap,
)

ONE = (Criterion("A", 100),)
FIVE = (
    Criterion("INNOVATION", 20, 2),
    Criterion("EFFECTIVENESS", 25, 1),
    Criterion("EFFICIENCY", 20),
    Criterion("INTEGRATION", 15),
    Criterion("REPLICABILITY", 20),
)
GAP = Decimal(30)


def sheets_of(*points: int) -> list[Sheet]:
    return [Sheet(juror, {"A": value}) for juror, value in enumerate(points, start=1)]


@st.composite
def judged(draw, least=2, most=7):
    weights = draw(st.lists(st.integers(1, 40), min_size=1, max_size=6))
    criteria = tuple(Criterion(f"C{place}", weight) for place, weight in enumerate(weights))
    points = st.fixed_dictionaries({c.code: st.integers(0, 10) for c in criteria})
    sheets = draw(st.lists(points, min_size=least, max_size=most))
    return criteria, [Sheet(juror, dict(values)) for juror, values in enumerate(sheets, start=1)]


def exact_total(sheet, criteria):
    return sum(Fraction(sheet.points[c.code] * c.weight, 10) for c in criteria)


def oracle(sheets, criteria, gap):
    """The rule again, in fractions and in another shape."""
    totals = [exact_total(sheet, criteria) for sheet in sheets]
    used = list(range(len(sheets)))
    if max(totals) - min(totals) >= gap:
        distances = {(a, b): abs(totals[a] - totals[b]) for a in used for b in used if a < b}
        nearest = min(distances.values())
        used = sorted({index for pair, distance in distances.items() if distance == nearest for index in pair})
    return sum(totals[index] for index in used) / len(used), [sheets[index].juror for index in used]


@pytest.mark.case(50)
@given(judged())
def test_totals_and_results_agree_with_exact_fractions(case):
    criteria, sheets = case
    totals = [sheet_total(sheet, criteria) for sheet in sheets]
    assert [Fraction(total) for total in totals] == [exact_total(sheet, criteria) for sheet in sheets]
    if calls_third(totals, GAP):
        with pytest.raises(ValueError, match="third"):
            outcome(sheets, criteria, GAP)
        return
    found = outcome(sheets, criteria, GAP)
    expected, counted = oracle(sheets, criteria, Fraction(30))
    assert abs(Fraction(found.total) - expected) <= Fraction(1, 2 * 10**18)
    assert list(found.counted) == counted
    assert found.sheet_count == len(sheets)
    by_criterion = sum(Fraction(value) for value in found.by_criterion.values())
    assert abs(by_criterion - expected) <= Fraction(len(criteria) + 1, 10**18)


@given(judged(), judged(), st.decimals(0, 100, places=2))
def test_comparing_stored_numbers_is_comparing_exact_fractions(one, other, threshold):
    stored, exact = [], []
    for criteria, sheets in (one, other):
        totals = [sheet_total(sheet, criteria) for sheet in sheets]
        stored.append(mean(totals))
        exact.append(sum(map(Fraction, totals)) / len(totals))
    assert (stored[0] > stored[1], stored[0] == stored[1]) == (exact[0] > exact[1], exact[0] == exact[1])
    assert (stored[0] > threshold) == (exact[0] > Fraction(threshold))


@given(judged(), st.randoms())
def test_the_order_of_sheets_changes_nothing(case, random):
    criteria, sheets = case
    if calls_third([sheet_total(sheet, criteria) for sheet in sheets], GAP):
        return
    shuffled = list(sheets)
    random.shuffle(shuffled)
    assert outcome(shuffled, criteria, GAP) == outcome(sheets, criteria, GAP)


def test_a_full_sheet_is_worth_a_hundred_points():
    assert sheet_total(Sheet(1, {c.code: 10 for c in FIVE}), FIVE) == Decimal(100)


def test_points_count_by_their_weight():
    sheet = Sheet(1, {"INNOVATION": 7, "EFFECTIVENESS": 9, "EFFICIENCY": 3, "INTEGRATION": 5, "REPLICABILITY": 0})
    assert sheet_total(sheet, FIVE) == Decimal("50.0")


def test_a_third_of_a_point_is_kept_to_eighteen_places():
    assert mean([Decimal(1), Decimal(1), Decimal(2)]) == Decimal("1.333333333333333333")


@pytest.mark.parametrize(("points", "called"), [((5, 8), True), ((5, 7), False), ((9, 0), True), ((1, 9, 5), False)])
def test_a_gap_of_thirty_between_two_calls_a_third(points, called):
    totals = [sheet_total(sheet, ONE) for sheet in sheets_of(*points)]
    assert calls_third(totals, GAP) is called


def test_with_a_third_sheet_the_two_closest_count():
    found = outcome(sheets_of(2, 9, 8), ONE, GAP)
    assert (found.total, found.method, found.counted) == (Decimal(85), Method.CLOSEST_TWO, (2, 3))
    assert found.by_criterion == {"A": Decimal(85)}


def test_equally_close_pairs_all_count():
    found = outcome(sheets_of(1, 4, 7), ONE, GAP)
    assert (found.total, found.method, found.counted) == (Decimal(40), Method.MEAN, (1, 2, 3))
    assert closest([Decimal(10), Decimal(20), Decimal(50), Decimal(60)]) == {0, 1, 2, 3}


def test_a_third_equal_to_one_of_two_decides():
    assert outcome(sheets_of(2, 9, 9), ONE, GAP).total == Decimal(90)


def test_three_sheets_within_the_gap_are_all_counted():
    found = outcome(sheets_of(5, 6, 7), ONE, GAP)
    assert (found.total, found.method) == (Decimal(60), Method.MEAN)


def test_two_sheets_that_far_apart_have_no_result_yet():
    with pytest.raises(ValueError, match="third juror"):
        outcome(sheets_of(2, 9), ONE, GAP)


def test_one_sheet_is_no_result():
    with pytest.raises(ValueError, match="two sheets"):
        outcome(sheets_of(5), ONE, GAP)
    with pytest.raises(ValueError, match="mean of nothing"):
        mean([])
    assert widest_gap([]) == 0


@pytest.mark.parametrize("points", [-1, 11, True, 5.0, "5"])
def test_only_whole_points_from_0_to_10_are_scores(points):
    with pytest.raises(ValueError, match="whole number"):
        sheet_total(Sheet(1, {"A": points}), ONE)


def test_a_sheet_being_filled_in_has_a_partial_total():
    assert partial_total({"INNOVATION": 5, "EFFICIENCY": None}, FIVE) == Decimal(10)


def test_criteria_decide_ties_in_their_order():
    assert tie_order(FIVE) == ("EFFECTIVENESS", "INNOVATION")


def test_three_sheets_exactly_the_gap_apart_are_judged_by_the_two_closest():
    """A gap of 30 means 30 or more."""
    at_the_gap, below = outcome(sheets_of(2, 3, 5), ONE, GAP), outcome(sheets_of(3, 4, 5), ONE, GAP)
    assert (at_the_gap.method, at_the_gap.counted, at_the_gap.total) == (Method.CLOSEST_TWO, (1, 2), Decimal(25))
    assert (below.method, below.total) == (Method.MEAN, Decimal(40))
