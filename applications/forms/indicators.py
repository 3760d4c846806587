"""Indicators as rows of a table that works without scripts: filled rows and a few empty ones."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.sections import INDICATOR_KEYS, MAX_INDICATORS
from common.web.cleaning import clean_line

SPARE_ROWS = 2
LENGTHS = {"name": 200, "unit": 40, "before": 60, "after": 60, "year": 4}
YEAR = re.compile(r"(19|20)\d\d")

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
            {
                "number": number + 1,
                "cells": [
                    {
                        "key": key,
                        "name": f"{name}-{number}-{key}",
                        "value": row.get(key, ""),
                        "label": labels()[key],
                        "length": LENGTHS[key],
                    }
                    for key in INDICATOR_KEYS
                ],
            }
            for number, row in enumerate((rows + [blank] * total)[: max(total, len(rows))])
        ]
        context["labels"] = [{"key": key, "text": labels()[key]} for key in INDICATOR_KEYS]
        context["disabled"] = bool((attrs or {}).get("disabled"))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        rows = [
            {key: clean_line(str(data.get(f"{name}-{number}-{key}", ""))) for key in INDICATOR_KEYS}
            for number in range(MAX_INDICATORS)
        ]
        return [row for row in rows if any(row.values())]

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


class IndicatorsField(forms.Field):
    """A list of rows, each {"name", "unit", "before", "after", "year"} as typed; empty rows are dropped."""

    widget = IndicatorsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.help_text = _("Up to %(count)s rows. Save the page to get more empty rows.") % {"count": MAX_INDICATORS}

    def clean(self, value: Any) -> list[Row]:
        rows: list[Row] = value or []
        for number, row in enumerate(rows, start=1):
            if not row["name"]:
                raise forms.ValidationError(_("Row %(number)s: write what is measured.") % {"number": number})
            if row["year"] and not YEAR.fullmatch(row["year"]):
                raise forms.ValidationError(
                    _("Row %(number)s: give the year as four digits, for example 2012.") % {"number": number}
                )
            for key, length in LENGTHS.items():
                if len(row[key]) > length:
                    raise forms.ValidationError(
                        _("Row %(number)s, %(column)s: up to %(length)s characters.")
                        % {"number": number, "column": labels()[key], "length": length}
                    )
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])
