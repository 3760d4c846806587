"""The journal's chain: whatever is done to a sealed row is found and named."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import queries, sealing
from common.journal import draft_entry, record, record_bulk
from common.models import JournalEntry, JournalSeal
from common.queries import chain_state, journal_entries, unsealed
from common.sealing import seal_entries, seal_new_entries, verify_chain
from tests.factories import make_user
from tests.tampering import as_owner
from tests.together import raised, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user()


def write(person, count: int = 1, **data) -> list[JournalEntry]:
    return [record(actor=person, action="thing.do", target=person, number=n, **data) for n in range(count)]


def test_entries_are_chained_in_the_order_of_their_numbers(person):
    first, second, third = write(person, 3)
    assert seal_entries() == 3
    assert seal_entries() == 0
    seals = list(JournalSeal.objects.order_by("sequence"))
    assert [(seal.sequence, seal.entry_id) for seal in seals] == [(1, first.pk), (2, second.pk), (3, third.pk)]
    assert seals[0].previous_hash == sealing.START
    assert [seal.previous_hash for seal in seals[1:]] == [seal.entry_hash for seal in seals[:-1]]
    report = verify_chain()
    assert (report.count, report.head, report.problem) == (3, seals[2].entry_hash, "")


def test_a_late_commit_with_a_low_number_joins_the_end_of_the_chain(person):
    low, high = write(person, 2)
    late = JournalEntry.objects.get(pk=low.pk)
    with as_owner():
        low.delete()
    seal_entries()
    late.save(force_insert=True)
    seal_entries()
    assert list(JournalSeal.objects.order_by("sequence").values_list("entry_id", flat=True)) == [high.pk, late.pk]
    assert verify_chain().problem == ""


def test_more_entries_than_a_batch_are_all_sealed(person, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write(person, 5)
    assert seal_entries() == 5
    assert verify_chain().count == 5


def test_sealing_many_entries_takes_few_statements(person, django_assert_max_num_queries):
    record_bulk([draft_entry(actor=None, action="bulk", target=person, number=n) for n in range(100)])
    with django_assert_max_num_queries(9):
        seal_entries()


CHANGES = {
    "action": "thing.undo",
    "actor_id": None,
    "target_type": "units.unit",
    "target_id": 999,
    "edition_id": 7,
    "data": {"number": 1, "extra": True},
    "happened_at": datetime(2020, 1, 1, tzinfo=UTC),
    "transaction_number": -1,
    "facts": {"units.unit": {"1": "0" * 64}},
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_of_any_field_is_found_and_the_row_named(person, field):
    entries = write(person, 3)
    seal_entries()
    with as_owner():
        JournalEntry.objects.filter(pk=entries[1].pk).update(**{field: CHANGES[field]})
    report = verify_chain()
    assert report.count == 1
    assert report.problem.startswith(f"altered: entry {entries[1].pk} ")


def test_every_field_of_an_entry_is_under_the_seal():
    assert set(CHANGES) | {"id"} == {field.attname for field in JournalEntry._meta.concrete_fields}


def test_an_entry_removed_with_its_seal_leaves_a_gap(person):
    entries = write(person, 3)
    seal_entries()
    with as_owner():
        JournalSeal.objects.filter(entry=entries[1]).delete()
        entries[1].delete()
    assert verify_chain().problem == "missing: seal 2 (the next one is 3)"


def test_a_gap_closed_by_renumbering_is_found(person):
    entries = write(person, 3)
    seal_entries()
    with as_owner():
        JournalSeal.objects.filter(sequence=2).delete()
        JournalSeal.objects.filter(sequence=3).update(sequence=2)
        entries[1].delete()
    assert verify_chain().problem == "altered: seal 2 does not follow the one before it"


def test_a_seal_written_anew_over_an_altered_entry_breaks_the_next_one(person):
    entries = write(person, 3)
    seal_entries()
    entries[0].action = "forged"
    first = JournalSeal.objects.get(sequence=1)
    with as_owner():
        entries[0].save()
        forged = sealing.hash_of(sealing.START, JournalEntry.objects.get(pk=entries[0].pk), first.sealed_at)
        JournalSeal.objects.filter(sequence=1).update(entry_hash=forged)
    assert verify_chain().problem == "altered: seal 2 does not follow the one before it"


def test_entries_cut_off_at_the_end_are_found_with_a_hash_noted_earlier(person):
    entries = write(person, 3)
    seal_entries()
    head = verify_chain().head
    write(person)
    seal_entries()
    assert verify_chain(expect_head=head).problem == ""
    with as_owner():
        JournalSeal.objects.filter(sequence__gte=3).delete()
        JournalEntry.objects.filter(pk__gte=entries[2].pk).delete()
    assert verify_chain().problem == ""
    assert verify_chain(expect_head=head).problem == f"missing: no entry with the expected hash {head}"


def test_an_entry_unsealed_for_long_is_reported(person):
    (entry,) = write(person)
    assert verify_chain().problem == ""
    later = timezone.now() + sealing.SEALED_WITHIN + timedelta(seconds=1)
    assert verify_chain(now=later).problem.startswith(f"unsealed: entry {entry.pk} ")


def test_the_command_prints_count_and_head_and_fails_on_a_problem(person):
    entries = write(person, 2)
    seal_entries()
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert out.getvalue().strip() == f"2 entries intact, head {verify_chain().head}"
    with as_owner():
        JournalEntry.objects.filter(pk=entries[0].pk).update(action="x")
    with pytest.raises(CommandError, match="altered: entry") as failure:
        call_command("verify_journal")
    assert failure.value.returncode == 1


def test_the_chain_state_tells_what_waits(person):
    assert chain_state().sealed == 0
    write(person, 2)
    state = chain_state()
    assert (state.sealed, state.waiting) == (0, 2)
    assert state.waiting_since is not None
    seal_entries()
    state = chain_state()
    assert (state.sealed, state.waiting, state.head) == (2, 0, verify_chain().head)


def test_an_entry_committed_late_is_seen_before_the_last_sealed_one(person, django_assert_num_queries):
    late, sealed = write(person, 2)
    JournalSeal.objects.create(
        sequence=1, entry=sealed, previous_hash=sealing.START, entry_hash="1" * 64, sealed_at=timezone.now()
    )
    with django_assert_num_queries(3):
        assert (unsealed().count, unsealed(JournalSeal(sequence=1, entry=sealed)).since) == (1, late.happened_at)


def test_what_waits_is_looked_for_near_the_end_of_the_chain_only(person, monkeypatch):
    """Or each look would read the whole journal; `verify_journal` does."""
    _old, *_between, sealed = write(person, 4)
    JournalSeal.objects.create(
        sequence=1, entry=sealed, previous_hash=sealing.START, entry_hash="1" * 64, sealed_at=timezone.now()
    )
    monkeypatch.setattr(queries, "LOOKED_BACK", 3)
    assert unsealed().count == 2


def test_the_sealer_of_every_few_seconds_looks_near_the_end_and_the_other_finds_the_rest(person, monkeypatch):
    deep, *_between, sealed = write(person, 4)
    JournalSeal.objects.create(
        sequence=1, entry=sealed, previous_hash=sealing.START, entry_hash="1" * 64, sealed_at=timezone.now()
    )
    monkeypatch.setattr(queries, "LOOKED_BACK", 3)
    (new,) = write(person)
    assert seal_new_entries() == 3
    assert JournalEntry.objects.filter(seal=None).get() == deep
    assert JournalSeal.objects.get(sequence=4).entry == new
    assert seal_entries() == 1
    assert JournalSeal.objects.get(sequence=5).entry == deep


def test_the_journal_is_narrowed_by_each_filter(person):
    other = make_user()
    with transaction.atomic():
        record(actor=person, action="a.one", target=person, edition_id=1)
        record(actor=person, action="a.two", target=other, edition_id=2)
    assert [row.action for row in journal_entries()] == ["a.two", "a.one"]
    assert [row.action for row in journal_entries(action="a.one")] == ["a.one"]
    assert [row.action for row in journal_entries(target_type="accounts.user", target_id=other.pk)] == ["a.two"]
    assert [row.action for row in journal_entries(edition_id=1)] == ["a.one"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('aąż"\\ é', max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.dictionaries(st.sampled_from(["a", "ż", 'quote"']), json_values),
    at=st.integers(0, 4 * 10**15).map(lambda number: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)),
)
def test_an_entry_hashes_the_same_before_it_is_stored_and_after_it_is_read_back(person, data, at):
    entry = JournalEntry(happened_at=at, action="x", target_type="t", target_id=1, data=data)
    entry.save()
    assert sealing.hash_of("", entry) == sealing.hash_of("", JournalEntry.objects.get(pk=entry.pk))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_sealers_at_once_make_one_chain_and_without_the_lock_they_collide(person, monkeypatch, locked):
    """The negative control shows the race: without the lock two sealers take the same number."""
    with transaction.atomic():
        write(person, 50)
    if not locked:
        monkeypatch.setattr(sealing, "_become_sealer", lambda: True)
    original, barrier = sealing.hash_of, threading.Barrier(4)
    met = threading.local()

    def slow_hash(previous, entry, sealed_at):
        if not getattr(met, "done", False):
            met.done = True
            barrier.wait(timeout=5) if not locked else None
        return original(previous, entry, sealed_at)

    monkeypatch.setattr(sealing, "hash_of", slow_hash)
    errors = raised(together(*[seal_entries] * 4))
    assert bool(errors) is not locked
    monkeypatch.setattr(sealing, "hash_of", original)
    assert verify_chain().problem == ""
    assert verify_chain().count == 50
