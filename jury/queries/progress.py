"""How far scoring has got. Nothing here returns a score: sheets are open or closed, that is all.

Whether two closed sheets lie so far apart that a third juror is called is worked out inside; only
the fact comes out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from applications.models import Application
from applications.workflow import State
from contest.models import Edition, JuryMember
from contest.queries import active_jury
from jury.assignment import Need, Proposal, propose
from jury.models import Assignment, AssignmentStatus
from jury.queries.conflicts import Ground, conflicts
from units.models import Unit

EntryRows = QuerySet[Any, Any]  # dictionaries, with the counts that `entries_in_scoring` adds


@dataclass(slots=True)
class Reader:
    """One juror of one entry, as the officer sees them."""

    assignment: int
    juror: int
    name: str
    status: str
    closed: bool
    is_third: bool

    @property
    def state(self) -> str:
        """RECUSED, ASSIGNED (no declaration yet), DECLARED (sheet open) or CLOSED."""
        return "CLOSED" if self.closed and self.status == AssignmentStatus.DECLARED else self.status


@dataclass(slots=True)
class EntryProgress:
    """`missing` is how many jurors are still to be assigned, the one called by a gap included."""

    pk: int
    number: str | None
    title: str
    unit_name: str
    unit_kind: str
    unit_id: int
    domain_id: int | None
    readers: list[Reader] = field(default_factory=list)
    needs_third: bool = False
    missing: int = 0

    @property
    def unit(self) -> str:
        return Unit(name=self.unit_name, kind=self.unit_kind).official_name

    @property
    def active(self) -> list[Reader]:
        return [reader for reader in self.readers if reader.status != AssignmentStatus.RECUSED]

    @property
    def recused(self) -> list[Reader]:
        return [reader for reader in self.readers if reader.status == AssignmentStatus.RECUSED]

    @property
    def closed(self) -> int:
        return sum(1 for reader in self.active if reader.closed)

    @property
    def complete(self) -> bool:
        """All its jurors are assigned and have closed their sheets."""
        return not self.missing and self.closed == len(self.active)


@dataclass(frozen=True, slots=True)
class JurorProgress:
    pk: int
    name: str
    email: str
    language: str
    assigned: int
    undeclared: int
    closed: int
    recused: int

    @property
    def open(self) -> int:
        return self.assigned - self.closed


def entries_in_scoring(edition: Edition) -> EntryRows:
    """The entries the jury now scores, by number, each with what it lacks; filtered and paged in SQL.

    Numbers of rows and counts only: what a page shows of its entries, `read_progress` reads for these alone.
    """
    return _counted(edition, Application.objects.filter(edition=edition, state=State.IN_SCORING).values("pk"))


def _counted(edition: Edition, entries: EntryRows) -> EntryRows:
    """`held` and `shut` count an entry's jurors and their closed sheets; `called` is 1 when exactly two sheets
    are closed and lie the gap or more apart (with more jurors from the start there is a third one
    already); `missing` is how many jurors are still to be assigned.
    """
    at_work = Q(assignments__status__in=(AssignmentStatus.ASSIGNED, AssignmentStatus.DECLARED))
    shut = Q(assignments__status=AssignmentStatus.DECLARED, assignments__sheet__closed_at__isnull=False)
    total = "assignments__sheet__total"
    needed = edition.jurors_per_application
    called = Case(When(shut=2, apart__gte=edition.third_juror_gap, then=1), default=0)
    return (
        entries.annotate(
            held=Count("assignments", filter=at_work),
            shut=Count("assignments", filter=shut),
            recused=Count("assignments", filter=Q(assignments__status=AssignmentStatus.RECUSED)),
            apart=Max(total, filter=shut) - Min(total, filter=shut),
        )
        .annotate(called=called if needed == 2 else Value(0, IntegerField()))
        .annotate(missing=Greatest(needed + F("called") - F("held"), 0))
        .order_by("number")
    )


NEEDING_THIRD = Q(called=1, held=2)
LACKING = Q(missing__gt=0) & ~NEEDING_THIRD
OPEN = Q(missing=0, shut__lt=F("held"))
COMPLETE = Q(missing=0, shut=F("held"))


def by_number(edition: Edition) -> QuerySet[Application]:
    """The same entries without counts, for pages of all of them: no sheet is read to find a page."""
    return Application.objects.filter(edition=edition, state=State.IN_SCORING).order_by("number")


def read_progress(edition: Edition, wanted: Any) -> list[EntryProgress]:
    """The entries of a page of `entries_in_scoring` or `by_number`, with their readers, in two queries.

    `wanted` is the QuerySet itself or a slice of it; only the numbers of its rows are asked of it.
    """
    chosen = Application.objects.filter(pk__in=wanted.values("pk"))
    rows = chosen.values("pk", "number", "title", "unit__name", "unit__kind", "unit_id", "domain_id")
    entries = {
        row["pk"]: EntryProgress(
            pk=row["pk"],
            number=row["number"],
            title=row["title"],
            unit_name=row["unit__name"],
            unit_kind=row["unit__kind"],
            unit_id=row["unit_id"],
            domain_id=row["domain_id"],
            needs_third=bool(row["called"]) and row["held"] == 2,
            missing=row["missing"],
        )
        for row in _counted(edition, rows)
    }
    readers = (
        Assignment.objects.filter(application__in=entries)
        .order_by("pk")
        .values_list(
            "application_id", "pk", "juror_id", "juror__user__full_name", "status", "sheet__closed_at", "is_third"
        )
    )
    for entry, pk, juror, name, status, closed_at, third in readers:
        entries[entry].readers.append(Reader(pk, juror, name, status, closed_at is not None, third))
    return list(entries.values())


def place_of_entry(edition: Edition, entry: int) -> int:
    """Where an entry stands in the list by number, from 0."""
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING)
    return rows.filter(number__lt=rows.filter(pk=entry).values("number")[:1]).count()


def entries_needing_third(edition: Edition) -> EntryRows:
    """Entries whose two jurors both closed their sheets, far apart, and no third is assigned yet."""
    return entries_in_scoring(edition).filter(NEEDING_THIRD)


def jurors_progress(edition: Edition, jurors: Sequence[JuryMember] | None = None) -> list[JurorProgress]:
    """Each active juror's sheets, by name; `jurors` when the caller has read `active_jury` already."""
    held = ~Q(status=AssignmentStatus.RECUSED)
    counted = (
        Assignment.objects.filter(application__edition=edition, application__state=State.IN_SCORING)
        .values("juror_id")
        .annotate(
            assigned=Count("pk", filter=held),
            undeclared=Count("pk", filter=Q(status=AssignmentStatus.ASSIGNED)),
            closed=Count("pk", filter=held & Q(sheet__closed_at__isnull=False)),
            recused=Count("pk", filter=~held),
        )
        .values_list("juror_id", "assigned", "undeclared", "closed", "recused")
    )
    counts = {juror: tuple(numbers) for juror, *numbers in counted}
    return [
        JurorProgress(
            juror.pk, juror.user.full_name, juror.user.email, juror.user.language, *counts.get(juror.pk, (0, 0, 0, 0))
        )
        for juror in (active_jury(edition) if jurors is None else jurors)
    ]


