"""From the ranking to the finalists, the beginning of the decision, and disqualification."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.queries.applicant import members_to_tell
from applications.workflow import State
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from common.transitions import advance
from contest.models import Edition
from contest.permissions import can_chair
from contest.phases import Activity, may, require
from contest.services import locked_edition, move_phase
from jury.queries import shown as pages
from jury.queries.results import current_round, hidden_from, results_for
from jury.sealed import require_results
from jury.services._common import move_all
from notifications.outbox_types import Message
from notifications.services import enqueue_bulk


@transaction.atomic
def shortlist(
    *,
    actor: User,
    edition_id: int,
    round_id: int,
    finalist_ids: Collection[int],
    reason: str = "",
    shown: str | None = None,
) -> tuple[int, int]:
    """Choose the finalists; every other scored entry is not selected. How many of each.

    About entries the chair is in conflict with the threshold alone decides, whatever was sent.
    A choice that departs from the threshold needs a reason, kept with the round.
    """
    edition = locked_edition(edition_id)
    can_chair(actor, edition).require()
    require(edition, Activity.SELECT)
    round_ = current_round(edition)
    if round_ is None or round_.pk != round_id:
        raise Conflict(_("The results have changed since you opened this page. Look at the ranking again."))
    entries = list(Application.objects.filter(edition=edition, state=State.SCORED).order_by("pk").select_for_update())
    if not entries or round_.shortlisted_at is not None:
        raise Conflict(_("Finalists have already been chosen."))
    require_results(round_, entries)
    present = {entry.pk for entry in entries}
    in_conflict = hidden_from(actor, edition, entries)
    results = list(results_for(round_).filter(application__in=present))
    rows = [(row.application, row.total, row.above_threshold, row.application_id in in_conflict) for row in results]
    pages.shortlisting.require(shown, edition, actor, round_=round_, rows=rows, chosen=finalist_ids)
    if not set(finalist_ids) <= present:
        raise Conflict(_("One of the chosen entries has left the contest meanwhile. Look at the ranking again."))
    above = {row.application_id for row in results if row.above_threshold}
    chosen = (set(finalist_ids) - in_conflict) | (above & in_conflict)
    if chosen != above and not reason.strip():
        raise Invalid(_("The choice departs from the threshold: give the reason, it stays with the results."))
    finalists = [entry for entry in entries if entry.pk in chosen]
    others = [entry for entry in entries if entry.pk not in chosen]
    if finalists:
        move_all(actor, finalists, "shortlist", edition_id)
    if others:
        move_all(actor, others, "decline", edition_id)
    round_.shortlisted_at = timezone.now()
    round_.shortlist_reason = reason.strip() if chosen != above else ""
    round_.save(update_fields=["shortlisted_at", "shortlist_reason"])
    journal.record(
        actor=actor,
        action="jury.shortlist",
        target=round_,
        edition_id=edition_id,
        facts=[round_],
        finalists=sorted(chosen),
        departs_from_threshold=chosen != above,
    )
    return len(finalists), len(others)


@transaction.atomic
def begin_decision(*, actor: User, edition_id: int, shown: str | None = None) -> Edition:
    """Visits are over and the jury decides; finalists must have been chosen."""
    edition = locked_edition(edition_id)
    can_chair(actor, edition).require()
    require(edition, Activity.SELECT)
    round_ = current_round(edition)
    if round_ is None or round_.shortlisted_at is None:
        raise Conflict(_("First choose the finalists."))
    pages.beginning_decision.require(shown, edition, actor)
    return move_phase(actor=actor, edition=edition, transition="begin_decision")


@transaction.atomic
def disqualify(*, actor: User, application_id: int, reason: str, shown: str | None = None) -> Application:
    """Remove an entry from the contest, with a reason, in any state before the announcement."""
    edition_id = Application.objects.values_list("edition_id", flat=True).get(pk=application_id)
    edition = locked_edition(edition_id)
    application = lock_row(Application.objects.all(), pk=application_id)
    can_chair(actor, edition).require()
    if hidden_from(actor, edition, [application]):
        raise Conflict(_("You are in conflict of interest with this entry, so you cannot decide about it."))
    if not may(edition, Activity.DISQUALIFY):
        raise Conflict(_("The results are announced, so nobody can be disqualified any more."))
    if not reason.strip():
        raise Invalid(_("Give the reason for the disqualification."))
    pages.disqualifying.require(shown, application, actor)
    before = str(application.state)
    advance(application, "disqualify")
    application.decision_reason = reason.strip()
    application.save()
    journal.record(
        actor=actor,
        action="application.disqualify",
        target=application,
        edition_id=edition_id,
        facts=[application],
        before=before,
    )
    _tell_of_disqualification(application)
    return application


def _tell_of_disqualification(application: Application) -> None:
    """The unit's people learn it from us, with the reason."""
    context = {
        "number": application.number or "",
        "title": application.title,
        "unit": str(application.unit),
        "reason": application.decision_reason,
        "link": settings.SITE_URL + reverse("applications:applicant_detail", args=[application.pk]),
    }
    messages = [
        Message(f"application:{application.pk}", recipient, context)
        for recipient in members_to_tell(application.unit_id)
    ]
    enqueue_bulk(kind="application_disqualified", messages=messages, edition_id=application.edition_id)
