"""The rules of an edition as one value: collected, canonical, digested. Knows nothing of Django.

Canonical JSON has sorted keys, no spaces, UTF-8 letters as they are; decimals without trailing
zeros, instants in UTC. The same rules give the same bytes on every database and on every day, so
anybody can download the text and compute the published SHA-256 themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from common.canonical import canonical_json

FORMAT = "slz-rules/1"


class Section(StrEnum):
    """Sections of the set-up, as they stand in addresses."""

    DATA = "dane"
    CALENDAR = "kalendarz"
    DOMAINS = "dziedziny"
    GROUPS = "grupy"
    CRITERIA = "kryteria"
    REQUIREMENTS = "zalaczniki"
    JURY = "jury"


RULE_SECTIONS = tuple(section for section in Section if section is not Section.JURY)

# Fields of Edition that are rules, by section.
EDITION_FIELDS: dict[Section, tuple[str, ...]] = {
    Section.DATA: ("title", "title_en", "theme", "theme_en", "description", "description_en"),
    Section.CALENDAR: (
        "call_announced_on",
        "submission_deadline",
        "formal_review_until",
        "scoring_until",
        "visits_from",
        "visits_until",
        "decision_on",
        "announcement_on",
    ),
    Section.CRITERIA: ("finalist_threshold", "third_juror_gap", "jurors_per_application", "has_places"),
    Section.REQUIREMENTS: ("months_in_operation", "entries_per_unit"),
}
# Fields of the rows of a section that are rules; the order of rows is a rule too.
ROW_FIELDS: dict[Section, tuple[str, ...]] = {
    Section.DOMAINS: ("name", "name_en"),
    Section.GROUPS: ("name", "name_en", "unit_kinds", "population_above", "population_up_to"),
    Section.CRITERIA: ("code", "name", "name_en", "guidance", "guidance_en", "weight", "tie_break"),
    Section.REQUIREMENTS: ("name", "name_en", "hint", "hint_en", "required"),
}
# Names of both in the canonical JSON.
FIELDS_KEY = {
    Section.DATA: "edition",
    Section.CALENDAR: "calendar",
    Section.CRITERIA: "scoring",
    Section.REQUIREMENTS: "entries",
}
ROWS_KEY = {
    Section.DOMAINS: "domains",
    Section.GROUPS: "groups",
    Section.CRITERIA: "criteria",
    Section.REQUIREMENTS: "attachments",
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row as a form left it: `pk` None is a new one."""

    pk: int | None
    values: Mapping[str, Any]
    delete: bool = False


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What a form of one section wants: fields of the edition, and all its rows in their order."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[RowChange, ...] = ()


def assemble(edition: Mapping[str, Any], rows: Mapping[Section, Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """All rules as JSON values. `rows` carry `position`, which decides their order."""
    collected: dict[str, Any] = {"format": FORMAT}
    for section, names in EDITION_FIELDS.items():
        collected[FIELDS_KEY[section]] = {name: plain(edition[name]) for name in names}
    collected["edition"] |= {"slug": edition["slug"], "year": edition["year"]}
    for section, names in ROW_FIELDS.items():
        collected[ROWS_KEY[section]] = _ordered(rows[section], names)
    return collected


def _ordered(rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """By position; equal positions by content, never by the order in which rows were added."""
    keyed = [(row["position"], {name: plain(row[name]) for name in names}) for row in rows]
    return [row for _position, row in sorted(keyed, key=lambda pair: (pair[0], canonical_json(pair[1])))]


def plain(value: Any) -> Any:
    """A JSON value with one spelling only: Decimal("60.00") is "60", an instant is in UTC."""
    match value:
        case Decimal():
            return format(value.normalize() + 0, "f")  # + 0: no negative zero
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case list() | tuple() | set():
            return sorted(value)
        case _:
            return value
