"""Mail of the one kind whose templates belong to the outbox itself, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue, enqueue_bulk

KIND = "outbox_alert"
CONTEXT = {"at": "2026-05-04T08:00:00+00:00", "link": "http://127.0.0.1/"}


def send(name: str) -> OutboxMessage:
    return enqueue(kind=KIND, subject_key="test", recipient=Recipient(f"{name}@example.org"), context=CONTEXT)


def send_bulk(count: int) -> None:
    people = [Recipient(f"p{number:04d}@example.org") for number in range(count)]
    enqueue_bulk(kind=KIND, messages=[Message("bulk", recipient, CONTEXT) for recipient in people])


def sent() -> int:
    return OutboxMessage.objects.filter(status=OutboxStatus.SENT).count()


@contextmanager
def without_uniqueness() -> Iterator[None]:
    """The outbox without the constraint that keeps a second mail of the same about the same out."""
    (constraint,) = [one for one in OutboxMessage._meta.constraints if one.name == "outbox_one_per_subject"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(OutboxMessage, constraint)
    try:
        yield
    finally:
        OutboxMessage.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(OutboxMessage, constraint)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
