"""What is sealed of mail: the letter as it left, noted in the statement that marks it sent."""

from typing import Any

from django.db.models import QuerySet

from common.kernel.evidence import Evidence
from notifications.kinds import SECRET_PREFIX
from notifications.models import OutboxMessage, OutboxStatus


def _sent(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Mail with a personal link is emptied at once when it was sent, so there is nothing to hold."""
    return rows.filter(status=OutboxStatus.SENT).exclude(kind__startswith=SECRET_PREFIX)


EVIDENCE = (
    Evidence(
        OutboxMessage,
        columns=("kind", "subject_key", "recipient", "language", "subject", "text", "html", "message_id", "sent_at"),
        anchors=(("notifications.outboxmessage", "pk"),),
        among=_sent,
        left_out={
            "edition_id": "a filter of the list",
            "context": "what the text was made of; the text is sealed",
            "rendered": "work of the sender",
            "status": "only sent mail is sealed",
            "attempts": "work of the sender",
            "due_at": "work of the sender",
            "claim_token": "work of the sender",
            "lease_until": "work of the sender",
            "last_error": "work of the sender",
            "created_at": "the act it tells of has its own entry in the journal",
        },
    ),
)
