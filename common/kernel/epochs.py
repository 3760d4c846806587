"""Epochs of the log: a restore goes back in time, so it begins a new one in public instead of forking the old one.

The chain goes on from what was restored. Checkpoints of the epoch before that reach further than its `base` speak of
rows that are gone; the epoch's row keeps the last of them that was known, so anybody can see how many.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import Error, transaction
from django.utils import timezone

from common.journal import record
from common.kernel.checkpoints import current_epoch, latest
from common.kernel.evidence import Evidence
from common.models import JournalEpoch, JournalSeal
from common.sealing import seal_entries

RESTORE = "restore"
EVIDENCE = Evidence(
    JournalEpoch,
    columns=("number", "started_at", "reason", "set_made_at", "sealed_until", "base", "sealed_to", "last_known"),
    anchors=((JournalEpoch._meta.label_lower, "pk"),),
    left_out={},
)


@dataclass(frozen=True, slots=True)
class Known:
    """Of the database that is about to be replaced: its epoch, and its newest checkpoint as signed."""

    epoch: int = 0
    note: str = ""


def known() -> Known:
    """Empty where there is no such table yet, or no database that can be read."""
    try:
        with transaction.atomic():
            last = latest()
            return Known(current_epoch()[0], last.note if last else "")
    except Error:
        return Known()


@transaction.atomic
def begin(known: Known, *, set_made_at: datetime) -> JournalEpoch:
    """In the restored database; seals what had waited for it when the set was made."""
    started_at, last = timezone.now(), JournalSeal.objects.order_by("sequence").last()
    sealed = seal_entries()
    epoch = JournalEpoch.objects.create(
        number=max(current_epoch()[0], known.epoch) + 1,
        started_at=started_at,
        reason=RESTORE,
        set_made_at=set_made_at,
        sealed_until=last.sealed_at if last else None,
        base=last.sequence if last else 0,
        sealed_to=(last.sequence if last else 0) + sealed,
        last_known=known.note,
    )
    record(actor=None, action="journal.epoch", target=epoch, facts=[epoch])
    return epoch
