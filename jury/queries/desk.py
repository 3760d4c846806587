"""A juror's own desk. `assignments_for` is the only door of a juror to an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import User
from applications.models import ApplicationVersion, Attachment, Rendition
from applications.queries import submitted_version
from applications.queries.renditions import rendition
from applications.workflow import State
from common.numbers import whole_number
from contest.models import Criterion, Domain, Edition
from contest.phases import PHASES, Activity
from contest.queries import jury_seats
from jury.models import Assignment, AssignmentStatus, Score
from jury.permissions import JURY_STATES
from units.models import Unit

DECLARE, SCORE, CLOSED, RECUSED = "declare", "score", "closed", "recused"
STATES = (DECLARE, SCORE, CLOSED, RECUSED)


@dataclass(slots=True)
class DeskRow:
    """One line of the desk: before the declaration it knows no more than number, title and unit."""

    pk: int
    status: str
    closed_at: Any
    revision: int | None
    filled: int
    number: str | None
    title: str
    unit_name: str
    unit_kind: str
    domain_id: int | None
    is_third: bool
    domain: str = ""  # its name, once the juror has declared

    @property
    def unit(self) -> str:
        return Unit(name=self.unit_name, kind=self.unit_kind).official_name

    @property
    def state(self) -> str:
        if self.status == AssignmentStatus.RECUSED:
            return RECUSED
        if self.status == AssignmentStatus.ASSIGNED:
            return DECLARE
        return CLOSED if self.closed_at else SCORE

    @property
    def shown_domain(self) -> int | None:
        return self.domain_id if self.state in (SCORE, CLOSED) else None


@dataclass(frozen=True, slots=True)
class SavedMark:
    """What a juror saved on one criterion."""

    points: int | None
    justification: str


@dataclass(frozen=True, slots=True)
class NextSheet:
    """Where a link to the next sheet leads, and the entry's number on it."""

    pk: int
    number: str


@dataclass(frozen=True, slots=True)
class Desk:
    rows: list[DeskRow]
    domains: list[Domain]
    total: int
    counts: dict[str, int]
    criteria: int

    @property
    def counted(self) -> int:
        """Entries the juror scores: all but those they are recused from."""
        return self.total - self.counts[RECUSED]


def assignments_for(user: User) -> QuerySet[Assignment]:
    """The person's own assignments to entries that are in the contest still."""
    return Assignment.objects.filter(
        juror__user=user, juror__is_active=True, application__state__in=JURY_STATES
    ).select_related("juror", "application__edition", "application__unit", "application__domain", "application__group")


def editions_of(user: User) -> list[Edition]:
    """Editions on whose jury this person sits, newest first."""
    return list(Edition.objects.filter(pk__in=jury_seats(user).values("edition")).order_by("-year", "-pk"))


def desk_for(user: User, edition: Edition, *, state: str = "", domain: str = "") -> Desk:
    """Four queries for any number of entries; filters that mean nothing are ignored."""
    filled = Q(sheet__scores__points__isnull=False)
    raw = (
        Assignment.objects.filter(
            juror__user=user,
            juror__is_active=True,
            application__edition=edition,
            application__state__in=JURY_STATES,
        )
        .order_by("application__number")
        .annotate(filled=Count("sheet__scores", filter=filled))
        .values_list(
            "pk",
            "status",
            "sheet__closed_at",
            "sheet__revision",
            "filled",
            "application__number",
            "application__title",
            "application__unit__name",
            "application__unit__kind",
            "application__domain_id",
            "is_third",
        )
    )
    rows = [DeskRow(*row) for row in raw]
    counts = dict.fromkeys(STATES, 0)
    for row in rows:
        counts[row.state] += 1
    wanted = whole_number(domain)
    shown = [
        row
        for row in rows
        if (state not in STATES or row.state == state) and (wanted is None or row.shown_domain == wanted)
    ]
    domains = list(edition.domains.all())
    names = {row.pk: str(row) for row in domains}
    for row in shown:
        row.domain = names.get(row.shown_domain or 0, "")
    return Desk(
        rows=shown,
        domains=domains,
        total=len(rows),
        counts=counts,
        criteria=edition.criteria.count(),
    )


def next_to_score(user: User, edition: Edition, after: str = "") -> NextSheet | None:
    """The next open sheet after this number, and around to the first one."""
    rows = assignments_for(user).filter(
        application__edition=edition,
        application__state=State.IN_SCORING,
        status=AssignmentStatus.DECLARED,
        sheet__closed_at__isnull=True,
    )
    further = Case(When(application__number__gt=after, then=0), default=1)
    others = rows.exclude(application__number=after).order_by(further, "application__number")
    found = others.values_list("pk", "application__number").first()
    return NextSheet(found[0], found[1] or "") if found else None


def own_sheets(user: User) -> QuerySet[Assignment]:
    """`assignments_for` with the sheet of each."""
    return assignments_for(user).select_related("sheet")


def criteria_with_marks(user: User, assignment_id: int) -> tuple[list[Criterion], dict[str, SavedMark]]:
    """The criteria of a sheet of this person's own, none when it is not theirs; what is saved, by criterion code."""
    own = assignments_for(user).filter(pk=assignment_id).values("application__edition")
    score = Score.objects.filter(criterion=OuterRef("pk"), sheet__assignment=assignment_id)
    rows = Criterion.objects.filter(edition__in=own).annotate(
        saved_points=Subquery(score.values("points")), saved_why=Subquery(score.values("justification"))
    )
    saved = {row.code: SavedMark(row.saved_points, row.saved_why) for row in rows if row.saved_why is not None}
    return [*rows], saved


def entry_version(assignment: Assignment) -> ApplicationVersion | None:
    return submitted_version(assignment.application)


def entry_file(version: ApplicationVersion | None, attachment_id: int) -> Attachment | None:
    """A file of the submitted version and of no other."""
    listed = version.content.get("attachments", []) if version else []
    if version is None or attachment_id not in {item["id"] for item in listed}:
        return None
    return Attachment.objects.filter(application=version.application_id, pk=attachment_id).first()


def entry_page(version: ApplicationVersion | None, attachment_id: int, page: int) -> Rendition | None:
    """A drawn page of a file of the submitted version."""
    attachment = entry_file(version, attachment_id)
    return rendition(attachment, page) if attachment else None


def to_declare(user: User, ids: Sequence[int]) -> list[Assignment]:
    """The chosen entries that still wait for this person's declaration."""
    rows = assignments_for(user).filter(
        pk__in=ids,
        status=AssignmentStatus.ASSIGNED,
        application__state=State.IN_SCORING,
        application__edition__phase__in=PHASES[Activity.SCORE],
    )
    return list(rows.order_by("application__number"))
