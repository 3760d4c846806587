"""Putting mail into the outbox, in the transaction of what it tells about."""

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.background import wake_after_commit
from common.journal import draft_entry, record, record_bulk
from common.models import JournalEntry
from notifications.models import OutboxMessage
from notifications.outbox_types import Message, Recipient
from notifications.rendering import render_mail

DELIVER = "notifications.tasks.deliver"
WRITTEN = "message.write"


def enqueue(
    *, kind: str, subject_key: str, recipient: Recipient, context: dict[str, Any], edition_id: int | None = None
) -> OutboxMessage:
    """Write one mail as a row, rendered now, so it says what was true when it was decided.

    The same kind about the same subject to the same address exists once: a repeat returns it.
    """
    with transaction.atomic():
        identity = {"kind": kind, "subject_key": subject_key, "recipient": _address(recipient)}
        if existing := OutboxMessage.objects.filter(**identity).first():
            return existing
        mail = render_mail(kind=kind, language=recipient.language, context=context)
        message, created = OutboxMessage.objects.get_or_create(
            **identity,
            defaults={
                "language": recipient.language,
                "edition_id": edition_id,
                "context": context,
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "rendered": True,
                "message_id": new_message_id(),
                "due_at": timezone.now(),
            },
        )
        if created:
            record(actor=None, action=WRITTEN, target=message, edition_id=edition_id, facts=[message])
        wake_after_commit(DELIVER)
    return message


def enqueue_bulk(*, kind: str, messages: Sequence[Message], edition_id: int | None = None) -> None:
    """The same for many people at once: their contexts are frozen here, the worker renders and keeps the text.

    A bounded number of statements, whatever the number of people.
    """
    now = timezone.now()
    rows = [
        OutboxMessage(
            kind=kind,
            subject_key=message.subject_key,
            recipient=_address(message.recipient),
            language=message.recipient.language,
            edition_id=message.edition_id or edition_id,
            context=message.context,
            message_id=new_message_id(),
            due_at=now,
        )
        for message in messages
    ]
    with transaction.atomic():
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        record_bulk(_written(rows))
        if rows:
            wake_after_commit(DELIVER)


def _written(rows: Sequence[OutboxMessage]) -> list[JournalEntry]:
    """With the digest of each letter that was new: the database leaves out the others and tells no numbers."""
    if not rows:
        return []
    by_name = {row.message_id: row for row in rows}
    entries = []
    for number, name in OutboxMessage.objects.filter(message_id__in=by_name).values_list("pk", "message_id"):
        row = by_name[name]
        row.pk = number
        entries.append(draft_entry(actor=None, action=WRITTEN, target=row, edition_id=row.edition_id, facts=[row]))
    return entries


def new_message_id() -> str:
    """Given once and kept over every attempt, so that an extra copy is recognised as one."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>"


def _address(recipient: Recipient) -> str:
    return recipient.email.strip().lower()
