"""What the pages of the jury's irreversible acts and edit forms show; read again under the lock (ADR 72)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from common.templatetags.ui import points
from common.web.shown import Fact, edited, irreversible
from contest.models import Criterion, Edition
from contest.workflow import Phase
from jury.models import Assignment, AssignmentStatus, ScoreSheet, ScoringRound, SiteVisit
from jury.queries.closing import ClosingPreview
from jury.queries.desk import SavedMark
from jury.queries.progress import EntryProgress
from jury.queries.visits import finalists, with_visits

Row = tuple[Application, Decimal | None, bool, bool]  # entry, total, above the threshold, hidden by a conflict
NAMED = 100  # entries of a list that are named; of longer lists the number is said


def _phase(edition: Edition) -> Fact:
    return Fact("phase", _("Phase of the edition"), str(edition.phase), str(Phase(edition.phase).label))


def _listed(key: str, label: str, entries: Collection[Application]) -> Fact:
    numbers = sorted(str(entry.number) for entry in entries)
    words = str(len(numbers)) if len(numbers) > NAMED else f"{len(numbers)}: {', '.join(numbers)}"
    return Fact(key, label, sorted(entry.pk for entry in entries), words)


def _round(round_: ScoringRound) -> Fact:
    words = f"{round_.number}: {round_.sha256[:12]}"
    return Fact("round", _("Results of the scoring"), [round_.pk, round_.sha256], words)


def _of(entry: Application) -> str:
    return f"{entry.number} {entry.unit}"


@irreversible("jury.open_scoring")
def opening(edition: Edition, person: User, *, entries: Collection[Application]) -> Iterator[Fact]:
    yield _phase(edition)
    yield _listed("entries", _("Entries to be scored"), entries)


@irreversible("jury.close_scoring")
def closing(edition: Edition, person: User, *, preview: ClosingPreview) -> Iterator[Fact]:
    """Which sheets count, in which revision, without a word on what they say: one statement."""
    yield _phase(edition)
    yield Fact("complete", _("Entries scored completely"), preview.complete)
    yield Fact("blocked", _("Entries not scored completely"), preview.blocked)
    counted = ScoreSheet.objects.filter(
        assignment__application__edition=edition,
        assignment__application__state=State.IN_SCORING,
        assignment__status=AssignmentStatus.DECLARED,
        closed_at__isnull=False,
    )
    sheets = list(counted.order_by("pk").values_list("pk", "assignment__application", "revision", "closed_at"))
    words = str(len(sheets))
    if sheets:
        newest = date_format(localtime(max(closed_at for *_sheet, closed_at in sheets if closed_at)), "DATETIME_FORMAT")
        closed = _("the last one closed on %(moment)s") % {"moment": newest}
        words = f"{words}, {closed}"
    yield Fact("sheets", _("Closed score sheets"), sheets, words)


@irreversible("jury.reopen_scoring")
def reopening(
    edition: Edition, person: User, *, round_: ScoringRound | None, entries: Collection[Application]
) -> Iterator[Fact]:
    yield _phase(edition)
    if round_ is not None:
        yield _round(round_)
    yield _listed("entries", _("Scored entries"), entries)


@irreversible("jury.shortlist")
def shortlisting(
    edition: Edition, person: User, *, round_: ScoringRound, rows: Iterable[Row], chosen: Collection[int]
) -> Iterator[Fact]:
    """Who becomes a finalist and who departs from the threshold; of entries in conflict only their number."""
    yield _phase(edition)
    yield _round(round_)
    hidden, others = [], []
    for entry, total, above, is_hidden in rows:
        if is_hidden:
            hidden.append(entry.pk)
        elif entry.pk not in chosen and not above:
            others.append(entry)
        else:
            words = _("finalist") if entry.pk in chosen else _("above the threshold, not chosen")
            if total is not None:
                words = f"{words}, {points(total)}"
            yield Fact(f"entry:{entry.pk}", _of(entry), [entry.pk in chosen, above, f"{total:f}"], words)
    yield _listed("others", _("Not selected"), others)
    yield Fact("hidden", _("Decided by the threshold alone"), sorted(hidden), str(len(hidden)))


@irreversible("jury.begin_decision")
def beginning_decision(edition: Edition, person: User) -> Iterator[Fact]:
    """Finalists with the days on which they were visited: no visit is recorded afterwards."""
    yield _phase(edition)
    for entry in with_visits(finalists(edition)):
        days = sorted(visit.visited_on for visit in entry.visits.all() if visit.visited_on)
        words = ", ".join(date_format(day, "DATE_FORMAT") for day in days) or _("no recorded visit")
        yield Fact(f"entry:{entry.pk}", _of(entry), [str(entry.state), days], words)


@irreversible("jury.disqualify")
def disqualifying(application: Application, person: User) -> Iterator[Fact]:
    yield Fact("number", _("Number"), application.number or "")
    yield Fact("title", _("Title"), application.title)
    yield Fact("state", _("State"), str(application.state), str(State(application.state).label))


def _declared(assignment: Assignment) -> Fact:
    label = str(AssignmentStatus(assignment.status).label)
    return Fact("status", _("Declaration of the juror"), str(assignment.status), label)


@irreversible("jury.proposal")
def proposing(
    edition: Edition,
    person: User,
    *,
    pairs: Iterable[tuple[int, int]],
    entries: Iterable[EntryProgress],
    names: Mapping[int, str],
) -> Iterator[Fact]:
    """Who is to read which entry (`pairs`), beside who reads it by now and how many it lacks.

    `names` of who sits on the jury: a juror who left it since is no name any more.
    """
    chosen: dict[int, list[int]] = {}
    for entry, juror in sorted(pairs):
        chosen.setdefault(entry, []).append(juror)
    yield _phase(edition)
    for row in entries:
        if row.pk not in chosen:
            continue
        lacks = ngettext("lacks %(count)s juror", "lacks %(count)s jurors", row.missing) % {"count": row.missing}
        now = ", ".join(reader.name for reader in row.active) or "–"
        proposed = [[juror, names.get(juror, "")] for juror in chosen[row.pk]]
        new = ", ".join(str(name) or "–" for _juror, name in proposed)
        assigned = _("Already assigned")
        words = f"{assigned}: {now}; {lacks}"
        value = [sorted(reader.juror for reader in row.active), row.missing]
        yield Fact(f"entry:{row.pk}", f"{row.number} {row.unit}", value, words)
        label = _("Proposed")
        yield Fact(f"new:{row.pk}", f"{row.number}: {label}", proposed, new)


@irreversible("jury.submit_sheet")
def submitting(
    sheet: ScoreSheet, person: User, *, criteria: Iterable[Criterion], saved: Mapping[str, SavedMark]
) -> Iterator[Fact]:
    """Closing one's own sheet: every mark with its weight and reason. Nobody but its juror opens this page."""
    for criterion in criteria:
        mark = saved.get(criterion.code, SavedMark(None, ""))
        given = "–" if mark.points is None else mark.points
        words = f"{given} / 10, " + _("weight %(weight)s") % {"weight": criterion.weight}
        yield Fact(f"points:{criterion.code}", str(criterion), [mark.points, criterion.weight], words)
        why = _("Justification")
        label = f"{criterion}: {why}"
        yield Fact(f"why:{criterion.code}", label, mark.justification)
    yield Fact("summary", _("Overall opinion"), sheet.summary)


