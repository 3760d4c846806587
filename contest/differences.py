"""What changed between two published rules, as lines a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.localized import field_label
from contest.models import AttachmentRequirement, ComparisonGroup, Criterion, Domain, Edition
from contest.rules import EDITION_FIELDS, FIELDS_KEY, ROW_FIELDS, ROWS_KEY, Section
from units.models import UnitKind

ROW_MODELS: dict[Section, type[models.Model]] = {
    Section.DOMAINS: Domain,
    Section.GROUPS: ComparisonGroup,
    Section.CRITERIA: Criterion,
    Section.REQUIREMENTS: AttachmentRequirement,
}
_KINDS = dict(UnitKind.choices)
_NOTHING = "—"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: what, as it was, as it is now. A dash stands for nothing."""

    section: Section
    label: str
    before: str
    after: str


def differences(before: Row, after: Row) -> list[Difference]:
    """In the order of the sections; empty when the rules are the same."""
    return [*_of_fields(before, after), *_of_rows(before, after)]


def _of_fields(before: Row, after: Row) -> Iterator[Difference]:
    for section, names in EDITION_FIELDS.items():
        old, new = before[FIELDS_KEY[section]], after[FIELDS_KEY[section]]
        for name in names:
            if old.get(name) != new.get(name):
                label = capfirst(field_label(Edition, name))
                yield Difference(section, label, shown(old.get(name)), shown(new.get(name)))


def _of_rows(before: Row, after: Row) -> Iterator[Difference]:
    for section, key in ROWS_KEY.items():
        model = ROW_MODELS[section]
        kind = capfirst(str(model._meta.verbose_name))
        pairs = _paired(section, before[key], after[key])
        for old, new in pairs:
            if old is None or new is None:
                yield Difference(section, kind, _summary(old), _summary(new))
                continue
            for name in ROW_FIELDS[section]:
                if old.get(name) != new.get(name):
                    words = {"kind": kind, "name": new["name"], "field": field_label(model, name).lower()}
                    label = _("%(kind)s “%(name)s”: %(field)s") % words
                    yield Difference(section, label, shown(old.get(name)), shown(new.get(name)))
        kept = [(old, new) for old, new in pairs if old and new]
        old_order = sorted(kept, key=lambda pair: before[key].index(pair[0]))
        if kept != old_order:
            yield Difference(
                section,
                _("Order: %(what)s") % {"what": str(model._meta.verbose_name_plural)},
                ", ".join(old["name"] for old, _new in old_order if old),
                ", ".join(new["name"] for _old, new in kept if new),
            )


def _paired(section: Section, old_rows: list[Row], new_rows: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows that are the same thing: by code or name; else a renamed row in the same place."""
    identity = "code" if section is Section.CRITERIA else "name"
    free_old = {row[identity]: row for row in old_rows}
    match: dict[int, Row] = {}
    for place, row in enumerate(new_rows):
        if row[identity] in free_old:
            match[place] = free_old.pop(row[identity])
    for place, _row in enumerate(new_rows):
        renamed = old_rows[place] if place < len(old_rows) else None
        if place not in match and renamed and renamed[identity] in free_old:
            match[place] = free_old.pop(renamed[identity])
    pairs: list[tuple[Row | None, Row | None]] = [(match.get(place), row) for place, row in enumerate(new_rows)]
    return pairs + [(row, None) for row in free_old.values()]


def _summary(row: Row | None) -> str:
    if row is None:
        return _NOTHING
    if "weight" in row:
        return _("%(name)s (weight %(weight)s)") % row
    return str(row["name"])


def shown(value: Any) -> str:
    """A value of the canonical JSON in the reader's language."""
    match value:
        case None | "" | []:
            return _NOTHING
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(str(_KINDS.get(item, item)) for item in value)
        case str() if instant := _instant(value):
            return instant
        case str():
            return value
        case _:
            return formats.localize(value)


def _instant(text: str) -> str | None:
    try:
        if len(text) == 10:
            return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
