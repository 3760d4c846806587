"""What people call the things that the journal knows by number.

The journal lies below every other app and outlives what it tells of, so it holds numbers only. Their names are
looked up when a page is shown: one statement for a table, however many rows name it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from common.models import JournalEntry
from contest.journal_details import REFERENCES


@dataclass(frozen=True, slots=True)
class _Naming:
    """How rows of one table are called, and the fields it takes: a row's texts are long and its name is short.

    `by_code` finds rows under text.
    """

    fields: tuple[str, ...]
    words: Callable[[Any], str] = str
    related: tuple[str, ...] = ()
    by_code: str = ""


def _entry(row: Any) -> str:
    """An unsent draft is its authors' business: it has a number here and no title."""
    return f"{row.number}, {row.unit}" if row.number else _("unsent entry no. %(number)s") % {"number": row.pk}


# Tables not named here (assignments, sheets, visits) are told by what they join, which stands in the details.
_NAMINGS = {
    "accounts.user": _Naming(("full_name", "email")),
    "applications.application": _Naming(("number", "unit__name", "unit__kind"), _entry, ("unit",)),
    "awards.award": _Naming(("unit_name", "kind")),
    "awards.certificate": _Naming(("number",)),
    "awards.jurysession": _Naming(("number", "edition__year"), related=("edition",)),
    "contest.edition": _Naming(("title", "title_en")),
    "contest.jurymember": _Naming(("user__full_name", "user__email"), related=("user",)),
    "practices.practice": _Naming(("title",)),
    "units.unit": _Naming(("name", "kind", "code"), by_code="code"),
}


def names_in(entries: Iterable[JournalEntry]) -> dict[tuple[str, int | str], str]:
    """Names of the objects of these entries and of what their details refer to."""
    wanted: dict[str, set[int | str]] = defaultdict(set)
    for entry in entries:
        wanted[entry.target_type].add(entry.target_id)
        for key in REFERENCES.keys() & entry.data.keys():
            value = entry.data[key]
            wanted[REFERENCES[key]].update(value if isinstance(value, list) else [value])
    return {
        (table, key): name
        for table, keys in wanted.items()
        if table in _NAMINGS
        for key, name in _names(table, keys - {None})
    }


def _names(table: str, keys: set[int | str]) -> Iterable[tuple[int | str, str]]:
    naming = _NAMINGS[table]
    rows = apps.get_model(table)._base_manager.select_related(*naming.related).only(*naming.fields)
    numbers = {key for key in keys if isinstance(key, int)}
    if numbers:
        yield from ((row.pk, naming.words(row)) for row in rows.filter(pk__in=numbers))
    if naming.by_code and (codes := keys - numbers):
        found = rows.filter(**{f"{naming.by_code}__in": codes})
        yield from ((getattr(row, naming.by_code), naming.words(row)) for row in found)
