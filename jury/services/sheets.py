"""Filling in and closing a score sheet. Every save is a kept version; a stale tab is refused."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.workflow import State
from common import journal
from common.canonical import sha256_of
from common.errors import Conflict, Invalid
from common.locking import lock_row
from contest.models import Criterion
from contest.phases import Activity, may
from jury.models import Assignment, Score, ScoreSheet, ScoreSheetVersion
from jury.permissions import can_score
from jury.queries import shown as pages
from jury.queries.conflicts import GROUND_LABELS, conflict_of
from jury.queries.desk import criteria_with_marks
from jury.scoring import MAX_POINTS, partial_total
from jury.scoring import Criterion as CriterionRule


@dataclass(frozen=True, slots=True)
class Mark:
    """What a juror wrote on one criterion; both may be missing while the sheet is open."""

    points: int | None
    justification: str


class StaleSheet(Conflict):
    """The sheet was saved elsewhere since this page was opened; nothing was overwritten."""


class SheetSealed(Conflict):
    """The sheet, or the whole scoring, is closed; what was typed cannot be saved any more."""


@transaction.atomic
def save_scores(
    *, actor: User, assignment_id: int, revision: int, marks: Mapping[str, Mark], summary: str | None
) -> ScoreSheet:
    """Keep what was typed so far, blanks allowed. `marks` are by criterion code; unknown codes are ignored.

    A summary of None leaves the one that is saved.
    """
    sheet = _open_sheet(actor, assignment_id)
    if sheet.revision != revision:
        raise StaleSheet(
            _(
                "This sheet was saved in another window since you opened it here. Nothing was overwritten: "
                "below is what you typed, beside it what is saved."
            )
        )
    return _write(actor, sheet, marks, sheet.summary if summary is None else summary, closing=False)


@transaction.atomic
def submit_sheet(*, actor: User, assignment_id: int, shown: str | None = None) -> ScoreSheet:
    """Close the sheet as its page showed it: points and a justification on every criterion.

    It cannot be changed afterwards, unless the chair opens the scoring again. A conflict of interest
    that became known since the declaration stops it: such a sheet must not count.
    """
    sheet = _open_sheet(actor, assignment_id)
    assignment = sheet.assignment
    criteria, saved = criteria_with_marks(actor, assignment_id)
    pages.submitting.require(shown, sheet, actor, criteria=criteria, saved=saved)
    if ground := conflict_of(assignment.application, assignment.juror):
        raise Conflict(
            _("The register shows a conflict with the entry %(entry)s (%(ground)s). Recuse yourself from it.")
            % {"entry": assignment.application, "ground": GROUND_LABELS[ground]}
        )
    marks = {code: Mark(mark.points, mark.justification) for code, mark in saved.items()}
    return _write(actor, sheet, marks, sheet.summary, closing=True)


def _open_sheet(actor: User, assignment_id: int) -> ScoreSheet:
    """The locked sheet. Closing of scoring and recusals lock sheets too, so all else is read after this lock."""
    try:
        sheet = lock_row(ScoreSheet.objects.all(), assignment_id=assignment_id)
    except ScoreSheet.DoesNotExist:
        raise Conflict(_("First declare whether you are impartial towards this entry.")) from None
    # A statement of its own: joined rows of a locking read are those of before the wait.
    rows = Assignment.objects.select_related("juror", "application__edition", "application__unit")
    assignment = rows.get(pk=assignment_id)
    sheet.assignment = assignment
    can_score(actor, assignment).require()
    application = assignment.application
    if application.state != State.IN_SCORING or not may(application.edition, Activity.SCORE):
        raise SheetSealed(_("Scoring of this entry is closed, so nothing was saved now."))
    if sheet.closed_at is not None:
        raise SheetSealed(_("This sheet is already closed, so nothing was saved now."))
    return sheet


def _write(actor: User, sheet: ScoreSheet, marks: Mapping[str, Mark], summary: str, *, closing: bool) -> ScoreSheet:
    edition_id = sheet.assignment.application.edition_id
    criteria = list(Criterion.objects.filter(edition_id=edition_id))
    written = {criterion.code: marks.get(criterion.code, Mark(None, "")) for criterion in criteria}
    _check(criteria, written, closing=closing)
    if not closing:  # what is closed stands in its rows already
        Score.objects.bulk_create(
            [Score(sheet=sheet, criterion=c, **asdict(written[c.code])) for c in criteria],
            update_conflicts=True,
            unique_fields=["sheet", "criterion"],
            update_fields=["points", "justification"],
        )
    now = timezone.now()
    sheet.revision += 1
    sheet.summary = summary
    sheet.saved_at = now
    sheet.closed_at = now if closing else None
    sheet.total = _total(criteria, written) if closing else None
    sheet.save()
    version = ScoreSheetVersion.objects.create(sheet=sheet, saved_at=now, **_frozen(sheet, written, summary, closing))
    journal.record(
        actor=actor,
        action="jury.submit_sheet" if closing else "jury.save_scores",
        target=sheet,
        edition_id=edition_id,
        facts=[version],
        application=sheet.assignment.application_id,
        revision=version.revision,
        sha256=version.sha256,
    )
    return sheet


def _check(criteria: list[Criterion], written: Mapping[str, Mark], *, closing: bool) -> None:
    for criterion in criteria:
        mark = written[criterion.code]
        if mark.points is not None and not 0 <= mark.points <= MAX_POINTS:
            raise Invalid(_("Points are whole numbers from 0 to 10."))
        if closing and (mark.points is None or not mark.justification.strip()):
            raise Invalid(
                _("To close the sheet give points and a justification for “%(criterion)s”.") % {"criterion": criterion}
            )


def _total(criteria: list[Criterion], written: Mapping[str, Mark]) -> Decimal:
    rules = [CriterionRule(criterion.code, criterion.weight) for criterion in criteria]
    return partial_total({code: mark.points for code, mark in written.items()}, rules)


def _frozen(sheet: ScoreSheet, written: Mapping[str, Mark], summary: str, closing: bool) -> dict[str, Any]:
    """The version's content and its digest. The nonce keeps the digest in the journal from being guessed:
    points alone have few combinations, and whoever reads the journal could try them all."""
    content = {
        "scores": {
            code: {"points": mark.points, "justification": mark.justification} for code, mark in written.items()
        },
        "summary": summary,
        "closed": closing,
        "nonce": secrets.token_hex(16),
    }
    return {"revision": sheet.revision, "content": content, "sha256": sha256_of(content)}
