"""What waits for a person in the jury's part of the contest; a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.workflow import State
from common.todo import Todo
from contest.models import Edition, JuryMember, JuryRole
from contest.phases import PHASES, Activity, may
from contest.queries import organised_by
from jury.models import Assignment, AssignmentStatus, ScoringRound
from jury.queries.closing import closing_preview
from jury.queries.opening import awaiting_scoring, still_under_review

URGENT_DAYS = 3


def todos_for(
    user: User, organised: Sequence[Edition] | None = None, *, juror: bool = True, chair: bool = True
) -> list[Todo]:
    """`juror`, `chair`: whether the person may have such a seat; `organised`: contest.queries.organised_by(user)."""
    return [
        *(_juror_todos(user) if juror else []),
        *(_chair_todos(user) if chair else []),
        *(_officer_todos(organised_by(user) if organised is None else organised)),
    ]


def _juror_todos(user: User) -> list[Todo]:
    undeclared = Q(status=AssignmentStatus.ASSIGNED)
    unscored = Q(status=AssignmentStatus.DECLARED, sheet__closed_at__isnull=True)
    rows = (
        Assignment.objects.filter(
            juror__user=user,
            juror__is_active=True,
            application__state=State.IN_SCORING,
            application__edition__phase__in=PHASES[Activity.SCORE],
        )
        .values(
            "application__edition__slug",
            "application__edition__title",
            "application__edition__title_en",
            "application__edition__scoring_until",
        )
        .annotate(undeclared=Count("pk", filter=undeclared), unscored=Count("pk", filter=unscored))
        .order_by("application__edition__scoring_until")
    )
    todos = []
    for row in rows:
        due = row["application__edition__scoring_until"]
        edition = Edition(title=row["application__edition__title"], title_en=row["application__edition__title_en"])
        address = f"{reverse('jury:desk')}?edition={row['application__edition__slug']}"
        if count := row["undeclared"]:
            todos.append(
                Todo(
                    title=ngettext(
                        "%(count)d entry waits for your declaration of impartiality",
                        "%(count)d entries wait for your declaration of impartiality",
                        count,
                    )
                    % {"count": count},
                    detail=str(edition),
                    url=f"{address}&state=declare",
                    action=_("Make the declarations"),
                    due_at=due,
                    count=count,
                    urgent=_soon(due),
                )
            )
        if count := row["unscored"]:
            todos.append(
                Todo(
                    title=ngettext("%(count)d score sheet to fill in", "%(count)d score sheets to fill in", count)
                    % {"count": count},
                    detail=str(edition),
                    url=f"{address}&state=score",
                    action=_("Score the entries"),
                    due_at=due,
                    count=count,
                    urgent=_soon(due),
                )
            )
    return todos


def _chair_todos(user: User) -> list[Todo]:
    running = (*PHASES[Activity.SCORE], *PHASES[Activity.SELECT])
    seats = JuryMember.objects.filter(
        user=user, is_active=True, role=JuryRole.CHAIR, edition__phase__in=running
    ).select_related("edition")
    todos = []
    for seat in seats.order_by("-edition__year")[:2]:
        edition = seat.edition
        if may(edition, Activity.SCORE):
            if closing_preview(edition).possible:
                todos.append(
                    Todo(
                        title=_("All sheets are closed: close the scoring"),
                        detail=str(edition),
                        url=reverse("jury:close_scoring", args=[edition.slug]),
                        action=_("Close the scoring"),
                        due_at=edition.scoring_until,
                        urgent=True,
                    )
                )
            continue
        todos.append(_visits_todo(edition))
    return todos


def _visits_todo(edition: Edition) -> Todo:
    chosen = ScoringRound.objects.filter(
        edition=edition, superseded_at__isnull=True, shortlisted_at__isnull=False
    ).exists()
    if not chosen:
        return Todo(
            title=_("The ranking is ready: choose the finalists"),
            detail=str(edition),
            url=reverse("jury:shortlist", args=[edition.slug]),
            action=_("Choose the finalists"),
            urgent=True,
        )
    unvisited = (
        edition.applications.filter(state=State.FINALIST).exclude(visits__visited_on__isnull=False).distinct().count()
    )
    if unvisited:
        return Todo(
            title=ngettext(
                "%(count)d finalist without a recorded visit",
                "%(count)d finalists without a recorded visit",
                unvisited,
            )
            % {"count": unvisited},
            detail=str(edition),
            url=reverse("jury:visits", args=[edition.slug]),
            action=_("Plan and record visits"),
            count=unvisited,
        )
    return Todo(
        title=_("All finalists were visited: begin the decision"),
        detail=str(edition),
        url=reverse("jury:begin_decision", args=[edition.slug]),
        action=_("Begin the decision"),
    )


def _officer_todos(organised: Sequence[Edition]) -> list[Todo]:
    todos = []
    for edition in [row for row in organised if may(row, Activity.OPEN_SCORING)][:2]:
        if may(edition, Activity.SCORE):
            todos += _assigning_todos(edition)
        elif awaiting_scoring(edition).exists() and not still_under_review(edition).exists():
            todos.append(
                Todo(
                    title=_("The formal review is done: open the scoring"),
                    detail=str(edition),
                    url=reverse("jury:open_scoring", args=[edition.slug]),
                    action=_("Open the scoring"),
                    urgent=True,
                )
            )
    return todos


def _assigning_todos(edition: Edition) -> list[Todo]:
    preview = closing_preview(edition)
    third, lacking = preview.needing_third, preview.lacking_jurors
    address = reverse("jury:assignments", args=[edition.slug])
    todos = []
    if third:
        todos.append(
            Todo(
                title=ngettext("%(count)d entry needs a third juror", "%(count)d entries need a third juror", third)
                % {"count": third},
                detail=str(edition),
                url=f"{address}?show=third",
                action=_("Assign a third juror"),
                due_at=edition.scoring_until,
                count=third,
                urgent=True,
            )
        )
    if lacking:
        todos.append(
            Todo(
                title=ngettext("%(count)d entry lacks jurors", "%(count)d entries lack jurors", lacking)
                % {"count": lacking},
                detail=f"{edition}. " + _("Nobody was assigned yet, or a juror was recused."),
                url=f"{address}?show=lacking",
                action=_("Assign jurors"),
                due_at=edition.scoring_until,
                count=lacking,
                urgent=_soon(edition.scoring_until),
            )
        )
    return todos


def _soon(due: datetime | None) -> bool:
    return due is not None and (due - timezone.now()).days < URGENT_DAYS
