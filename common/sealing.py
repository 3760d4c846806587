"""The hash chain over the journal: one sealer adds committed entries to it in order, anybody can verify it.

docs/adr/0002-one-sealer.md says why entries are not chained by their writers.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.canonical import canonical_json
from common.models import JournalEntry, JournalSeal
from common.queries import unsealed_near_end

START = "0" * 64
BATCH = 1000
SEALED_WITHIN = timedelta(minutes=5)  # an older unsealed entry means that the sealer stands still
_SEALER_LOCK = (0x534C, 0)  # in the space of common.locking; no edition has number 0


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found. `problem` names the first row that is not as it was sealed; empty: none."""

    count: int
    head: str
    problem: str = ""


def seal_entries() -> int:
    """Chain every committed entry that has no seal yet, in the order of their numbers; returns how many.

    Reads the whole journal. Only one sealer works at a time; another one leaves the work to it.
    """
    return _seal(lambda: JournalEntry.objects.filter(seal=None))


def seal_new_entries() -> int:
    """The same near the end of the journal only: it runs every few seconds, however long the journal is."""
    return _seal(unsealed_near_end)


def _seal(find: Callable[[], QuerySet[JournalEntry]]) -> int:
    sealed = 0
    while find().exists():
        batch = _seal_batch(find)
        sealed += batch
        if batch < BATCH:
            break
    return sealed


def _seal_batch(find: Callable[[], QuerySet[JournalEntry]]) -> int:
    with transaction.atomic():
        if not _become_sealer():
            return 0
        last = JournalSeal.objects.order_by("sequence").last()
        sequence, previous = (last.sequence, last.entry_hash) if last else (0, START)
        now = timezone.now()
        seals = []
        for entry in find().order_by("pk")[:BATCH]:
            sequence += 1
            digest = hash_of(previous, entry)
            seals.append(
                JournalSeal(sequence=sequence, entry=entry, previous_hash=previous, entry_hash=digest, sealed_at=now)
            )
            previous = digest
        JournalSeal.objects.bulk_create(seals)
    return len(seals)


def _become_sealer() -> bool:
    """On SQLite the IMMEDIATE transaction is already exclusive."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _SEALER_LOCK)
        return bool(cursor.fetchone()[0])


def hash_of(previous: str, entry: JournalEntry) -> str:
    """SHA-256 over the hash before it and the entry as canonical JSON."""
    return hashlib.sha256((previous + canonical_json(_payload(entry))).encode()).hexdigest()


def _payload(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "happened_at": entry.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "action": entry.action,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "edition_id": entry.edition_id,
        "data": _stable(entry.data),
    }


def _stable(value: Any) -> Any:
    """Numbers in one spelling: PostgreSQL gives 1e22 back as a whole number and −0.0 as 0.0, SQLite does not."""
    match value:
        case float() if value.is_integer():
            return int(Decimal(repr(value)))
        case dict():
            return {key: _stable(item) for key, item in value.items()}
        case list() | tuple():
            return [_stable(item) for item in value]
    return value


def is_intact(entry: JournalEntry, seal: JournalSeal) -> bool:
    """Is this entry still what was sealed? (Whether the chain around it is whole, `verify_chain` tells.)"""
    return seal.entry_hash == hash_of(seal.previous_hash, entry)


def verify_chain(*, expect_head: str = "", now: datetime | None = None) -> ChainReport:
    """Walk the whole chain. With `expect_head`, a hash published earlier must still be in it.

    Entries cut off at the end leave no gap: only a hash kept elsewhere shows that they are gone.
    """
    count, head, met = 0, START, not expect_head
    for seal, entry in _chain():
        if seal.sequence != count + 1:
            return ChainReport(count, head, f"missing: seal {count + 1} (the next one is {seal.sequence})")
        if entry is None:
            return ChainReport(count, head, f"missing: entry {seal.entry_id}, sealed as {seal.sequence}")
        if seal.previous_hash != head:
            return ChainReport(count, head, f"altered: seal {seal.sequence} does not follow the one before it")
        if not is_intact(entry, seal):
            return ChainReport(count, head, f"altered: entry {entry.pk} ({entry}), sealed as {seal.sequence}")
        count, head = seal.sequence, seal.entry_hash
        met = met or head == expect_head
    if not met:
        return ChainReport(count, head, f"missing: no entry with the expected hash {expect_head}")
    too_old = (now or timezone.now()) - SEALED_WITHIN
    waiting = JournalEntry.objects.filter(seal=None, happened_at__lt=too_old).order_by("pk").first()
    if waiting:
        since = waiting.happened_at.isoformat()
        return ChainReport(count, head, f"unsealed: entry {waiting.pk} ({waiting}), written {since}")
    return ChainReport(count, head)


def _chain() -> Iterator[tuple[JournalSeal, JournalEntry | None]]:
    """Seals in order, each with its entry; a seal whose entry was deleted past the database's rules comes with None."""
    last = 0
    while True:
        seals = list(JournalSeal.objects.filter(sequence__gt=last).order_by("sequence")[:BATCH])
        if not seals:
            return
        entries = JournalEntry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            yield seal, entries.get(seal.entry_id)
        last = seals[-1].sequence
