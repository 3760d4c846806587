"""Writing to the journal. Sealing and verification are in common/sealing.py."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone

from common.kernel import evidence
from common.models import JournalEntry


class Actor(Protocol):
    """Whoever acts: a signed-in person; None stands for the service itself."""

    pk: Any


def record(
    *,
    actor: Actor | None,
    action: str,
    target: models.Model,
    edition_id: int | None = None,
    facts: Iterable[models.Model] = (),
    gone: Iterable[models.Model] = (),
    **data: Any,
) -> JournalEntry:
    """Add one entry in the caller's transaction, so the fact and its record stand or fall together.

    `data` holds JSON values only, never a person's name or address: refer to people by number. `facts` are the
    rows this act wrote, as they stand now, and `gone` those it takes away (named before they are deleted): of
    each the digest is noted (common.kernel.evidence).
    """
    entry = draft_entry(
        actor=actor, action=action, target=target, edition_id=edition_id, facts=facts, gone=gone, **data
    )
    entry.save(force_insert=True)
    return entry


def record_bulk(entries: list[JournalEntry]) -> None:
    """The same for many entries made by `draft_entry`, in one statement."""
    _require_transaction()
    JournalEntry.objects.bulk_create(entries)


def draft_entry(
    *,
    actor: Actor | None,
    action: str,
    target: models.Model,
    edition_id: int | None = None,
    facts: Iterable[models.Model] = (),
    gone: Iterable[models.Model] = (),
    **data: Any,
) -> JournalEntry:
    """An unsaved entry, for `record_bulk`."""
    _require_transaction()
    return JournalEntry(
        happened_at=timezone.now(),
        actor_id=actor.pk if actor else None,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        edition_id=edition_id,
        data=data,
        facts=evidence.digests(facts, gone, target),
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a journal entry belongs in the transaction of the change it records")
