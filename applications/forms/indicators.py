"""Indicators as rows of a table that works without scripts: filled rows and a few empty ones.

Right rows of a table are saved though others are wrong. A wrong row stays as it was typed; what was stored of it stays
stored. Rows have no number of their own, so each carries in a hidden field (`WAS`) the digest of what was stored of it
when the page was made.
"""

import re
from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.sections import INDICATOR_KEYS, MAX_INDICATORS
from common.canonical import sha256_of
from common.web.cleaning import clean_line

SPARE_ROWS = 2
LENGTHS = {"name": 200, "unit": 40, "before": 60, "after": 60, "year": 4}
YEAR = re.compile(r"(19|20)\d\d")
WAS = "was"

Row = dict[str, str]


class IndicatorsWidget(forms.Widget):
    template_name = "applications/applicant_indicators_widget.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value or [])
        blank = dict.fromkeys(INDICATOR_KEYS, "")
        total = min(max(len(rows) + (0 if self.attrs.get("disabled") else SPARE_ROWS), 1), MAX_INDICATORS)
        context["rows"] = [
            self._row(name, number, row) for number, row in enumerate((rows + [blank] * total)[: max(total, len(rows))])
        ]
        context["labels"] = [{"key": key, "text": labels()[key]} for key in INDICATOR_KEYS]
        context["disabled"] = bool((attrs or {}).get("disabled"))
        return context

    def _row(self, name: str, number: int, row: Row) -> dict[str, Any]:
        wrong = faults_of(row) if WAS in row else {}
        return {
            "number": number + 1,
            "was_name": f"{name}-{number}-{WAS}",
            "was": row[WAS] if wrong else _digest(row),
            "cells": [
                {
                    "key": key,
                    "name": f"{name}-{number}-{key}",
                    "value": row.get(key, ""),
                    "label": labels()[key],
                    "length": LENGTHS[key],
                    "wrong": key in wrong,
                }
                for key in INDICATOR_KEYS
            ],
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        rows = []
        for number in range(MAX_INDICATORS):
            row = {key: clean_line(str(data.get(f"{name}-{number}-{key}", ""))) for key in INDICATOR_KEYS}
            if any(row.values()):
                rows.append(row | {WAS: str(data.get(f"{name}-{number}-{WAS}", ""))})
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


def labels() -> dict[str, str]:
    return {
        "name": _("What is measured"),
        "unit": _("Unit of measure"),
        "before": _("Before"),
        "after": _("After"),
        "year": _("Year"),
    }


def faults_of(row: Row) -> dict[str, str]:
    """What is wrong with a row, by its cell."""
    faults = {}
    if not row["name"] and any(row[key] for key in INDICATOR_KEYS):
        faults["name"] = _("write what is measured")
    if row["year"] and not YEAR.fullmatch(row["year"]):
        faults["year"] = _("give the year as four digits, for example 2012")
    for key, length in LENGTHS.items():
        if key not in faults and len(row[key]) > length:
            faults[key] = _("%(column)s: up to %(length)s characters") % {"column": labels()[key], "length": length}
    return faults


def read_table(typed: list[Row], stored: list[Row]) -> tuple[list[Row], list[str]]:
    """The rows to save, and a sentence for each wrong one: in its place stands what was stored of it, if anything."""
    by_digest = {_digest(row): row for row in stored}
    faults = [faults_of(row) for row in typed]
    free = Counter(_digest(row) for row in stored)  # not taken by a right row that replaces it
    free.subtract(row.get(WAS, "") for row, wrong in zip(typed, faults, strict=True) if not wrong)
    rows, sentences = [], []
    for number, (row, wrong) in enumerate(zip(typed, faults, strict=True), start=1):
        if not wrong:
            rows.append(_cells(row))
            continue
        sentences.append(_("Row %(number)s: %(faults)s.") % {"number": number, "faults": "; ".join(wrong.values())})
        was = row.get(WAS, "")
        if free[was] > 0:
            free[was] -= 1
            rows.append(by_digest[was])
    return rows, sentences


def _cells(row: Row) -> Row:
    return {key: row.get(key, "") for key in INDICATOR_KEYS}


def _digest(row: Row) -> str:
    cells = _cells(row)
    return sha256_of(cells)[:16] if any(cells.values()) else ""


class IndicatorsField(forms.Field):
    """A list of rows, each {"name", "unit", "before", "after", "year"} as typed; empty rows are dropped."""

    widget = IndicatorsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.help_text = _("Up to %(count)s rows. Save the page to get more empty rows.") % {"count": MAX_INDICATORS}

    def clean(self, value: Any) -> list[Row]:
        return value or []

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [_cells(row) for row in initial or []] != [_cells(row) for row in data or []]
