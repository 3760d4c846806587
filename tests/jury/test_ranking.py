from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jury.ranking import EX_AEQUO, Entry, rank
from jury.scoring import Method, Outcome

ORDER = ("E", "I")


def entry(key, total, e=0, i=0, field=("d", "g")):
    found = Outcome(Decimal(total), {"E": Decimal(e), "I": Decimal(i)}, Method.MEAN, (1, 2), 2)
    return Entry(key, field, found)


def places(placed):
    return {p.entry.key: p.place for p in placed}


def test_places_skip_after_a_tie():
    ranked = rank([entry("a", 70), entry("b", 80), entry("c", 80), entry("d", 10)], ORDER, Decimal(60))
    assert places(ranked) == {"b": 1, "c": 1, "a": 3, "d": 4}
    assert {p.entry.key: p.tie for p in ranked} == {"b": EX_AEQUO, "c": EX_AEQUO, "a": "", "d": ""}


def test_effectiveness_then_innovation_decide_equal_totals():
    ranked = rank([entry("a", 80, 20, 9), entry("b", 80, 21, 1), entry("c", 80, 20, 10)], ORDER, Decimal(60))
    assert places(ranked) == {"b": 1, "c": 2, "a": 3}
    assert [p.tie for p in ranked] == ["E", "E", "I"]


def test_the_threshold_is_passed_strictly_from_above():
    ranked = rank([entry("a", "60"), entry("b", "60.000000000000000001")], ORDER, Decimal("60.00"))
    assert {p.entry.key: p.above_threshold for p in ranked} == {"a": False, "b": True}


def test_each_domain_and_group_has_its_own_places():
    ranked = rank([entry("a", 1), entry("b", 9, field=("d", "h")), entry("c", 5, field=("x", "g"))], ORDER, Decimal(60))
    assert places(ranked) == {"a": 1, "b": 1, "c": 1}


rows = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2), st.sampled_from(["f", "g"])), max_size=20
)


@given(rows, st.randoms())
def test_a_place_is_one_more_than_the_number_of_stronger_entries(found, random):
    entries = [entry(f"n{n:02d}", t, e, i, field=f) for n, (t, e, i, f) in enumerate(found)]
    ranked = rank(entries, ORDER, Decimal(2))
    assert sorted(placed.entry.key for placed in ranked) == [entry.key for entry in entries]
    strength = {f"n{n:02d}": (f, (t, e, i)) for n, (t, e, i, f) in enumerate(found)}
    for placed in ranked:
        field, own = strength[placed.entry.key]
        stronger = sum(1 for other_field, other in strength.values() if other_field == field and other > own)
        assert placed.place == stronger + 1
        equals = sum(1 for other in strength.values() if other == (field, own))
        assert (placed.tie == EX_AEQUO) == (equals > 1)
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert rank(shuffled, ORDER, Decimal(2)) == ranked
