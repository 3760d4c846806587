"""Opening the scoring: the edition moves on, and every eligible entry with it."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import Conflict
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.services import locked_edition, move_phase
from jury.queries import shown as pages
from jury.queries.opening import awaiting_scoring, still_under_review
from jury.services._common import move_all


@transaction.atomic
def open_scoring(*, actor: User, edition_id: int, shown: str | None = None) -> int:
    """ELIGIBLE → IN_SCORING for the whole edition; how many entries were moved.

    Refused while an entry is still under formal review or an appeal is open: it would be left
    behind. Once scoring is open the same act takes in entries that were accepted later.
    """
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if not may(edition, Activity.SCORE):
        _require_review_done(edition)
    entries = list(awaiting_scoring(edition).select_for_update())
    pages.opening.require(shown, edition, actor, entries=entries)
    if not may(edition, Activity.SCORE):
        move_phase(actor=actor, edition=edition, transition="open_scoring")
    if not entries:
        raise Conflict(_("There is no accepted entry to score."))
    move_all(actor, entries, "open_scoring", edition_id)
    return len(entries)


def _require_review_done(edition: Edition) -> None:
    undecided = still_under_review(edition).count()
    if undecided:
        raise Conflict(
            ngettext(
                "%(count)d entry is still under formal review. Decide about it first.",
                "%(count)d entries are still under formal review. Decide about them first.",
                undecided,
            )
            % {"count": undecided}
        )