@irreversible("jury.recuse")
def recusing(assignment: Assignment, person: User) -> Iterator[Fact]:
    """The juror's own sheet may have grown in another tab."""
    yield _declared(assignment)
    sheet = ScoreSheet.objects.filter(assignment=assignment).first()
    if sheet is not None:
        saved = date_format(localtime(sheet.saved_at), "DATETIME_FORMAT") if sheet.saved_at else _("not begun")
        yield Fact("sheet", _("Score sheet"), [sheet.revision, sheet.closed_at], saved)


@irreversible("jury.release")
def releasing(assignment: Assignment, person: User) -> Iterator[Fact]:
    """By the organiser, who learns nothing of the sheet."""
    yield _declared(assignment)


@edited("jury.plan_visit")
def visit_plans(application: Application, person: User) -> Iterator[Fact]:
    """The same day twice is one visit, so a plan may replace the visitors somebody else has just named."""
    for visit in application.visits.prefetch_related("visitors__user").order_by("planned_on"):
        yield Fact(f"visit:{visit.pk}", _day(visit.planned_on), _visitors(visit), _names(visit))


@edited("jury.record_visit")
def visit_record(visit: SiteVisit, person: User) -> Iterator[Fact]:
    yield Fact("visited_on", _("Visited on"), visit.visited_on, _day(visit.visited_on))
    yield Fact("visitors", _("Visitors"), _visitors(visit), _names(visit))
    yield Fact("findings", _("Findings"), visit.findings)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _visitors(visit: SiteVisit) -> list[int]:
    return sorted(juror.pk for juror in visit.visitors.all())


def _names(visit: SiteVisit) -> str:
    return ", ".join(sorted(str(juror.user) for juror in visit.visitors.all()))