def proposal_for(edition: Edition) -> tuple[Proposal, list[EntryProgress]]:
    """A balanced choice of jurors for every entry that lacks one, and these entries; nothing is written."""
    entries = read_progress(edition, entries_in_scoring(edition).filter(missing__gt=0))
    jurors = list(active_jury(edition).order_by("pk"))
    barred = bars(entries, jurors)
    needs = [
        Need(
            entry=entry.pk,
            missing=entry.missing,
            taken=frozenset(reader.juror for reader in entry.active),
            barred=frozenset(barred.get(entry.pk, {})),
        )
        for entry in entries
    ]
    loads = {juror.pk: juror.assigned for juror in jurors_progress(edition, jurors)}
    return propose(needs, [juror.pk for juror in jurors], loads), entries


def named_in(edition: Edition, pairs: Iterable[tuple[int, int]]) -> list[EntryProgress]:
    """The entries in scoring that these pairs (entry, juror) name."""
    return read_progress(edition, by_number(edition).filter(pk__in={entry for entry, _juror in pairs}))


def bars(entries: Sequence[EntryProgress], jurors: Sequence[JuryMember]) -> dict[int, dict[int, Ground]]:
    """{entry: {juror: ground}} for every conflict among these."""
    found: dict[int, dict[int, Ground]] = defaultdict(dict)
    for (entry, juror), ground in conflicts([(entry.pk, entry.unit_id) for entry in entries], jurors).items():
        found[entry][juror] = ground
    return found
