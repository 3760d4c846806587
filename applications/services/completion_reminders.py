"""Reminding units of a call for completion whose date is near."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from applications.models import CompletionRequest
from applications.queries.applicant import members_by_unit
from applications.services.review_mail import entry_context
from applications.workflow import State
from notifications.outbox_types import Message
from notifications.services import enqueue_bulk

AHEAD = timedelta(days=2)


@transaction.atomic
def remind_of_completions(now: datetime | None = None) -> int:
    """One mail a person for each date; how many rows were offered to the outbox. Safe to run any number of times.

    A date that was moved is reminded of again: the key carries it.
    """
    moment = now or timezone.now()
    due = list(
        CompletionRequest.objects.filter(
            answered_at__isnull=True,
            application__state=State.RETURNED,
            due_at__gt=moment,
            due_at__lte=moment + AHEAD,
        ).select_related("application__unit")
    )
    people = members_by_unit({request.application.unit_id for request in due})
    messages = []
    for request in due:
        entry = request.application
        due_at = request.due_at.isoformat()
        context = entry_context(entry.number, entry.title, entry.unit.official_name, entry.pk, due_at=due_at)
        key = f"completion:{request.pk}:{request.due_at:%Y%m%d}"
        messages += [Message(key, recipient, context, entry.edition_id) for recipient in people.get(entry.unit_id, ())]
    enqueue_bulk(kind="completion_reminder", messages=messages)
    return len(messages)
