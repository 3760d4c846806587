"""What other apps hand to the outbox."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address and the language to write in ("pl", "en"); the outbox knows no users."""

    email: str
    language: str = "pl"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail of a bulk act. `context` holds JSON values only, times as ISO strings."""

    subject_key: str
    recipient: Recipient
    context: dict[str, Any] = field(default_factory=dict)
    edition_id: int | None = None  # where the messages of one call belong to different editions


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as its reader sees it: a one-line subject, plain text and its HTML twin."""

    subject: str
    text: str
    html: str
