"""The hash chain over the journal: one sealer adds committed entries to it in order, anybody can verify it.

docs/adr/0002-one-sealer.md says why entries are not chained by their writers. The sealer itself is in
common/kernel/sealer.py, what leaves the house in common/kernel/checkpoints.py.

A seal has a format, which says what is hashed: 1 (0.1.0 and before) the entry; 2 also the number of its transaction
and the time of sealing, so an entry that was put into the journal later than it claims is seen for ever.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.canonical import canonical_json
from common.kernel.lateness import SEALED_WITHIN, Sealed, late_entries
from common.models import JournalEntry, JournalSeal
from common.queries import unsealed_near_end

START = "0" * 64
BATCH = 1000
FORMAT = 2
_SEALER_LOCK = (0x534C, 0)  # in the space of common.locking; no edition has number 0


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found. `problem` names the first row that is not as it should be; empty: none."""

    count: int
    head: str
    problem: str = ""
    late: tuple[str, ...] = ()  # every entry that was sealed later than it should have been, in words


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
            seal = JournalSeal(
                sequence=sequence,
                entry=entry,
                previous_hash=previous,
                entry_hash=hash_of(previous, entry, now),
                sealed_at=now,
                format=FORMAT,
            )
            seals.append(seal)
            previous = seal.entry_hash
        JournalSeal.objects.bulk_create(seals)
    return len(seals)


def _become_sealer() -> bool:
    """On SQLite the IMMEDIATE transaction is already exclusive."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _SEALER_LOCK)
        return bool(cursor.fetchone()[0])


def hash_of(previous: str, entry: JournalEntry, sealed_at: datetime | None = None) -> str:
    """SHA-256 over the hash before it and the entry as canonical JSON; without `sealed_at` in format 1."""
    payload = _payload(entry)
    if sealed_at:
        payload |= {
            "format": FORMAT,
            "sealed_at": _moment(sealed_at),
            "transaction_number": entry.transaction_number,
        }
    return hashlib.sha256((previous + canonical_json(payload)).encode()).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _payload(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "happened_at": _moment(entry.happened_at),
        "actor_id": entry.actor_id,
        "action": entry.action,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "edition_id": entry.edition_id,
        "data": _stable(entry.data),
    } | ({"facts": entry.facts} if entry.facts else {})


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
    sealed_at = {1: None, FORMAT: seal.sealed_at}
    return seal.format in sealed_at and seal.entry_hash == hash_of(seal.previous_hash, entry, sealed_at[seal.format])


def verify_chain(*, expect_head: str = "", now: datetime | None = None) -> ChainReport:
    """Walk the whole chain. With `expect_head`, a hash published earlier must still be in it.

    Entries cut off at the end leave no gap: only what is kept elsewhere shows that they are gone, a hash or a
    checkpoint (common/kernel/verification.py).
    """
    count, head, met, seal_format, after = 0, START, not expect_head, 1, []
    walk = _chain()
    while True:
        try:
            step = next(walk, None)
            if step is None:
                break
            seal, entry = step
            intact = entry is not None and is_intact(entry, seal)
        except Exception as error:
            told = f"seal {count + 1} or its entry: cannot be read ({type(error).__name__})"
            return ChainReport(count, head, f"altered: {told}")
        if seal.sequence != count + 1:
            return ChainReport(count, head, f"missing: seal {count + 1} (the next one is {seal.sequence})")
        if entry is None:
            return ChainReport(count, head, f"missing: entry {seal.entry_id}, sealed as {seal.sequence}")
        if seal.previous_hash != head or seal.format < seal_format:
            return ChainReport(count, head, f"altered: seal {seal.sequence} does not follow the one before it")
        if not intact:
            return ChainReport(count, head, f"altered: entry {entry.pk} ({entry}), sealed as {seal.sequence}")
        if seal.format == FORMAT and seal.sealed_at - entry.happened_at > SEALED_WITHIN:
            after.append(Sealed.of(entry, seal))
        count, head, seal_format = seal.sequence, seal.entry_hash, seal.format
        met = met or head == expect_head
    late = tuple(late_entries(after))
    if not met:
        return ChainReport(count, head, f"missing: no entry with the expected hash {expect_head}", late)
    if late:
        return ChainReport(count, head, late[0], late)
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
        found = JournalSeal.objects.filter(sequence__gt=last).order_by("sequence")
        try:
            seals = list(found[:BATCH])
            entries = JournalEntry.objects.in_bulk([seal.entry_id for seal in seals])
        except Exception:  # one of them cannot be read: one by one up to it
            yield from _one_by_one(list(found.values_list("sequence", flat=True)[:BATCH]))
            return
        if not seals:
            return
        for seal in seals:
            yield seal, entries.get(seal.entry_id)
        last = seals[-1].sequence


def _one_by_one(numbers: Sequence[int]) -> Iterator[tuple[JournalSeal, JournalEntry | None]]:
    """Ends with the exception that reading the spoilt row raises."""
    for number in numbers:
        seal = JournalSeal.objects.get(sequence=number)
        yield seal, JournalEntry.objects.filter(pk=seal.entry_id).first()
