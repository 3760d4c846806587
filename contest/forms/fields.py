"""A field that clerks fill in by hand: a unit of the register."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.web.text_fields import LineField
from units.models import Unit
from units.queries import search

_CODE_AT_END = re.compile(r"\((\d{4}|\d{7})\)\s*$")
SHOWN_CANDIDATES = 8


def unit_text(unit: Unit | None) -> str:
    """How a chosen unit stands in its field; `UnitField` reads it back."""
    if unit is None:
        return ""
    return f"{unit.name} ({unit.code})" if unit.code else unit.name


class UnitField(LineField):
    """A unit typed as its TERYT code or its name; a name that many units bear asks for the code."""

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        if not text:
            return None
        code = _CODE_AT_END.search(text)
        found = search(code.group(1) if code else text, limit=SHOWN_CANDIDATES + 1)
        exact = [
            unit for unit in found if text.casefold() in {unit.name.casefold(), unit.code, unit_text(unit).casefold()}
        ]
        if len(exact) == 1:
            return exact[0]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No unit has this name or code. Check the spelling or give the TERYT code."))
        shown = "; ".join(_told_apart(unit) for unit in found[:SHOWN_CANDIDATES])
        raise ValidationError(_("Several units match. Give the code of the right one: %(units)s.") % {"units": shown})


def _told_apart(unit: Unit) -> str:
    place = unit.county.name if unit.county else unit.voivodeship.name
    code = unit.code or _("union")
    return f"{unit.name}, {place} – {code}"
