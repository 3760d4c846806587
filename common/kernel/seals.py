"""Comparing rows with what the journal sealed of them: what every act asks before it builds on stored facts."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Conflict
from common.kernel import evidence
from common.kernel.passing import raise_passing
from common.models import EvidenceKey, JournalEntry

logger = logging.getLogger(__name__)
BASELINE = "journal.baseline"
REMOVAL = "journal.reseal"  # what is left of rows after people were taken out of them
IN_LISTS = (BASELINE, REMOVAL)  # digests of many rows of one table, on entries about no object
FIRST, LAST = "first", "last"  # in the data of such an entry: the lowest and the highest number of its rows
CHUNK = 5000  # numbers asked for in one statement
NAMED_AT_MOST = 5
LONGEST_NUMBER = 19  # digits: more has no number of a row
Facts = dict[str, dict[str, str | None]]
UNKNOWN = ""  # the journal holds no digest of the row


class Kind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what was sealed: its table and number, never its values."""

    kind: Kind
    table: str
    number: str

    def __str__(self) -> str:
        words = {
            Kind.CHANGED: "changed since it was sealed",
            Kind.MISSING: "missing, or no longer in the state in which it was sealed",
            Kind.EXTRA: "nothing in the journal tells of it",
            Kind.UNREADABLE: "cannot be read",
        }
        return f"{self.kind}: {self.table} {self.number}: {words[self.kind]}"

    @property
    def sentence(self) -> str:
        """For people, in their language."""
        words = {
            Kind.CHANGED: _("%(thing)s no. %(number)s was changed outside the service"),
            Kind.MISSING: _("%(thing)s no. %(number)s is missing"),
            Kind.EXTRA: _("%(thing)s no. %(number)s was added outside the service"),
            Kind.UNREADABLE: _("%(thing)s no. %(number)s cannot be read"),
        }
        thing = str(apps.get_model(self.table)._meta.verbose_name)
        return words[self.kind] % {"thing": thing, "number": self.number}


class NotAsSealed(Conflict):
    """What the act would build on is not what was sealed, so nothing was done. Names the rows."""

    def __init__(self, found: Collection[Difference] | Collection[str]) -> None:
        named = [item.sentence if isinstance(item, Difference) else item for item in found]
        more = len(named) - NAMED_AT_MOST
        text = "; ".join(named[:NAMED_AT_MOST])
        if more > 0:
            text += "; " + ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
        super().__init__(
            _(
                "Nothing was done, because the data is not what was sealed in the journal: %(differences)s. "
                "Tell the administrator of the server: the command verify_all names every difference."
            )
            % {"differences": text}
        )


def baseline_made_at() -> datetime | None:
    """Since when every fact has its digest; None where the baseline was not made yet."""
    rows = JournalEntry.objects.filter(action=BASELINE, target_type=EvidenceKey._meta.label_lower).order_by("pk")
    return rows.values_list("happened_at", flat=True).first()


def require_as_sealed(*groups: Iterable[Model]) -> None:
    """Refuse to build on rows that differ from what was sealed (NotAsSealed)."""
    if found := differences(*groups):
        raise NotAsSealed(found)


def differences(*groups: Iterable[Model]) -> list[Difference]:
    """How these rows differ from their digests in the journal; a few statements for thousands of rows.

    Before the baseline is made a row without a digest cannot be told from one that was always there.
    """
    by_table: dict[str, list[Model]] = defaultdict(list)
    for rows in groups:
        for row in rows:
            by_table[row._meta.label_lower].append(row)
    found = []
    known = sealed_digests(by_table)
    for table, rows in by_table.items():
        described = evidence.EVIDENCE[table]
        for row in rows:
            digest = known[table].get(str(row.pk), UNKNOWN)
            if not digest:
                found.append(Difference(Kind.EXTRA, table, str(row.pk)))
            elif kind := _difference_of(described, row, digest):
                found.append(Difference(kind, table, str(row.pk)))
    if any(item.kind is Kind.EXTRA for item in found) and baseline_made_at() is None:
        return [item for item in found if item.kind is not Kind.EXTRA]
    return found


def differences_of_each(rows: Collection[Model]) -> list[Difference]:
    """The same where one row, or what the journal tells of it, may be past reading and the others still count.

    A database that does not answer is no finding: the error goes on to whoever tries again.
    """
    try:
        return differences(rows)
    except Exception as error:
        raise_passing(error)
        return [found for row in rows for found in _difference_alone(row)]


