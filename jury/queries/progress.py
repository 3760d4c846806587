"""How far scoring has got. Nothing here returns a score: sheets are open or closed, that is all.

Whether two closed sheets lie so far apart that a third juror is called is worked out inside; only
the fact comes out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from applications.models import Application
from applications.workflow import State
from contest.models import Edition, JuryMember
from jury.assignment import Need, Proposal, propose
from jury.models import Assignment, AssignmentStatus, Score
from jury.queries.conflicts import Ground, conflicts
from jury.scoring import calls_third
from units.models import Unit


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


def entries_progress(edition: Edition) -> list[EntryProgress]:
    """Every entry in scoring with its readers; four queries, whatever the number of entries."""
    rows = (
        Application.objects.filter(edition=edition, state=State.IN_SCORING)
        .order_by("number")
        .values_list("pk", "number", "title", "unit__name", "unit__kind", "unit_id", "domain_id")
    )
    entries = {row[0]: EntryProgress(*row) for row in rows}
    readers = (
        Assignment.objects.filter(application__edition=edition, application__state=State.IN_SCORING)
        .order_by("pk")
        .values_list(
            "application_id", "pk", "juror_id", "juror__user__full_name", "status", "sheet__closed_at", "is_third"
        )
    )
    for entry, pk, juror, name, status, closed_at, third in readers:
        entries[entry].readers.append(Reader(pk, juror, name, status, closed_at is not None, third))
    far_apart = _far_apart(edition)
    for found in entries.values():
        called = found.pk in far_apart
        found.needs_third = called and len(found.active) == 2
        found.missing = max(0, edition.jurors_per_application + called - len(found.active))
    return list(entries.values())


def place_of_entry(edition: Edition, entry: int) -> int:
    """Where an entry stands in the list by number, from 0."""
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING)
    return rows.filter(number__lt=rows.filter(pk=entry).values("number")[:1]).count()


def entries_needing_third(edition: Edition) -> list[int]:
    """Entries whose two jurors both closed their sheets, far apart, and no third is assigned yet."""
    return [found.pk for found in entries_progress(edition) if found.needs_third]


def jurors_progress(edition: Edition) -> list[JurorProgress]:
    active = Q(assignments__application__state=State.IN_SCORING)
    held = active & ~Q(assignments__status=AssignmentStatus.RECUSED)
    rows = (
        JuryMember.objects.filter(edition=edition, is_active=True)
        .annotate(
            assigned=Count("assignments", filter=held),
            undeclared=Count("assignments", filter=active & Q(assignments__status=AssignmentStatus.ASSIGNED)),
            closed=Count("assignments", filter=held & Q(assignments__sheet__closed_at__isnull=False)),
            recused=Count("assignments", filter=active & Q(assignments__status=AssignmentStatus.RECUSED)),
        )
        .order_by("user__full_name", "pk")
        .values_list(
            "pk", "user__full_name", "user__email", "user__language", "assigned", "undeclared", "closed", "recused"
        )
    )
    return [JurorProgress(*row) for row in rows]


def proposal_for(edition: Edition, progress: Sequence[EntryProgress] | None = None) -> Proposal:
    """A balanced choice of jurors for every entry that lacks one; nothing is written."""
    entries = list(progress if progress is not None else entries_progress(edition))
    jurors = list(JuryMember.objects.filter(edition=edition, is_active=True).order_by("pk"))
    barred = bars(entries, jurors)
    loads: dict[int, int] = defaultdict(int)
    for entry in entries:
        for reader in entry.active:
            loads[reader.juror] += 1
    needs = [
        Need(
            entry=entry.pk,
            missing=entry.missing,
            taken=frozenset(reader.juror for reader in entry.active),
            barred=frozenset(barred.get(entry.pk, {})),
        )
        for entry in entries
        if entry.missing
    ]
    return propose(needs, [juror.pk for juror in jurors], loads)


def bars(entries: Sequence[EntryProgress], jurors: Sequence[JuryMember]) -> dict[int, dict[int, Ground]]:
    """{entry: {juror: ground}} for every conflict among these."""
    found: dict[int, dict[int, Ground]] = defaultdict(dict)
    for (entry, juror), ground in conflicts([(entry.pk, entry.unit_id) for entry in entries], jurors).items():
        found[entry][juror] = ground
    return found


def _far_apart(edition: Edition) -> set[int]:
    """Entries whose only two closed sheets lie the gap or more apart.

    Only where two jurors read an entry does a gap call a third; with more there is one already.
    """
    if edition.jurors_per_application != 2:
        return set()
    totals = (
        Score.objects.filter(
            sheet__assignment__application__edition=edition,
            sheet__assignment__application__state=State.IN_SCORING,
            sheet__assignment__status=AssignmentStatus.DECLARED,
            sheet__closed_at__isnull=False,
        )
        .values("sheet__assignment__application_id", "sheet_id")
        .annotate(tenths=Sum(F("points") * F("criterion__weight")))
        .order_by()
    )
    by_entry: dict[int, list[Decimal]] = defaultdict(list)
    for row in totals:
        by_entry[row["sheet__assignment__application_id"]].append(Decimal(row["tenths"]) / 10)
    return {entry for entry, found in by_entry.items() if calls_third(found, edition.third_juror_gap)}
