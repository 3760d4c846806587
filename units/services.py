"""Writing to the register of units."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from common import journal
from common.copies import public_content_changed
from common.errors import Invalid
from common.journal import Actor
from common.text import fold, sort_key
from units.models import RegisterImport, Unit, UnitChange, UnitKind, Voivodeship
from units.terc import Problem, TercFile, UnitRow, parse

# A file that closes more than this share of open units is more likely cut short than true.
LARGEST_CLOSING_SHARE = 0.05


class BrokenFile(Invalid):
    """A register file that cannot be read; `problems` names the lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class ImportReport:
    added: int
    changed: int
    closed: int
    unchanged: int


@transaction.atomic
def import_terc(*, actor: Actor | None, content: bytes, complete: bool = True) -> ImportReport:
    """Bring the register to the state of a TERC file; all of it or, on any problem, nothing.

    Reading the same file again changes nothing. A renamed unit keeps its row and its former name
    (UnitChange); a gmina is recognised by its six digits, so a change of kind is no new unit. A unit
    that is no longer listed is closed, never deleted. With `complete=False` the file is a part of
    the register and closes nothing.

    Raises BrokenFile, or Invalid for a file older than the register or one that would close
    suspiciously many units.
    """
    file = parse(content)
    if file.problems:
        raise BrokenFile(file.problems)
    assert file.register_date is not None  # parse() reports a file without rows
    newest = RegisterImport.objects.order_by("-register_date").first()
    if newest and file.register_date < newest.register_date:
        raise Invalid(
            _("The register is of %(newest)s already; this file is older (%(date)s).")
            % {"newest": newest.register_date, "date": file.register_date}
        )
    known = {_identity(unit.code or "", unit.kind): unit for unit in Unit.objects.exclude(kind=UnitKind.UNION)}
    listed = {_identity(row.code, row.kind) for row in file.units}
    closing = [u for key, u in known.items() if key not in listed and u.closed_on is None] if complete else []
    if len(closing) > LARGEST_CLOSING_SHARE * len(known):
        raise Invalid(
            _("This file would close %(closing)s of %(known)s units. It is probably incomplete.")
            % {"closing": len(closing), "known": len(known)}
        )
    _save_voivodeships(file)
    report, written = _save_units(file, file.register_date, known, closing)
    if report.added or report.changed or report.closed:
        record = RegisterImport.objects.create(
            file_sha256=hashlib.sha256(content).hexdigest(),
            register_date=file.register_date,
            added=report.added,
            changed=report.changed,
            closed=report.closed,
        )
        journal.record(
            actor=actor,
            action="register.import",
            target=record,
            facts=written,
            sha256=record.file_sha256,
            added=report.added,
            changed=report.changed,
            closed=report.closed,
        )
        public_content_changed()
    return report


def _identity(code: str, kind: str) -> str:
    """Six digits of a gmina, four of a powiat: what stays when a gmina becomes urban-rural."""
    return code if kind == UnitKind.COUNTY else code[:6]


def _save_voivodeships(file: TercFile) -> None:
    Voivodeship.objects.bulk_create(
        [Voivodeship(code=code, name=name) for code, name in file.voivodeships.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    )


def _save_units(
    file: TercFile, register_date: date, known: dict[str, Unit], closing: list[Unit]
) -> tuple[ImportReport, list[Unit]]:
    """Powiats first: gminas point to them. What was done, and the units written."""
    county_names = {row.code: row.name for row in file.units if row.kind == UnitKind.COUNTY}
    rows = sorted(file.units, key=lambda row: row.kind != UnitKind.COUNTY)
    counties: dict[str, Unit] = {unit.code or "": unit for unit in known.values() if unit.kind == UnitKind.COUNTY}
    added: list[Unit] = []
    changed: list[Unit] = []
    former: list[UnitChange] = []
    for wanted_counties in (True, False):
        batch = []
        for row in rows:
            if (row.kind == UnitKind.COUNTY) is not wanted_counties:
                continue
            unit = known.get(_identity(row.code, row.kind))
            county_name = county_names.get(row.county_code, "")
            if unit is None:
                unit = Unit()
                _fill(unit, row, file, counties, county_name)
                batch.append(unit)
            elif _differs(unit, row, counties):
                former.append(_former(unit, register_date))
                _fill(unit, row, file, counties, county_name)
                changed.append(unit)
            elif unit.search_text != _search_text(row, file, county_name):
                _fill(unit, row, file, counties, county_name)  # only its powiat was renamed
                changed.append(unit)
        Unit.objects.bulk_create(batch, batch_size=500)
        added += batch
        counties |= {unit.code or "": unit for unit in batch if unit.kind == UnitKind.COUNTY}
    for unit in closing:
        unit.closed_on = register_date
    UnitChange.objects.bulk_create(former)
    fields = ["code", "kind", "name", "county", "search_text", "sort_key", "register_date", "closed_on"]
    Unit.objects.bulk_update([*changed, *closing], fields, batch_size=200)
    unchanged = len(file.units) - len(added) - len(changed)
    return ImportReport(len(added), len(changed), len(closing), unchanged), [*added, *changed, *closing]


def _differs(unit: Unit, row: UnitRow, counties: dict[str, Unit]) -> bool:
    county = counties.get(row.county_code)
    return (
        unit.name != row.name
        or unit.code != row.code
        or unit.kind != row.kind
        or unit.county_id != (county.pk if county else None)
        or unit.closed_on is not None
    )


def _former(unit: Unit, register_date: date) -> UnitChange:
    until = unit.closed_on or register_date
    return UnitChange(
        unit=unit, name=unit.name, search_text=fold(unit.name), code=unit.code or "", kind=unit.kind, until=until
    )


def _fill(unit: Unit, row: UnitRow, file: TercFile, counties: dict[str, Unit], county_name: str) -> None:
    unit.code, unit.kind, unit.name = row.code, row.kind, row.name
    unit.voivodeship_id = row.voivodeship_code
    unit.county = counties.get(row.county_code)
    unit.search_text = _search_text(row, file, county_name)
    unit.sort_key = sort_key(row.name)
    unit.register_date = file.register_date
    unit.closed_on = None


def _search_text(row: UnitRow, file: TercFile, county_name: str) -> str:
    return fold(f"{row.name} {county_name} {file.voivodeships[row.voivodeship_code]}")
