"""How the service itself is: one look that /readyz, /metrics and the organiser's page tell in their own ways.

Every probe is bounded in time, so that a page which tells of trouble does not become part of it.
"""

import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import redis
from celery import current_app
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from redis.backoff import NoBackoff
from redis.retry import Retry

from awards.queries.certificates import QueueState, queue_state
from common.heartbeats import Pulse, pulse
from common.kernel.comparison import last_outcome
from common.kernel.lateness import SEALED_WITHIN
from common.models import Verification
from common.patience import waiting_at_most
from common.queries import Unsealed, unsealed
from notifications.queries import OutboxState, outbox_state

BROKER_SECONDS = 0.5
FULL_AT = 0.97  # of Redis's maxmemory, when it drops nothing by itself
DATABASE_SECONDS = 0.5  # for an answer; for a new connection two
STORAGE_SECONDS = 2.0
MAIL_WAITS_AT_MOST = timedelta(minutes=10)
CERTIFICATES_WAIT_AT_MOST = timedelta(minutes=10)
VERIFIED_AT_MOST = timedelta(hours=36)  # nightly
BACKUP_AT_MOST = timedelta(hours=36)  # made nightly, with a night's grace of half a day
DISK_FREE_AT_LEAST = 1_000_000_000  # bytes: fifty of the largest attachments
BROKER_PROBE = "slz.probe"  # written and gone after a minute: only a write shows that Redis takes anything
PROBE = "probe"  # a file that need not be there: asking for it shows that the storage answers


@dataclass(frozen=True, slots=True)
class WorkState:
    """What waits for background work, and whether that goes on."""

    now: datetime
    outbox: OutboxState
    certificates: QueueState
    journal: Unsealed
    verified: Verification | None
    pulse: Pulse

    def late(self, since: datetime | None, limit: timedelta) -> bool:
        return since is not None and self.now - since > limit

    @property
    def mail_is_late(self) -> bool:
        return self.late(self.outbox.due_since, MAIL_WAITS_AT_MOST)

    @property
    def certificates_are_late(self) -> bool:
        return self.late(self.certificates.due_since, CERTIFICATES_WAIT_AT_MOST)

    @property
    def journal_is_late(self) -> bool:
        return self.late(self.journal.since, SEALED_WITHIN)

    @property
    def verification_is_late(self) -> bool:
        return self.verified is not None and self.late(self.verified.finished_at, VERIFIED_AT_MOST)


def work_state(now: datetime) -> WorkState:
    """Six statements."""
    return WorkState(now, outbox_state(now), queue_state(now), unsealed(), last_outcome(), pulse(now))


def ask_database() -> None:
    with waiting_at_most(DATABASE_SECONDS), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def ask_migrations() -> None:
    """Asked until the answer is yes (an exception is not remembered); then it holds for this process's code."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("some migrations were not run")


class BrokerFull(Exception):
    """Redis answers, but refuses every write; under another policy it drops wake-ups, which a sweep makes good."""


class BrokerRefuses(Exception):
    """Redis answers and takes nothing: its own disk is full, it is a copy of another one, or rights are missing."""


def ask_broker() -> None:
    url = settings.CELERY_BROKER_URL
    if url.startswith(("redis://", "rediss://", "unix://")):
        client = redis.Redis.from_url(
            url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        with client:
            memory = client.info("memory")
            try:
                client.set(BROKER_PROBE, "", ex=60)
            except redis.exceptions.OutOfMemoryError as error:
                raise BrokerFull(str(error)) from error
            except redis.exceptions.ResponseError as error:
                raise BrokerRefuses(str(error)) from error
        if 0 < memory["maxmemory"] * FULL_AT <= memory["used_memory"] and memory["maxmemory_policy"] == "noeviction":
            raise BrokerFull("Redis has used up its maxmemory and takes nothing new")
    else:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)


def ask_storage() -> None:
    """A local folder must take a file, a bucket must answer soon."""
    folder = media_folder()
    if folder is None:
        _within(STORAGE_SECONDS, lambda: default_storage.exists(PROBE))
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"probe")


def _within(seconds: float, ask: Callable[[], object]) -> None:
    """Ask, but wait no longer: the thread that hangs ends by the storage's own time-outs."""
    problems: list[BaseException] = [TimeoutError(f"no answer within {seconds} s")]

    def run() -> None:
        try:
            ask()
            problems.clear()
        except Exception as error:
            problems[:] = [error]

    thread = threading.Thread(target=run, name="storage probe", daemon=True)
    thread.start()
    thread.join(seconds)
    if problems:
        raise problems[0]


def media_folder() -> Path | None:
    """Where files are kept on this machine; None when they are in a bucket."""
    return Path(default_storage.location) if isinstance(default_storage, FileSystemStorage) else None


def disk_free() -> int | None:
    """Bytes left for files on this machine; None when they are kept elsewhere, or not at all yet."""
    folder = media_folder()
    return shutil.disk_usage(folder).free if folder and folder.exists() else None
