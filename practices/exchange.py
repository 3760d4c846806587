"""Records as rows of CSV or JSON, in and out. Reading finds every fault with its line; it writes nothing."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model
from django.utils.translation import gettext as _

from common.errors import Invalid
from common.kernel.spans import PRACTICE, RECORDS
from common.spreadsheet import unguarded
from common.taxonomy import SECTION_BY_CODE, SECTIONS, TOOL_BY_CODE, TOOLS
from common.text import fold
from common.web.cleaning import clean_line, clean_value
from common.web.typed import NotRead, read_day, read_whole_number
from practices.labels import AWARDS, OUTSIDE_CONTEST
from practices.models import Practice, PracticeContact
from practices.slugs import slug_of
from units.models import UnitKind

TEXTS = (
    "external_id",
    "title",
    "abstract",
    "unit_name",
    "unit_type",
    "locality",
    "county_name",
    "postal_code",
    "post_office",
    "implementing_unit",
    "phone",
    "fax",
    "email",
    "context",
    "goals",
    "actions",
    "cost",
    "results",
    "integration",
    "difficulties",
    "advice",
    "edition_slug",
    "edition_title",
    "edition_title_en",
    "award_kind",
    "award_title",
    "justification",
    "justification_en",
    "provenance",
    "licence",
)
LINES = {name for name in TEXTS if isinstance(Practice._meta.get_field(name), CharField)}
DATES = ("added_on", "implemented_on", "verified_on")
COLUMNS = (
    "section",
    *TEXTS,
    *DATES,
    "unit_code",
    "voivodeship",
    "population",
    "award_place",
    "is_example",
    "tools",
    "indicators",
    "contacts",
)
INDICATOR_PARTS = ("name", "unit", "before", "after", "year")
CONTACT_PARTS = ("name", "position", "phone", "email")
MAX_POPULATION = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file; `line` is where it begins (CSV) or which it is (JSON)."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class Reading:
    """A record that was read: the unsaved practice, what belongs to it, and its faults."""

    line: int
    practice: Practice
    unit_code: str = ""
    voivodeship: str = ""
    tools: list[str] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def rows_of(content: bytes) -> list[Row]:
    """The rows of a file, JSON or CSV by its first character; raises Invalid when it is neither."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("The file is not text in UTF-8. Save it as “CSV UTF-8” and try again.")) from error
    if text.lstrip()[:1] in ("[", "{"):
        return list(_json_rows(text))
    return list(_csv_rows(text))


def _json_rows(text: str) -> Iterator[Row]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The file is not valid JSON: %(error)s") % {"error": error}) from error
    records = found.get("practices") if isinstance(found, dict) else found
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Invalid(_("A JSON file must hold a list of practices."))
    for number, record in enumerate(records, start=1):
        yield Row(number, record)


def _csv_rows(text: str) -> Iterator[Row]:
    header_line = text.split("\n", 1)[0]
    delimiter = ";" if header_line.count(";") >= header_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if "title" not in header:
            raise Invalid(_("The first line must name the columns; a column “title” is needed."))
        if unknown := sorted(set(header) - {*COLUMNS, "id", "address", ""}):
            raise Invalid(_("Columns not known here: %(columns)s.") % {"columns": ", ".join(unknown)})
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, {name: unguarded(cell) for name, cell in zip(header, cells, strict=False)})
            line = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            _("The file is broken at line %(line)s: %(error)s") % {"line": reader.line_num, "error": error}
        ) from error


