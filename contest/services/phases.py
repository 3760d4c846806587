"""An edition's phases, each moved by one person's act or by the calendar.

Every function: lock the edition's row, ask permission, make the transition, save, write the journal.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.deadlines import in_time
from common.errors import Conflict, Invalid
from common.locking import exclude_submitters, lock_row
from common.transitions import advance
from contest.models import Edition
from contest.permissions import can_chair, can_organise
from contest.queries import calls_past_deadline
from contest.queries import shown as pages


@transaction.atomic
def close_call(*, actor: User | None, edition_id: int, shown: str | None = None) -> Edition:
    """End the call once its deadline has passed, never earlier; `actor` None is the timetable.

    Submitters are kept out while the edition moves on, and the clock is read after that lock.
    """
    exclude_submitters(edition_id)
    edition = _locked(edition_id)
    if actor is not None:
        can_organise(actor, edition).require()
        pages.closing_call.require(shown, edition, actor)
    now = timezone.now()
    if edition.submission_deadline is None or in_time(now, edition.submission_deadline):
        raise Conflict(_("The deadline for entries has not passed yet, so the call stays open."))
    return _move(edition, "close_call", actor)


@transaction.atomic
def open_scoring(*, actor: User, edition_id: int) -> Edition:
    """The formal review is done. The entries themselves are moved by jury.services.open_scoring."""
    edition = _locked(edition_id)
    can_organise(actor, edition).require()
    return _move(edition, "open_scoring", actor)


@transaction.atomic
def close_scoring(*, actor: User, edition_id: int) -> Edition:
    """By the chair. Results are frozen by jury.services.close_scoring in the same transaction."""
    edition = _locked(edition_id)
    can_chair(actor, edition).require()
    return _move(edition, "close_scoring", actor)


@transaction.atomic
def reopen_scoring(*, actor: User, edition_id: int, reason: str) -> Edition:
    """By the chair, with a reason; jury.services keeps the reason with the superseded round."""
    edition = _locked(edition_id)
    can_chair(actor, edition).require()
    if not reason.strip():
        raise Invalid(_("Give the reason for opening the scoring again."))
    return _move(edition, "reopen_scoring", actor)


@transaction.atomic
def begin_decision(*, actor: User, edition_id: int) -> Edition:
    """By the chair: finalists were visited, the jury now decides."""
    edition = _locked(edition_id)
    can_chair(actor, edition).require()
    return _move(edition, "begin_decision", actor)


@transaction.atomic
def mark_announced(*, actor: User, edition_id: int) -> Edition:
    """The embargo ends now. Called by awards.services.announce in its transaction."""
    edition = _locked(edition_id)
    can_organise(actor, edition).require()
    edition.announced_at = timezone.now()
    return _move(edition, "announce", actor)


@transaction.atomic
def archive_edition(*, actor: User, edition_id: int, shown: str | None = None) -> Edition:
    """Nothing of the edition is open any more; its pages stay public."""
    edition = _locked(edition_id)
    can_organise(actor, edition).require()
    pages.archiving.require(shown, edition, actor)
    return _move(edition, "archive", actor)


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


def _locked(edition_id: int) -> Edition:
    return lock_row(Edition.objects.all(), pk=edition_id)


def _move(edition: Edition, transition: str, actor: User | None, **data: Any) -> Edition:
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
        **data,
    )
    return edition
