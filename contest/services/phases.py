"""An edition's phases, each moved by one person's act or by the calendar.

Opening and closing the scoring, the decision and the announcement are acts of the apps above; they end in `move_phase`.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.deadlines import in_time
from common.errors import Conflict
from common.locking import exclude_submitters
from common.transitions import advance
from contest.models import Edition
from contest.permissions import can_organise
from contest.queries import calls_past_deadline
from contest.queries import shown as pages
from contest.services.locks import locked_edition


@transaction.atomic
def close_call(*, actor: User | None, edition_id: int, shown: str | None = None) -> Edition:
    """End the call once its deadline has passed, never earlier; `actor` None is the timetable.

    Submitters are kept out while the edition moves on, and the clock is read after that lock.
    """
    exclude_submitters(edition_id)
    edition = locked_edition(edition_id)
    if actor is not None:
        can_organise(actor, edition).require()
        pages.closing_call.require(shown, edition, actor)
    now = timezone.now()
    if edition.submission_deadline is None or in_time(now, edition.submission_deadline):
        raise Conflict(_("The deadline for entries has not passed yet, so the call stays open."))
    return move_phase(actor=actor, edition=edition, transition="close_call")


@transaction.atomic
def archive_edition(*, actor: User, edition_id: int, shown: str | None = None) -> Edition:
    """Nothing of the edition is open any more; its pages stay public."""
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    pages.archiving.require(shown, edition, actor)
    return move_phase(actor=actor, edition=edition, transition="archive")


def close_due_calls(now: datetime | None = None) -> int:
    """Close every call whose deadline has passed; how many were closed. Safe to run twice at once."""
    moment = now or timezone.now()
    closed = 0
    for edition_id in calls_past_deadline(moment):
        try:
            close_call(actor=None, edition_id=edition_id)
        except Conflict:
            continue  # another worker or an organiser was quicker, or the deadline was moved
        closed += 1
    return closed


def move_phase(*, actor: User | None, edition: Edition, transition: str) -> Edition:
    """The one way a phase changes: one transition and its journal entry, for the service whose act it is.

    The caller holds the edition's lock and has asked whether the person may.
    """
    before = edition.phase
    advance(edition, transition)
    edition.save()
    journal.record(
        actor=actor,
        action=f"edition.{transition}",
        target=edition,
        edition_id=edition.pk,
        facts=[edition],
        before=str(before),
        after=str(edition.phase),
    )
    return edition
