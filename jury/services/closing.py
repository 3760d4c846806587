"""Closing the scoring freezes the results; reopening supersedes them with a reason."""

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from common import journal
from common.canonical import sha256_of
from common.errors import Conflict, Invalid
from common.kernel.evidence import of
from common.kernel.readable import readable
from contest.models import Edition
from contest.permissions import can_chair
from contest.phases import Activity, require
from contest.services import locked_edition, move_phase
from jury import bundle
from jury.models import Result, ScoreSheet, ScoreSheetVersion, ScoringRound
from jury.queries import shown as pages
from jury.queries.closing import ClosingPreview, closing_preview
from jury.queries.results import current_round, hidden_from, rules_of, scored_entries
from jury.ranking import Placed
from jury.sealed import verified_versions
from jury.services._common import iso, move_all


@transaction.atomic
def close_scoring(*, actor: User, edition_id: int, shown: str | None = None) -> ScoringRound:
    """Freeze one result for every entry, and the bundle from which anybody can recompute them.

    Refused while a sheet is open, an entry lacks jurors, or a gap waits for its third juror. Sheets
    are locked first, so a sheet being saved at this moment is waited for.
    """
    edition = locked_edition(edition_id)
    can_chair(actor, edition).require()
    require(edition, Activity.SCORE)
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING).order_by("pk")
    with readable():
        entries = list(of(Application).sealed_of(rows).select_for_update())
    sheets = ScoreSheet.objects.filter(assignment__application__in=[entry.pk for entry in entries])
    list(sheets.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    with readable():
        preview = closing_preview(edition)
    pages.closing.require(shown, edition, actor, preview=preview)
    _require_complete(preview)
    with readable():
        versions = verified_versions(edition, entries)
    round_ = _freeze(actor, edition, versions)
    move_phase(actor=actor, edition=edition, transition="close_scoring")
    move_all(actor, entries, "close_scoring", edition_id)
    journal.record(
        actor=actor,
        action="jury.close_scoring",
        target=round_,
        edition_id=edition_id,
        facts=[round_],
        number=round_.number,
        sha256=round_.sha256,
    )
    return round_


@transaction.atomic
def reopen_scoring(
    *, actor: User, edition_id: int, reason: str, entry_ids: Collection[int], shown: str | None = None
) -> ScoringRound:
    """Open scoring again, before finalists are chosen; sheets of `entry_ids` open for correction.

    Other sheets stay closed and count as they are at the next closing. The round stays on record as
    superseded, with the reason.
    """
    edition = locked_edition(edition_id)
    can_chair(actor, edition).require()
    require(edition, Activity.SELECT)
    if not reason.strip():
        raise Invalid(_("Give the reason for opening the scoring again."))
    round_ = current_round(edition)
    if round_ is None or round_.shortlisted_at is not None:
        raise Conflict(_("Finalists have been chosen, so scoring cannot be opened again."))
    entries = list(Application.objects.filter(edition=edition, state=State.SCORED).order_by("pk").select_for_update())
    pages.reopening.require(shown, edition, actor, round_=round_, entries=entries)
    if not set(entry_ids) <= {entry.pk for entry in entries}:
        raise Conflict(_("One of the entries is no longer among those scored. Refresh the page."))
    if hidden_from(actor, edition, [entry for entry in entries if entry.pk in set(entry_ids)]):
        raise Conflict(_("You are in conflict of interest with one of these entries, so its sheets stay closed."))
    move_phase(actor=actor, edition=edition, transition="reopen_scoring")
    move_all(actor, entries, "reopen_scoring", edition_id)
    ScoreSheet.objects.filter(assignment__application__in=entry_ids).update(closed_at=None, total=None)
    round_.superseded_at = timezone.now()
    round_.superseded_reason = reason.strip()
    round_.save(update_fields=["superseded_at", "superseded_reason"])
    journal.record(
        actor=actor,
        action="jury.reopen_scoring",
        target=round_,
        edition_id=edition_id,
        facts=[round_],
        number=round_.number,
        sheets_of=sorted(entry_ids),
    )
    return round_


def _require_complete(preview: ClosingPreview) -> None:
    if preview.blocked:
        raise Conflict(
            ngettext(
                "Scoring cannot be closed: %(count)d entry is not scored completely.",
                "Scoring cannot be closed: %(count)d entries are not scored completely.",
                preview.blocked,
            )
            % {"count": preview.blocked}
        )
    if not preview.complete:
        raise Conflict(_("There is no scored entry, so there is nothing to close."))


def _freeze(actor: User, edition: Edition, versions: list[ScoreSheetVersion]) -> ScoringRound:
    rules = rules_of(edition)
    scored = scored_entries(edition, versions)
    placed = bundle.compute(rules, list(scored.values()))
    now = timezone.now()
    number = 1 + ScoringRound.objects.filter(edition=edition).count()
    content = bundle.build(
        edition=edition.slug,
        round_number=number,
        closed_at=str(iso(now)),
        rules=rules,
        entries=list(scored.values()),
        placed=placed,
    )
    round_ = ScoringRound.objects.create(
        edition=edition, number=number, closed_at=now, closed_by=actor, bundle=content, sha256=sha256_of(content)
    )
    rows = {entry.number: pk for pk, entry in scored.items()}
    Result.objects.bulk_create([_result(round_, rows[found.entry.key], found) for found in placed])
    return round_


def _result(round_: ScoringRound, application_id: int, placed: Placed) -> Result:
    found = placed.entry.outcome
    return Result(
        round=round_,
        application_id=application_id,
        total=Decimal(found.total),
        by_criterion={code: str(value) for code, value in found.by_criterion.items()},
        sheet_count=found.sheet_count,
        method=str(found.method),
        place=placed.place,
        above_threshold=placed.above_threshold,
    )
