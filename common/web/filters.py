"""Filters in an address: one that means nothing narrows nothing, and the page names it.

An old bookmark is no error, but nobody should take the whole list for the part that was asked for.
"""

from collections.abc import Container, Mapping

from django import forms
from django.utils.translation import gettext as _

from common.errors import Invalid

MAX_SHOWN = 40  # characters of what was asked for

Unknown = list[tuple[str, str]]  # the filter's label, the beginning of what it was asked for


class FilterForm(forms.Form):
    """Every field is optional; its label is what the page calls the filter."""

    def not_understood(self) -> Unknown:
        return [
            (str(self.fields[name].label), beginning(self.data.get(name, "")))
            for name in self.fields
            if name in self.errors
        ]


def not_known(given: Mapping[str, str], filters: Mapping[str, tuple[str, Container[str]]]) -> Unknown:
    """The same for a page without a form: `filters` are {name: (label, what it may be)}."""
    asked = [(label, given.get(name, ""), known) for name, (label, known) in filters.items()]
    return [(label, beginning(value)) for label, value, known in asked if value and value not in known]


def require_understood(unknown: Unknown) -> None:
    """A file tells nobody what was left out, so with a filter that is not understood none is made (422)."""
    if unknown:
        named = "; ".join(f"{label}: {value}" for label, value in unknown)
        raise Invalid(
            _("The file was not made, because a filter was not understood: %(filters)s.") % {"filters": named}
        )


def beginning(value: str) -> str:
    """A value from an address on one short line."""
    text = " ".join(value.replace("\0", " ").split())
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