def read(row: Row) -> Reading:
    """One record with its faults in sentences; nothing is asked of the database."""
    try:
        values, unreadable = clean_value(row.values), ""
    except Invalid as refusal:
        values, unreadable = {}, str(refusal)
    texts = {name: (clean_line if name in LINES else str)(_text(values.get(name))) for name in TEXTS}
    reading = Reading(
        row.line, Practice(**texts), _unit_code(values.get("unit_code")), _text(values.get("voivodeship"))
    )
    if unreadable:
        reading.faults.append(unreadable)
        return reading
    practice, faults = reading.practice, reading.faults
    practice.external_id = texts["external_id"] or None
    practice.slug = slug_of(practice.title)
    practice.section = _code(values.get("section"), SECTIONS, SECTION_BY_CODE)
    if not practice.section:
        faults.append(_("section: not one of the sections of the base"))
    for name in DATES:
        setattr(practice, name, _date(name, values.get(name), faults))
    if practice.added_on is None and not any(fault.startswith("added_on") for fault in faults):
        faults.append(_("added_on: the date is missing"))
    practice.population = _number("population", values.get("population"), MAX_POPULATION, faults)
    practice.award_place = _number("award_place", values.get("award_place"), 1000, faults)
    practice.is_example = _text(values.get("is_example")).lower() in ("1", "true", "tak")
    if practice.award_kind and practice.award_kind not in set(AWARDS) - {OUTSIDE_CONTEST}:
        faults.append(_("award_kind: not one of the awards"))
    if practice.unit_type and practice.unit_type not in UnitKind.values:
        practice.unit_type = next(
            (kind for kind, label in UnitKind.choices if fold(str(label)) == fold(practice.unit_type)), ""
        )
        if not practice.unit_type:
            faults.append(_("unit_type: not one of the unit types"))
    reading.tools = _tools(values.get("tools"), faults)
    practice.indicators = _parts("indicators", values.get("indicators"), INDICATOR_PARTS, faults)
    reading.contacts = _parts("contacts", values.get("contacts"), CONTACT_PARTS, faults)
    _check_fields(reading)
    return reading


def _check_fields(reading: Reading) -> None:
    """Lengths and shapes, as the tables demand them."""
    found: dict[str, list[str]] = {}
    skipped = {"award", "unit", "voivodeship", "added_on", "section", "search_tokens"}
    if not reading.practice.unit_name:
        skipped.add("unit_name")  # the register may give it
    rows: list[tuple[Model, set[str]]] = [(reading.practice, skipped)]
    rows += [(PracticeContact(**person), {"practice", "consented_at"}) for person in reading.contacts]
    for instance, exclude in rows:
        try:
            instance.clean_fields(exclude=exclude)
        except ValidationError as error:
            found |= error.message_dict
    reading.faults += [f"{name}: {' '.join(messages)}" for name, messages in found.items()]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _unit_code(value: Any) -> str:
    """A TERYT code has 7 digits, of a powiat 4. Spreadsheets take it for a number and drop its leading zero."""
    text = _text(value)
    return text.zfill(len(text) + 1) if text.isdecimal() and len(text) in (3, 6) else text


def _code(value: Any, terms: Any, by_code: dict[str, Any]) -> str:
    """By code, or by the Polish name as on the base's pages (the last part of "A/B" or "A : B")."""
    text = _text(value)
    if text in by_code:
        return text
    name = fold(text.replace(":", "/").rsplit("/", 1)[-1])
    return next((term.code for term in terms if fold(term.pl) == name), "")


def _date(name: str, value: Any, faults: list[str]) -> date | None:
    text = _text(value)
    if not text:
        return None
    try:
        found = read_day(text)
    except NotRead as error:
        faults.append(f"{name}: {error}")
        return None
    if found is not None and found not in (PRACTICE if name == "implemented_on" else RECORDS):
        faults.append(_("%(field)s: the year cannot be right") % {"field": name})
        return None
    return found


def _number(name: str, value: Any, most: int, faults: list[str]) -> int | None:
    """A positive whole number; 0 and nothing both mean unknown."""
    try:
        found = read_whole_number(_text(value))
    except NotRead as error:
        faults.append(f"{name}: {error}")
        return None
    if found is not None and not 0 <= found <= most:
        faults.append(_("%(field)s: write a whole number") % {"field": name})
        return None
    return found or None


def _tools(value: Any, faults: list[str]) -> list[str]:
    given = value if isinstance(value, list) else _text(value).split(";")
    found: dict[str, None] = {}
    for text in filter(None, map(_text, given)):
        if code := _code(text, TOOLS, TOOL_BY_CODE):
            found.setdefault(code)
        else:
            faults.append(_("tools: “%(tool)s” is not a known tool") % {"tool": text})
    return list(found)


def _parts(name: str, value: Any, parts: tuple[str, ...], faults: list[str]) -> list[dict[str, str]]:
    """A list of objects (JSON), or lines of "a | b | c" (CSV)."""
    if isinstance(value, list):
        if not all(isinstance(item, dict) for item in value):
            faults.append(_("%(field)s: must be a list of objects") % {"field": name})
            return []
        return [{part: clean_line(_text(item.get(part))) for part in parts} for item in value]
    found = []
    for line in filter(None, map(str.strip, _text(value).split("\n"))):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > len(parts):
            faults.append(_("%(field)s: a line has more than %(count)s parts") % {"field": name, "count": len(parts)})
        found.append(dict(zip(parts, [*cells, *[""] * len(parts)], strict=False)))
    return found
