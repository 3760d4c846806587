"""Bringing records in from outside the contest: an older base, another union, the seed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common import journal
from common.copies import public_content_changed
from common.errors import Invalid
from common.text import fold
from practices import search
from practices.exchange import COLUMNS, CONTACT_PARTS, Reading, Row, read, rows_of
from practices.models import Practice, PracticeContact, PracticeTool
from practices.versions import make_versions
from units.models import Unit, Voivodeship

SEED = Path(__file__).resolve().parent.parent / "fixtures" / "dzierzoniow.json"
# What an import may set; the rest (award, tokens, withdrawal) is the service's own.
SET_FIELDS = tuple(name for name in (*COLUMNS, "slug", "unit") if name not in ("tools", "contacts", "unit_code"))


@dataclass(slots=True)
class TransferReport:
    """What an import did, or the faults for which it did nothing: (line, sentence)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)


@transaction.atomic
def import_records(
    *, actor: Any, rows: list[Row], progress: Callable[[int, int], None] | None = None
) -> TransferReport:
    """Create or update records by their number in the source, else by title and unit; all of them or none.

    Records born from the contest's awards are never rewritten, and a contact person who withdrew
    their consent does not come back.
    """
    report = TransferReport()
    readings = [read(row) for row in rows]
    _resolve(readings)
    known = _Known()
    for reading in readings:
        report.faults += [(reading.line, fault) for fault in reading.faults]
        if fault := known.fault_of(reading):
            report.faults.append((reading.line, fault))
    if report.faults:
        report.faults.sort()
        return report
    touched: list[Practice] = []
    for number, reading in enumerate(readings, start=1):
        practice, outcome = _save(reading, known.find(reading))
        setattr(report, outcome, getattr(report, outcome) + 1)
        report.practices.append(practice)
        if outcome != "unchanged":
            touched.append(practice)
        if progress:
            progress(number, len(readings))
    search.index([practice.pk for practice in touched])
    sealed = make_versions(actor=actor, practices=touched, reason="practice.import")
    journal.record_bulk(
        [
            journal.draft_entry(actor=actor, action="practice.import", target=practice, facts=sealed[practice.pk])
            for practice in touched
        ]
    )
    if touched:
        public_content_changed()
    return report


@transaction.atomic
def load_seed_practice() -> Practice:
    """The record of Dzierżoniów as the base published it in 2013; a second call changes nothing."""
    rows = rows_of(SEED.read_bytes())
    known = Practice.objects.filter(external_id=rows[0].values["external_id"]).first()
    if known:
        return known
    report = import_records(actor=None, rows=rows)
    if report.faults:
        raise Invalid(report.faults[0][1])
    return report.practices[0]


def _resolve(readings: list[Reading]) -> None:
    """Units by code, voivodeships by code or name, in two queries."""
    codes = {reading.unit_code for reading in readings if reading.unit_code}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes).select_related("county")}
    voivodeships = {}
    for voivodeship in Voivodeship.objects.all():
        voivodeships[voivodeship.code] = voivodeships[fold(voivodeship.name)] = voivodeship
    for reading in readings:
        practice = reading.practice
        unit = units.get(reading.unit_code)
        if reading.unit_code and unit is None:
            reading.faults.append(
                _("unit_code: %(code)s is not in the register. Import the register first.")
                % {"code": reading.unit_code}
            )
        if unit:
            practice.unit = unit
            practice.unit_name = practice.unit_name or unit.official_name
            practice.unit_type = practice.unit_type or unit.kind
            practice.county_name = practice.county_name or (unit.county.name if unit.county else "")
        if reading.voivodeship:
            practice.voivodeship = voivodeships.get(fold(reading.voivodeship))
            if practice.voivodeship is None:
                reading.faults.append(
                    _("voivodeship: “%(name)s” is not in the register. Import the register first.")
                    % {"name": reading.voivodeship}
                )
        elif unit:
            practice.voivodeship_id = unit.voivodeship_id
        if not practice.unit_name and not any(fault.startswith("unit_name") for fault in reading.faults):
            reading.faults.append(_("unit_name: the name of the unit is missing"))


def _locked_records() -> QuerySet[Practice]:
    """Held to the end: a withdrawal during an import waits for it and is not undone by what was read before."""
    rows = Practice.objects.select_for_update(of=("self",)).order_by("pk")
    return rows.select_related("unit", "voivodeship").prefetch_related("tools", "contacts")


class _Known:
    """The records that are there already, read once."""

    def __init__(self) -> None:
        rows = list(_locked_records())
        self.by_external = {row.external_id: row for row in rows if row.external_id}
        self.by_title: dict[tuple[str, str], list[Practice]] = {}
        for row in rows:
            self.by_title.setdefault(_title_key(row), []).append(row)
        self.seen: Counter[tuple[str, ...]] = Counter()

    def find(self, reading: Reading) -> Practice | None:
        practice = reading.practice
        if practice.external_id and practice.external_id in self.by_external:
            return self.by_external[practice.external_id]
        same = self.by_title.get(_title_key(practice), [])
        return next((row for row in same if not (row.external_id and practice.external_id)), None)

    def fault_of(self, reading: Reading) -> str:
        practice = reading.practice
        key = (practice.external_id,) if practice.external_id else _title_key(practice)
        self.seen[key] += 1
        if self.seen[key] > 1:
            return _("The same practice stands in the file twice.")
        found = self.find(reading)
        if found and found.award_id:
            return _("This practice was published from the contest, so an import cannot change it.")
        return ""


def _title_key(practice: Practice) -> tuple[str, str]:
    return fold(practice.title), fold(practice.unit_name)


def _save(reading: Reading, found: Practice | None) -> tuple[Practice, str]:
    target = found or reading.practice
    changed = found is None
    if found:
        if not reading.practice.external_id:
            reading.practice.external_id = found.external_id
        for name in SET_FIELDS:
            if getattr(found, name) != getattr(reading.practice, name):
                setattr(found, name, getattr(reading.practice, name))
                changed = True
    tools_now = {tool.code for tool in found.tools.all()} if found else set()
    people = found.contacts.all() if found else []
    contacts_now = [{part: getattr(person, part) for part in CONTACT_PARTS} for person in people]
    contacts = reading.contacts
    if target.contact_withdrawn_at or target.withdrawn_at:
        # Who withdrew is not remembered, so nobody is added; who stands there still agrees to it.
        standing = {fold(person["name"]) for person in contacts_now}
        contacts = [person for person in contacts if fold(person["name"]) in standing]
    parts_changed = tools_now != set(reading.tools) or contacts_now != contacts
    if not changed and not parts_changed:
        return target, "unchanged"
    target.search_tokens = search.tokens_of(target, reading.tools)
    target.save()
    if parts_changed:
        target.tools.all().delete()
        target.contacts.all().delete()
        PracticeTool.objects.bulk_create(PracticeTool(practice=target, code=code) for code in reading.tools)
        PracticeContact.objects.bulk_create(
            PracticeContact(practice=target, consented_at=None, **person) for person in contacts
        )
    return target, "updated" if found else "created"
