"""Reminding organisers that the personal data of an edition is due to be removed."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue_bulk
from privacy.queries import due_editions, officers_of


@transaction.atomic
def remind_of_retention() -> int:
    """One mail an officer, edition and date; how many were offered to the outbox. Removes nothing."""
    messages = [
        Message(
            f"retention:{edition.pk}:{edition.retention_until}",
            Recipient(officer.email, officer.language),
            {
                "edition": edition.title,
                "until": edition.retention_until.isoformat() if edition.retention_until else "",
                "url": settings.SITE_URL + reverse("privacy:edition", args=[edition.slug]),
            },
            edition.pk,
        )
        for edition in due_editions()
        for officer in officers_of(edition)
    ]
    enqueue_bulk(kind="retention_due", messages=messages)
    return len(messages)
