"""What /metrics tells: what the processes counted, and what the database says at this moment.

Waiting work is read when it is asked for, so it is true whichever web process answers, and a worker
needs no address of its own (docs/adr/0044).
"""

import logging
import platform
from collections.abc import Iterable, Iterator
from datetime import datetime

import django
from django.db import Error
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from common.metrics import counted
from common.version import service_version
from portal.service_state import WorkState, disk_free, work_state

logger = logging.getLogger(__name__)


def registry(now: datetime) -> CollectorRegistry:
    """Everything to tell at `now`; made for one scrape."""
    collected = counted()
    collected.register(_ServiceCollector(now))
    return collected


class _ServiceCollector(Collector):
    """Six statements. Without a database it says that there is none, and the counters are told all the same."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> Iterable[Metric]:
        """Asked at registration, where nothing is to be read yet."""
        return ()

    def collect(self) -> Iterator[Metric]:
        versions = {"version": service_version(), "django": django.__version__, "python": platform.python_version()}
        yield InfoMetricFamily("slz_build", "What runs here.", versions)
        try:
            state = work_state(self.now)
        except Error as error:
            logger.warning("no figures from the database: %r", error)
            state = None
        yield GaugeMetricFamily("slz_database_up", "Whether the database answered.", float(state is not None))
        free = disk_free()
        if free is not None:
            yield GaugeMetricFamily("slz_media_disk_free_bytes", "Room for files on this machine.", float(free))
        if state:
            yield from _work(state)


def _work(state: WorkState) -> Iterator[Metric]:
    def age(since: datetime | None) -> float:
        return (state.now - since).total_seconds() if since else 0.0

    outbox, certificates, journal = state.outbox, state.certificates, state.journal
    mail = {
        "waiting": outbox.waiting,
        "due": outbox.due,
        "sending": outbox.sending,
        "dead": outbox.dead,
        "bounced": outbox.bounced,
    }
    yield _by("slz_outbox_messages", "Mail that was not sent; `due` is the part that is late.", "status", mail)
    yield GaugeMetricFamily(
        "slz_outbox_oldest_due_seconds", "How long the oldest mail has been due.", age(outbox.due_since)
    )
    documents = {"waiting": certificates.waiting, "building": certificates.building, "failed": certificates.failed}
    yield _by("slz_certificates", "Documents whose files are not built.", "status", documents)
    yield GaugeMetricFamily(
        "slz_certificates_oldest_due_seconds", "How long the oldest document has been due.", age(certificates.due_since)
    )
    yield GaugeMetricFamily("slz_journal_unsealed", "Journal entries without a seal.", float(journal.count))
    yield GaugeMetricFamily("slz_journal_oldest_unsealed_seconds", "The age of the oldest of them.", age(journal.since))
    verified = state.verified
    yield GaugeMetricFamily(
        "slz_verification_differences",
        "What differed from its seal at the last nightly verify_all.",
        float(verified.count if verified else 0),
    )
    yield GaugeMetricFamily(
        "slz_verification_timestamp_seconds",
        "When that ended; 0: it was not run yet.",
        verified.finished_at.timestamp() if verified else 0.0,
    )
    if state.pulse.backed_up_at:
        yield GaugeMetricFamily(
            "slz_backup_last_success_timestamp_seconds",
            "When `manage.py backup` last made a set.",
            state.pulse.backed_up_at.timestamp(),
        )
    ended = {beat.task: beat.succeeded_at.timestamp() for beat in state.pulse.all if beat.succeeded_at}
    yield _by("slz_task_last_success_timestamp_seconds", "When a task last ended well.", "task", ended)
    late = {beat.task: int(beat.late) for beat in state.pulse.all}
    yield _by("slz_task_late", "Whether a task has missed its time.", "task", late)
    failing = {beat.task: int(beat.failing_since is not None) for beat in state.pulse.all}
    yield _by("slz_task_failing", "Whether the latest run of a task failed.", "task", failing)


def _by(name: str, text: str, label: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
