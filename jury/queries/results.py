"""Results after the chair closed scoring, and who may see which values. These are the only doors to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from contest.models import Edition, JuryMember
from jury import bundle
from jury.models import AssignmentStatus, Result, Score, ScoreSheet, ScoreSheetVersion, ScoringRound
from jury.permissions import can_see_results
from jury.queries.conflicts import conflict_of, conflicts
from jury.ranking import Strength, ties
from jury.scoring import Criterion as CriterionRule
from jury.scoring import Sheet


def current_round(edition: Edition) -> ScoringRound | None:
    """The closing of scoring that counts; None before the first one and while scoring is open again."""
    return ScoringRound.objects.filter(edition=edition, superseded_at__isnull=True).first()


def results_for(round_: ScoringRound) -> QuerySet[Result]:
    return (
        Result.objects.filter(round=round_)
        .select_related("application__unit", "application__domain", "application__group")
        .order_by("application__domain__position", "application__group__position", "place", "application__number")
    )


def rules_of(edition: Edition) -> bundle.Rules:
    return bundle.Rules(
        criteria=tuple(
            CriterionRule(c.code, c.weight, c.tie_break) for c in edition.criteria.order_by("position", "id")
        ),
        threshold=edition.finalist_threshold,
        gap=edition.third_juror_gap,
        sha256=edition.locked_sha256,
    )


def scored_entries(edition: Edition, versions: Iterable[ScoreSheetVersion]) -> dict[int, bundle.Scored]:
    """{entry: its closed sheets as their sealed versions say}, jurors as numbers of the round. For closing only."""
    jurors = JuryMember.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True)
    numbers = {juror: number for number, juror in enumerate(jurors, start=1)}
    points: dict[int, dict[int, dict[str, int]]] = {}
    for version in sorted(versions, key=lambda version: version.sheet.assignment.juror_id):
        assignment = version.sheet.assignment
        points.setdefault(assignment.application_id, {})[numbers[assignment.juror_id]] = {
            code: mark["points"] or 0 for code, mark in version.content["scores"].items()
        }
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING).values_list(
        "pk", "number", "domain__name", "group__name"
    )
    return {
        pk: bundle.Scored(
            number=number or str(pk),
            domain=domain or "",
            group=group or "",
            sheets=tuple(Sheet(juror, marks) for juror, marks in points.get(pk, {}).items()),
        )
        for pk, number, domain, group in rows
    }


@dataclass(slots=True)
class RankedRow:
    """One line of the ranking; a viewer in conflict sees neither total nor place."""

    application: Application
    total: Decimal | None
    place: int | None
    above_threshold: bool | None
    method: str
    sheet_count: int
    tie: str = ""
    hidden: bool = False


@dataclass(slots=True)
class RankedField:
    """A domain and group in which entries compete. `places_hidden`: the viewer is in conflict in it."""

    domain: Any
    group: Any
    rows: list[RankedRow] = field(default_factory=list)
    places_hidden: bool = False


def ranking_for(user: User, edition: Edition, round_: ScoringRound) -> list[RankedField]:
    """The ranking as this person may see it; the caller has asked `can_see_results`."""
    results = list(results_for(round_))
    hidden = hidden_from(user, edition, [row.application for row in results])
    order = _tie_codes(edition)
    fields: dict[tuple[int | None, int | None], RankedField] = {}
    for result in results:
        entry = result.application
        key = (entry.domain_id, entry.group_id)
        found = fields.setdefault(key, RankedField(entry.domain, entry.group))
        if entry.pk in hidden:
            found.places_hidden = True
            found.rows.append(RankedRow(entry, None, None, None, "", result.sheet_count, hidden=True))
            continue
        found.rows.append(
            RankedRow(
                application=entry,
                total=result.total,
                place=result.place,
                above_threshold=result.above_threshold,
                method=result.method,
                sheet_count=result.sheet_count,
            )
        )
    visible = {result.application_id: result for result in results if result.application_id not in hidden}
    for found in fields.values():
        _mark_ties(found.rows, visible, order)
        if found.places_hidden:
            for row in found.rows:
                row.place = None
            found.rows.sort(key=lambda row: row.hidden)
    return list(fields.values())


def hidden_from(user: User, edition: Edition, entries: Iterable[Application]) -> set[int]:
    """Entries with which this person, as a member of the jury, is in conflict."""
    seats = list(JuryMember.objects.filter(edition=edition, user=user))
    if not seats:
        return set()
    return {entry for entry, _juror in conflicts([(row.pk, row.unit_id) for row in entries], seats)}


def sheets_visible_to(user: User, application: Application, seat: JuryMember | None = None) -> list[ScoreSheet]:
    """Closed sheets of an entry that this person may read, with their scores, in the order of closing.

    After the closing of scoring: all, to everyone who may see results and is not in conflict. Before:
    a juror sees the others' closed sheets once their own is closed; until then nothing but their own.
    `seat` is the person's own on this jury, where the caller knows it.
    """
    seat = seat or JuryMember.objects.filter(edition=application.edition_id, user=user).first()
    if seat is not None and conflict_of(application, seat):
        return []
    scores = Score.objects.select_related("criterion").order_by("criterion__position", "criterion_id")
    closed = (
        ScoreSheet.objects.filter(
            assignment__application=application,
            assignment__status=AssignmentStatus.DECLARED,
            closed_at__isnull=False,
        )
        .select_related("assignment__juror__user")
        .prefetch_related(Prefetch("scores", scores))
        .order_by("closed_at", "pk")
    )
    if can_see_results(user, application.edition):
        return list(closed)
    if seat is None or not seat.is_active:
        return []
    found = list(closed)
    return found if any(sheet.assignment.juror_id == seat.pk for sheet in found) else []


def visible_entries(user: User, edition: Edition) -> QuerySet[Application]:
    """Entries whose results this person may open; none while scores are sealed, none in conflict."""
    round_ = current_round(edition)
    if round_ is None or not can_see_results(user, edition):
        return Application.objects.none()
    entries = Application.objects.filter(round_results__round=round_)
    hidden = hidden_from(user, edition, entries.only("pk", "unit_id"))
    return entries.exclude(pk__in=hidden)


def _tie_codes(edition: Edition) -> list[str]:
    deciding = edition.criteria.filter(tie_break__isnull=False).order_by("tie_break")
    return list(deciding.values_list("code", flat=True))


def _mark_ties(rows: list[RankedRow], results: dict[int, Result], order: list[str]) -> None:
    """Among the rows that this person may see: a reason that named a hidden one would tell its total."""
    shown = [row for row in rows if not row.hidden]
    for row, tie in zip(
        shown, ties([_strength(results[row.application.pk], order) for row in shown], order), strict=True
    ):
        row.tie = tie


def _strength(result: Result, order: list[str]) -> Strength:
    return (result.total, *(Decimal(result.by_criterion[code]) for code in order))
