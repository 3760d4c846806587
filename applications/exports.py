"""The list of entries as a file: what the list shows, for as many entries as the filter leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.queries import listing
from applications.queries.listing import EntryFilter, EntryRow
from contest.models import Edition

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # in JSON
    label: str  # in a spreadsheet
    value: Callable[[EntryRow], Any]


def columns() -> list[Column]:
    """No names, addresses or points: those who need them read the entry or the results."""
    return [
        Column("number", _("Number"), lambda row: row.number),
        Column("title", _("Title"), lambda row: row.title),
        Column("unit", _("Unit"), lambda row: row.unit),
        Column("teryt", _("TERYT code"), lambda row: row.unit_code),
        Column("unit_kind", _("Kind of unit"), lambda row: row.unit_kind),
        Column("voivodeship", _("Voivodeship"), lambda row: row.voivodeship),
        Column("domain", _("Domain"), lambda row: row.domain),
        Column("group", _("Comparison group"), lambda row: row.group),
        Column("state", _("State"), lambda row: row.state_label),
        Column("submitted_at", _("Submitted"), lambda row: _minutes(row.submitted_at)),
        Column("criteria_checked", _("Criteria checked"), lambda row: row.checked),
        Column("criteria_met", _("Criteria met"), lambda row: row.met),
        Column("complete_by", _("Complete by"), lambda row: _minutes(row.due_at)),
    ]


def export_rows(user: User, edition: Edition, wanted: EntryFilter) -> Iterator[EntryRow]:
    """Every entry this reader may see, fetched in chunks, so that the memory used does not grow with the edition."""
    entries = listing.filtered_entries(user, edition, wanted)
    domains, groups = listing.domain_names(edition), listing.group_names(edition)
    now = timezone.now()
    pks = list(entries.values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        wave = pks[start : start + CHUNK]
        yield from listing.entry_rows(listing.rows_in_order(user, wave), domains, groups, now)


def _minutes(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""
