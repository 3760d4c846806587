from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from jury.assignment import Need, propose


@st.composite
def panels(draw, jurors=6, entries=14):
    count = draw(st.integers(1, jurors))
    members = list(range(1, count + 1))
    needs = []
    for entry in range(draw(st.integers(0, entries))):
        barred = draw(st.frozensets(st.sampled_from(members)))
        taken = draw(st.frozensets(st.sampled_from(members), max_size=2))
        needs.append(Need(entry, draw(st.integers(0, 3)), taken, barred))
    loads = {juror: draw(st.integers(0, 3)) for juror in members}
    return needs, members, loads


@given(panels())
def test_nobody_is_given_an_entry_they_are_in_conflict_with_or_have_already(panel):
    needs, members, loads = panel
    proposal = propose(needs, members, loads)
    by_entry = {need.entry: need for need in needs}
    assert len(set(proposal.pairs)) == len(proposal.pairs)
    for entry, juror in proposal.pairs:
        assert juror in members
        assert juror not in by_entry[entry].barred | by_entry[entry].taken


@given(panels())
def test_every_entry_gets_what_it_needs_or_is_named_as_short(panel):
    needs, members, loads = panel
    proposal = propose(needs, members, loads)
    for need in needs:
        given_now = sum(1 for entry, _juror in proposal.pairs if entry == need.entry)
        possible = len(set(members) - need.barred - need.taken)
        assert given_now == min(need.missing, possible)
        assert proposal.short.get(need.entry, 0) == need.missing - given_now


@given(panels())
def test_loads_are_what_the_pairs_add_up_to(panel):
    needs, members, loads = panel
    proposal = propose(needs, members, loads)
    for juror in members:
        assert proposal.loads[juror] == loads[juror] + sum(1 for _entry, other in proposal.pairs if other == juror)


@given(panels(), st.randoms())
def test_the_same_input_in_another_order_gives_the_same_answer(panel, random):
    needs, members, loads = panel
    first = propose(needs, members, loads)
    shuffled = list(needs)
    random.shuffle(shuffled)
    assert propose(shuffled, list(reversed(members)), loads) == first


@given(st.integers(2, 8), st.integers(0, 40), st.integers(1, 3))
def test_without_conflicts_loads_differ_by_one_at_most(jurors, entries, each):
    needs = [Need(entry, min(each, jurors)) for entry in range(entries)]
    loads = propose(needs, range(jurors), {}).loads.values()
    assert max(loads) - min(loads) <= 1


@settings(max_examples=60, deadline=None)
@given(panels(jurors=3, entries=5))
def test_no_other_choice_is_more_even(panel):
    """Against brute force: the sum of squared loads is the smallest there is."""
    needs, members, loads = panel
    proposal = propose(needs, members, loads)
    choices = []
    for need in needs:
        free = sorted(set(members) - need.barred - need.taken)
        wanted = min(need.missing, len(free))
        choices.append([c for c in _subsets(free) if len(c) == wanted])
    best = min(
        sum((loads[j] + sum(1 for chosen in picked if j in chosen)) ** 2 for j in members)
        for picked in product(*choices)
    )
    assert sum(load**2 for load in proposal.loads.values()) == best


def _subsets(items):
    return [
        frozenset(i for i, keep in zip(items, mask, strict=True) if keep) for mask in product((0, 1), repeat=len(items))
    ]


def test_pairs_of_jurors_are_mixed():
    proposal = propose([Need(entry, 2) for entry in range(12)], range(4), {})
    readers = {}
    for entry, juror in proposal.pairs:
        readers.setdefault(entry, set()).add(juror)
    assert len({frozenset(pair) for pair in readers.values()}) >= 4


def test_a_chain_relieves_the_one_juror_who_could_otherwise_not_hand_over():
    """Juror 1 can give only to 2, and 2 only to 3: two hand-overs in a row even them out."""
    only_1_or_2 = [Need(entry, 1, barred=frozenset({3})) for entry in range(4)]
    only_2_or_3 = [Need(entry, 1, barred=frozenset({1})) for entry in range(4, 6)]
    assert sorted(propose(only_1_or_2 + only_2_or_3, [1, 2, 3], {}).loads.values()) == [2, 2, 2]


def test_a_thousand_entries_are_proposed_quickly():
    needs = [Need(entry, 2, barred=frozenset({entry % 30, (entry * 7) % 30})) for entry in range(1000)]
    loads = propose(needs, range(30), {}).loads.values()
    assert max(loads) - min(loads) <= 1
