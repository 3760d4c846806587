"""What is sealed of mail: the letter from the moment it is written, as it waits, and as it left."""

from typing import Any

from common.canonical import sha256_of
from common.kernel.evidence import Evidence
from notifications.models import OutboxMessage, OutboxStatus

_ANCHORS = (("notifications.outboxmessage", "pk"),)
_ONCE_SENT = Evidence(
    OutboxMessage,
    columns=("kind", "subject_key", "recipient", "language", "subject", "text", "html", "message_id", "sent_at"),
    anchors=_ANCHORS,
    left_out={},
)


def _frozen(message: OutboxMessage) -> dict[str, Any]:
    """What a text is made of when the worker makes it, and whether the letter is said to have left."""
    return {"context_sha256": sha256_of(message.context), "is_sent": message.status == OutboxStatus.SENT}


EVIDENCE = (
    Evidence(
        OutboxMessage,
        columns=(*_ONCE_SENT.columns, "rendered"),
        anchors=_ANCHORS,
        parts=_frozen,
        format=2,
        former={1: _ONCE_SENT.facts_of},
        widened=1,
        emptied={"subject": "", "text": "", "html": "", "context": {}},
        left_out={
            "edition_id": "a filter of the list",
            "context": "its digest is sealed",
            "status": "that it was sent is sealed; the rest is work of the sender",
            "attempts": "work of the sender",
            "due_at": "work of the sender",
            "claim_token": "work of the sender",
            "lease_until": "work of the sender",
            "last_error": "work of the sender",
            "created_at": "the journal keeps when",
        },
    ),
)
