"""When may an entry be sealed later than five minutes after it claims to have happened?

An entry dated back is sealed late, and the time of sealing is part of what is hashed. Two honest causes look alike:
a transaction that took long, and a sealer that stood still (or a clock that jumped ahead). The sealer notes both in the
journal itself while they happen, so that they cannot be claimed afterwards:

- OUTAGE: between two moments the sealer did not run. What claims to have happened between them and was sealed before
  the note had waited for the sealer.
- LONG_TRANSACTION: a transaction, by its number in the database, was running already at a moment. Its entries count
  from the end of their wait.

What was restored from a backup counts from the restore in the same way; that is an epoch of its own (JournalEpoch).
A note counts only when the journal agrees: nothing was sealed or signed during an outage, and a transaction was noted
soon after it was first seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from common.models import JournalCheckpoint, JournalEntry, JournalEpoch, JournalSeal

SEALED_WITHIN = timedelta(minutes=5)  # an older unsealed entry means that the sealer stands still
OUTAGE = "journal.outage"
LONG_TRANSACTION = "journal.long_transaction"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry sealed late, and what the judgement needs of it."""

    name: str
    happened_at: datetime
    sealed_at: datetime
    sequence: int
    transaction_number: int | None

    @classmethod
    def of(cls, entry: JournalEntry, seal: JournalSeal) -> "Sealed":
        name = f"entry {entry.pk} ({entry})"
        return cls(name, entry.happened_at, seal.sealed_at, seal.sequence, entry.transaction_number)


@dataclass(frozen=True, slots=True)
class Outage:
    """The sealer did not run between these moments; `begun` None: it had never run before."""

    begun: datetime | None
    ended: datetime
    sealed_to: int  # the entries that had waited have a place in the chain up to here

    def covers(self, moment: datetime) -> bool:
        return (self.begun is None or self.begun <= moment) and moment <= self.ended


def late_entries(candidates: list[Sealed]) -> Iterator[str]:
    """Those that nothing excuses, in words."""
    if not candidates:
        return
    gaps, running = outages(), _long_transactions()
    for row in candidates:
        since = running.get(row.transaction_number)
        around = [gap for gap in gaps if gap.covers(row.happened_at)]
        if any(row.sequence <= gap.sealed_to for gap in around):
            continue
        due = max((gap.ended for gap in around), default=row.happened_at)
        if since is None or since - due > SEALED_WITHIN:
            claimed, sealed = row.happened_at.isoformat(), row.sealed_at.isoformat()
            yield f"late: {row.name} claims {claimed} and came to the journal only by {sealed}"


def outages() -> list[Outage]:
    """Those noted in the chain and not gainsaid by it, and those before each epoch."""
    found = [Outage(epoch.sealed_until, epoch.started_at, epoch.sealed_to) for epoch in JournalEpoch.objects.all()]
    for entry in _notes(OUTAGE):
        begun, ended = _moment(entry.data.get("from")), _moment(entry.data.get("to"))
        if ended and ended <= entry.seal.sealed_at and not _anything_between(begun, ended, entry.seal.sequence):
            found.append(Outage(begun, ended, entry.seal.sequence))
    return found


def _anything_between(begun: datetime | None, ended: datetime, sequence: int) -> bool:
    seals = JournalSeal.objects.filter(sequence__lt=sequence, sealed_at__lt=ended, format__gt=1)
    checkpoints = JournalCheckpoint.objects.filter(size__lt=sequence, made_at__lt=ended)
    if begun:
        seals, checkpoints = seals.filter(sealed_at__gt=begun), checkpoints.filter(made_at__gt=begun)
    return seals.exists() or checkpoints.exists()


def _long_transactions() -> dict[int | None, datetime]:
    """By number, since when they were seen running; noted within the five minutes after that."""
    found: dict[int | None, datetime] = {}
    for entry in _notes(LONG_TRANSACTION):
        since, number = _moment(entry.data.get("since")), entry.data.get("transaction")
        if since and isinstance(number, int) and entry.seal.sealed_at - since <= SEALED_WITHIN:
            found[number] = min(since, found.get(number, since))
    return found


def _notes(*actions: str) -> Iterable[JournalEntry]:
    return JournalEntry.objects.filter(action__in=actions, seal__isnull=False).select_related("seal")


def _moment(value: Any) -> datetime | None:
    moment = parse_datetime(value) if isinstance(value, str) else None
    return moment if moment and timezone.is_aware(moment) else None