def _difference_alone(row: Model) -> list[Difference]:
    try:
        return differences([row])
    except Exception as error:
        raise_passing(error)
        return [Difference(Kind.UNREADABLE, row._meta.label_lower, str(row.pk))]


def _difference_of(described: evidence.Evidence, row: Model, digest: str) -> Kind | None:
    """A row that spoilt data keeps from having a digest is not what was sealed."""
    try:
        return None if described.holds(row, digest) else Kind.CHANGED
    except Exception as error:
        raise_passing(error)
        logger.warning("%s %s cannot be read", described.label, row.pk)
        return Kind.UNREADABLE


def missing(edition_id: int, *groups: tuple[type[Model], Iterable[Model]]) -> list[Difference]:
    """Rows of an edition that the journal sealed on the edition's entries, and that are not among those given."""
    present = {model._meta.label_lower: {str(row.pk) for row in rows} for model, rows in groups}
    targets = {anchor for table in present for anchor, _name in evidence.EVIDENCE[table].anchors}
    known: dict[str, dict[str, str | None]] = defaultdict(dict)
    for facts in facts_of_entries(edition_id=edition_id, target_type__in=targets):
        for table in facts.keys() & present.keys():
            known[table] |= facts[table]
    return [
        Difference(Kind.MISSING, table, number)
        for table, found in known.items()
        for number, digest in found.items()
        if digest and number not in present[table]
    ]


def sealed_digests(by_table: Mapping[str, Collection[Any]]) -> dict[str, dict[str, str | None]]:
    """{table: {number: the newest digest the journal has of the row}}; null where an act took the row away."""
    wanted: dict[str, set[int]] = defaultdict(set)  # on whose entries to look: (table, numbers)
    for table, rows in by_table.items():
        for anchor, name in evidence.EVIDENCE[table].anchors:
            wanted[anchor] |= {attrgetter(name)(row) for row in rows} - {None} if name else set()
    entries = JournalEntry.objects.exclude(action__in=IN_LISTS)
    newest: list[tuple[int, Any]] = []
    if lists := _lists(by_table):
        newest += JournalEntry.objects.filter(lists, action__in=IN_LISTS).values_list("pk", "facts")
    for asked in _statements(wanted):
        newest += entries.filter(asked).values_list("pk", "facts")
    known: dict[str, dict[str, str | None]] = {table: {} for table in by_table}
    for _pk, raw in sorted(newest, key=lambda item: item[0]):
        facts = well_formed(raw)
        for table in facts.keys() & known.keys():
            known[table] |= facts[table]
    return known


def _lists(by_table: Mapping[str, Collection[Any]]) -> Q:
    """Those that may hold a row asked for, or that do not say which they hold: others are not even read."""
    asked = Q()
    for table, rows in by_table.items():
        if numbers := [row.pk for row in rows]:
            reaching = Q(**{f"data__{FIRST}__lte": max(numbers), f"data__{LAST}__gte": min(numbers)})
            asked |= Q(target_type=table) & (reaching | Q(**{f"data__{FIRST}__isnull": True}))
    return asked


def _statements(wanted: Mapping[str, set[int]]) -> Iterator[Q]:
    """Conditions of a bounded size: as few statements as the numbers asked for allow."""
    asked, size = Q(), 0
    for anchor, numbers in wanted.items():
        if not numbers:  # digests that stand on entries of the whole table (the register of units)
            yield Q(target_type=anchor)
            continue
        ordered = sorted(numbers)
        while ordered:
            chunk, ordered = ordered[: CHUNK - size], ordered[CHUNK - size :]
            asked |= Q(target_type=anchor, target_id__in=chunk)
            size += len(chunk)
            if size == CHUNK:
                yield asked
                asked, size = Q(), 0
    if size:
        yield asked


def facts_of_entries(**asked: Any) -> Iterator[Facts]:
    """The digests on journal entries, in the order of the journal."""
    rows = JournalEntry.objects.filter(**asked).order_by("pk").values_list("facts", flat=True)
    yield from map(well_formed, rows.iterator(chunk_size=CHUNK))


def well_formed(facts: Any) -> Facts:
    """The digests of an entry; of what somebody spoilt nothing is left, so the rows behind it have no digest."""
    return facts if is_well_formed(facts) else {}


def is_well_formed(facts: Any) -> bool:
    return type(facts) is dict and all(
        type(found) is dict
        and all(
            number.isdecimal() and len(number) < LONGEST_NUMBER and (digest is None or type(digest) is str)
            for number, digest in found.items()
        )
        for found in facts.values()
    )
