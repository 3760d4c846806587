"""The public base as data: one dictionary a record, and the rows of its CSV file (read back by import_practices)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from common.spreadsheet import csv_lines
from common.web.cleaning import shown_text
from practices.exchange import COLUMNS, CONTACT_PARTS, DATES, INDICATOR_PARTS, TEXTS
from practices.models import Practice

CHUNK = 200


def address_of(practice: Practice) -> str:
    return f"{settings.SITE_URL}{practice.get_absolute_url()}"


def as_dict(practice: Practice) -> dict[str, Any]:
    """Everything the record's page shows, JSON values only. Needs queries.for_export."""
    return {
        "id": practice.pk,
        "address": address_of(practice),
        "section": practice.section,
        **{name: getattr(practice, name) or "" for name in TEXTS},
        **{name: _iso(getattr(practice, name)) for name in DATES},
        "unit_code": (practice.unit.code or "") if practice.unit else "",
        "voivodeship": practice.voivodeship.name if practice.voivodeship else "",
        "population": practice.population,
        "award_place": practice.award_place,
        "is_example": practice.is_example,
        "tools": sorted(tool.code for tool in practice.tools.all()),
        "indicators": indicators_of(practice),
        "contacts": [{part: getattr(person, part) for part in CONTACT_PARTS} for person in practice.contacts.all()],
    }


def indicators_of(practice: Practice) -> list[dict[str, str]]:
    """Whatever the column of JSON holds: one record must not take a page or a list of all of them along."""
    rows = practice.indicators if isinstance(practice.indicators, list) else []
    return [
        {part: shown_text(str(indicator.get(part, ""))) for part in INDICATOR_PARTS}
        for indicator in rows
        if isinstance(indicator, dict)
    ]


def csv_of(practices: QuerySet[Practice]) -> Iterator[str]:
    """The file line by line, records read in chunks so that the base may grow."""
    return csv_lines(["id", "address", *COLUMNS], _rows(practices))


def _rows(practices: QuerySet[Practice]) -> Iterator[list[Any]]:
    for practice in practices.iterator(chunk_size=CHUNK):
        record = as_dict(practice)
        record["tools"] = "; ".join(record["tools"])
        record["indicators"] = _lines(record["indicators"])
        record["contacts"] = _lines(record["contacts"])
        record["is_example"] = "1" if record["is_example"] else ""
        cells = (record[name] for name in ("id", "address", *COLUMNS))
        yield [shown_text(cell) if isinstance(cell, str) else cell for cell in cells]


def _lines(parts: list[dict[str, str]]) -> str:
    """One object a line, its values separated by bars (a bar inside a value becomes a slash)."""
    return "\n".join(" | ".join(" ".join(value.replace("|", "/").split()) for value in part.values()) for part in parts)


def _iso(value: Any) -> str:
    return value.isoformat() if value else ""
