"""Accepting many entries at once: the same rules as one by one, in a number of statements that never grows."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.queries.acceptance import Candidates, judge
from applications.queries.applicant import members_by_unit
from applications.queries.shown import accepting_many
from applications.services.review_mail import entry_context
from applications.workflow import State
from common import journal
from common.errors import Conflict
from common.transitions import advance_many
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.services import locked_edition
from notifications.outbox_types import Message
from notifications.services import enqueue_bulk


@transaction.atomic
def accept_many(*, actor: User, edition_id: int, application_ids: Collection[int], shown: str | None = None) -> int:
    """Accept exactly these entries, or none: the officer saw this list and its number before.

    Raises Conflict when any of them can no longer be accepted.
    """
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if not may(edition, Activity.REVIEW):
        raise Conflict(_("The formal review of this edition is over."))
    entries = Application.objects.filter(edition=edition, pk__in=application_ids)
    candidates = judge(actor, entries.select_for_update(of=("self",)))
    accepting_many.require(shown, edition, actor, candidates=candidates)
    if not candidates.ready or len(candidates.ready) != len(set(application_ids)):
        raise Conflict(
            _("Some of these entries changed since you saw the list, so none was accepted. Look at the list again.")
        )
    moved = advance_many(entries, "accept", updated_at=timezone.now())
    if moved != len(candidates.ready):
        raise Conflict(_("This is not possible in the present state. Refresh the page to see what changed."))
    _record(actor, edition, candidates)
    _tell(edition, candidates)
    return moved


def _record(actor: User, edition: Edition, candidates: Candidates) -> None:
    moved = Application.objects.in_bulk([row.pk for row in candidates.ready])
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="application.accept",
                target=moved[row.pk],
                edition_id=edition.pk,
                facts=[moved[row.pk]],
                before=State.SUBMITTED.value,
                after=State.ELIGIBLE.value,
                version=row.version_number,
                together_with=len(candidates.ready),
            )
            for row in candidates.ready
        ]
    )


def _tell(edition: Edition, candidates: Candidates) -> None:
    people = members_by_unit({row.unit_id for row in candidates.ready})
    enqueue_bulk(
        kind="application_accepted",
        edition_id=edition.pk,
        messages=[
            Message(
                subject_key=f"application:{row.pk}:v{row.version_number}",
                recipient=recipient,
                context=entry_context(row.number, row.title, row.unit_name, row.pk),
            )
            for row in candidates.ready
            for recipient in people.get(row.unit_id, ())
        ],
    )
