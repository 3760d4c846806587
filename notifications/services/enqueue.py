"""Putting mail into the outbox, in the transaction of what it tells about."""

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.background import wake_after_commit
from notifications.models import OutboxMessage
from notifications.outbox_types import Message, Recipient
from notifications.rendering import render_mail

DELIVER = "notifications.tasks.deliver"


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
        message, _created = OutboxMessage.objects.get_or_create(
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
        wake_after_commit(DELIVER)
    return message


def enqueue_bulk(*, kind: str, messages: Sequence[Message], edition_id: int | None = None) -> None:
    """The same for many people at once: their contexts are frozen here, the worker renders and keeps the text."""
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
        if rows:
            wake_after_commit(DELIVER)


def new_message_id() -> str:
    """Given once and kept over every attempt, so that an extra copy is recognised as one."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>"


def _address(recipient: Recipient) -> str:
    return recipient.email.strip().lower()
