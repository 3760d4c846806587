"""The sealer: a process of its own that seals the journal, signs checkpoints and files, and alone reads the key.

It runs every few seconds and depends on nothing but the database. What could later look like an entry dated back, it
notes in the journal while it happens: that it stood still, that a transaction takes long (common/kernel/lateness.py).
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from common import sealing
from common.heartbeats import SEALER, SEALS_EVERY, note_failure, note_success
from common.journal import draft_entry
from common.kernel import checkpoints
from common.kernel.keys import Signer
from common.kernel.lateness import LONG_TRANSACTION, OUTAGE
from common.kernel.signing import sign_waiting
from common.models import JournalCheckpoint, JournalEntry, JournalSeal, TaskRun

logger = logging.getLogger(__name__)
INTERVAL = SEALS_EVERY.total_seconds()
WHOLE_EVERY = 120.0  # seconds between two that look through the whole journal
STOOD_STILL = timedelta(minutes=1)  # longer than between two runs on a busy machine, far below the five minutes
BEFORE = "common.tasks.seal_journal"  # who sealed until 0.1.0
LONG = timedelta(minutes=1)  # a transaction seen for longer is noted
RUNNING_HERE = """
SELECT running.xid::text FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)
WHERE EXISTS (
    SELECT FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'transactionid' AND granted
    AND pg_locks.transactionid::text::bigint = running.xid::text::bigint % 4294967296
    AND (datname IS NULL OR datname = current_database())
)
"""


class Sealer:
    """One run after another; what it remembers between them, and what it does again after a restart."""

    def __init__(self, find_signer: Callable[[], Signer]) -> None:
        self.find_signer = find_signer
        self.signer: Signer | None = None
        self.stop = threading.Event()
        self.ran_at: datetime | None = None
        self.whole_at = -WHOLE_EVERY
        self.running: dict[int, datetime] = {}  # transactions by number, and when they were first seen
        self.noted: set[int] = set()

    def run(self) -> None:
        """Until `stop` is set. A failure is told and the next run tries again: nothing waiting is lost."""
        while not self.stop.is_set():
            close_old_connections()
            try:
                self.run_once()
            except Exception as error:
                logger.exception("the journal was not sealed; the next run tries again")
                note_failure(SEALER, error)
                connection.close()
            self.stop.wait(INTERVAL)
        connection.close()

    def run_once(self) -> None:
        self.signer = self.signer or self.find_signer()
        stood_still = self._note_outage(timezone.now())
        self._note_long_transactions(timezone.now(), LONG if not stood_still else timedelta(0))
        sealed = self._seal()
        if sealed:
            logger.info("sealed %s entries", sealed)
        if reason := checkpoints.due(timezone.now()):
            made = checkpoints.make_checkpoint(self.signer, reason)
            logger.info("checkpoint %s: %s entries, %s", made.number, made.size, made.root)
        self.ran_at = timezone.now()
        note_success(SEALER)
        if signed := sign_waiting(self.signer):  # last: a file that cannot be signed keeps nothing else from its seal
            logger.info("signed %s published files", signed)

    def _seal(self) -> int:
        if time.monotonic() - self.whole_at < WHOLE_EVERY:
            return sealing.seal_new_entries()
        sealed = sealing.seal_entries()
        self.whole_at = time.monotonic()
        return sealed

    def _note_outage(self, now: datetime) -> bool:
        """Whether there was one. When the clock jumped ahead, too: entries written just before look as old."""
        begun = self.ran_at or last_known_run()
        if begun is None and not JournalEntry.objects.exists():
            return False
        if begun and now - begun <= STOOD_STILL:
            return False
        write_note(OUTAGE, {"from": begun.isoformat() if begun else None, "to": now.isoformat()})
        logger.warning("the sealer did not run from %s to %s", begun or "the first entry", now)
        return True

    def _note_long_transactions(self, now: datetime, longer_than: timedelta) -> None:
        there = running_transactions()
        self.running = {number: self.running.get(number, now) for number in there}
        self.noted &= there
        for number, since in self.running.items():
            if now - since >= longer_than and number not in self.noted:
                write_note(LONG_TRANSACTION, {"transaction": number, "since": since.isoformat()})
                self.noted.add(number)


def last_known_run() -> datetime | None:
    """Of a sealer before this process: the latest trace it left; None when there is none."""
    noted = TaskRun.objects.filter(pk__in=[SEALER, BEFORE], succeeded_at__isnull=False)
    run = noted.order_by("succeeded_at").values_list("succeeded_at", flat=True).last()
    seal = JournalSeal.objects.order_by("sequence").values_list("sealed_at", flat=True).last()
    checkpoint = JournalCheckpoint.objects.order_by("number").values_list("made_at", flat=True).last()
    return max(filter(None, [run, seal, checkpoint]), default=None)


def running_transactions() -> set[int]:
    """Numbers of those that have written something here and not ended. SQLite has one writer at a time and no numbers.

    The snapshot tells of every database of the server; whose they are stands beside their locks. One that was
    prepared belongs to no connection any more and counts.
    """
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(RUNNING_HERE)
        return {int(row[0]) for row in cursor.fetchall()}


def write_note(action: str, data: dict[str, Any]) -> None:
    """An entry of the sealer about itself, sealed with the next ones."""
    last = JournalSeal.objects.order_by("sequence").last() or JournalSeal(pk=0)
    with transaction.atomic():
        draft_entry(actor=None, action=action, target=last, **data).save(force_insert=True)
