"""Digests of facts: keyed, in a format, on the entry of the object they are looked for at."""

import dataclasses
from unittest.mock import Mock

import pytest
from django.db import transaction

from common import journal
from common.canonical import canonical_json
from common.kernel import evidence, seals
from common.kernel.baseline import reseal, seal_baseline
from common.kernel.seals import baseline_made_at, differences
from common.models import JournalEntry
from tests.factories import make_application, make_edition, make_officer, make_unit
from tests.tampering import as_owner
from units.models import Unit

pytestmark = pytest.mark.django_db


def test_the_same_fact_has_one_digest_and_another_key_gives_another():
    unit = make_unit("Jarocin")
    described = evidence.of(unit)
    digest = described.digest_of(unit)
    assert described.holds(Unit.objects.get(pk=unit.pk), digest)
    name = str(evidence.connection.settings_dict["NAME"])
    kept = evidence._keys[name]
    try:
        evidence._keys[name] = b"another"
        assert described.digest_of(unit) != digest
    finally:
        evidence._keys[name] = kept


def test_a_digest_of_an_older_format_is_still_verified():
    unit = make_unit()
    old = evidence.of(unit)
    digest = old.digest_of(unit)
    new = dataclasses.replace(old, format=2, columns=("code",), former={1: old.facts_of})
    assert new.holds(unit, digest)
    assert new.holds(unit, new.digest_of(unit))
    assert not new.holds(unit, new.digest_of(unit).replace("2:", "3:"))
    unit.name = "x"
    assert not new.holds(unit, digest)


def test_a_digest_from_before_who_was_sealed_is_still_verified():
    entry = make_application(state="SUBMITTED")
    described = evidence.of(entry)
    old, new = described.digest_of(entry, described.format - 1), described.digest_of(entry)
    assert described.holds(entry, old)
    assert described.holds(entry, new)
    entry.created_by = make_officer()
    assert described.holds(entry, old)
    assert not described.holds(entry, new)
    assert not described.holds(entry, new.replace("2:", "1:"))


def test_a_digest_stands_on_the_entry_of_its_object_only():
    entry = make_application(state="SUBMITTED")
    with transaction.atomic():
        with pytest.raises(ValueError, match="does not belong"):
            journal.record(actor=None, action="x", target=make_edition(), facts=[entry])
        written = journal.record(actor=None, action="x", target=entry, facts=[entry])
    assert written.facts.keys() == {"applications.application"}


def test_no_value_reaches_the_journal():
    entry = make_application(state="INELIGIBLE", decision_reason="Sekret")
    with transaction.atomic():
        written = journal.record(actor=make_officer(), action="x", target=entry, facts=[entry])
    assert "Sekret" not in canonical_json([written.data, written.facts])


def test_the_baseline_seals_what_has_no_digest_once():
    entry, other = make_application(state="SUBMITTED"), make_application(state="SUBMITTED")
    with transaction.atomic():
        journal.record(actor=None, action="x", target=entry, facts=[entry])
    type(entry).objects.filter(pk=entry.pk).update(number="changed")
    assert baseline_made_at() is None
    assert seal_baseline() > 0
    assert baseline_made_at() is not None
    count = JournalEntry.objects.count()
    assert seal_baseline() == 0
    assert JournalEntry.objects.count() == count
    rows = type(entry).objects.filter(pk__in=[entry.pk, other.pk])
    assert [(item.number, item.kind) for item in differences(rows)] == [(str(entry.pk), "changed")]


def test_a_later_baseline_seals_the_rows_that_became_evidence_and_nothing_twice(monkeypatch):
    """As with mail that waits: before, only letters that had left were sealed."""
    described = evidence.of(Unit)
    kept, later = make_unit(), make_unit()
    only_kept = dataclasses.replace(described, among=lambda rows: rows.filter(pk=kept.pk))
    monkeypatch.setitem(evidence.EVIDENCE, described.label, only_kept)
    seal_baseline()
    monkeypatch.setitem(evidence.EVIDENCE, described.label, dataclasses.replace(described, widened=1))
    Unit.objects.filter(pk=kept.pk).update(name="changed")
    assert seal_baseline() == 1
    assert seal_baseline() == 0
    found = differences(Unit.objects.filter(pk__in=[kept.pk, later.pk]))
    assert [(item.number, item.kind) for item in found] == [(str(kept.pk), "changed")]


def test_what_a_removal_left_is_sealed_again():
    entry = make_application(state="INELIGIBLE", decision_reason="Jan Kowalski")
    seal_baseline()
    type(entry).objects.filter(pk=entry.pk).update(decision_reason="")
    rows = type(entry).objects.filter(pk=entry.pk)
    assert differences(rows)
    with transaction.atomic():
        reseal(None, type(entry), [entry.pk])
    assert differences(rows) == []


def test_lists_that_cannot_hold_the_rows_asked_for_are_not_read(monkeypatch, django_assert_num_queries):
    """However many rows an upgrade sealed long ago; a list that does not say what it holds is always read."""
    monkeypatch.setattr("common.kernel.baseline.TOGETHER", 2)
    units = [make_unit() for _ in range(9)]
    seal_baseline()
    lists = JournalEntry.objects.filter(target_type="units.unit")
    assert lists.earliest("pk").data == {"first": units[0].pk, "last": units[1].pk}
    read = Mock(side_effect=seals.well_formed)
    monkeypatch.setattr(seals, "well_formed", read)
    for rows, count in ((units[3:4], 1), (units[:1], 1), (units[8:], 1), (units[2:5], 2), (units, 5)):
        read.reset_mock()
        with django_assert_num_queries(2):
            assert differences(rows) == []
        assert read.call_count == count
    with as_owner():
        lists.update(data={})
    read.reset_mock()
    assert differences(units[:1]) == []
    assert read.call_count == lists.count() == 5
