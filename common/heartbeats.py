"""The pulse of background work: each task notes how it ended, so that silence can be noticed.

A worker or a timetable that stands still tells nobody; the web server looks at these rows instead
(portal/service_state.py). Writing is cheap and spares the database: a task that runs every few
seconds notes its success at most once in `NOTED_EVERY`.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import Task, current_app
from django.db import Error
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.background import REQUEST_ID
from common.logs import Activity, busy_with
from common.models import TaskRun

logger = logging.getLogger(__name__)
NOTED_EVERY = 15.0  # seconds, in each process
SILENCE = timedelta(minutes=2)  # longer than a restart of the worker
OFTEN = timedelta(minutes=1)
BACKUP = "backup"  # noted by the command, which no timetable of ours starts
SEALER = "seal"  # the process that seals the journal, which needs no timetable either
SEALS_EVERY = timedelta(seconds=5)

_noted: dict[str, float] = {}


class WatchedTask(Task):
    """The base of every task: its lines in the log carry its number, and its end is noted.

    The one line of a run is written where it did something: most sweeps find nothing to do.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return self.run(*args, **kwargs)
        woken_by = (self.request.headers or {}).get(REQUEST_ID, "")
        started = time.perf_counter()
        with busy_with(Activity(request_id=woken_by, task=self.name, task_id=self.request.id)):
            try:
                result = self.run(*args, **kwargs)
            except Exception as error:
                note_failure(self.name, error)
                raise
            note_success(self.name)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            level = logging.INFO if result else logging.DEBUG
            figures = {"duration_ms": milliseconds, "result": result}
            logger.log(level, "%s: %s, %s ms", self.name, result, milliseconds, extra={"figures": figures})
            return result


def note_success(name: str) -> None:
    """Never raises: a task that did its work has not failed because this could not be written."""
    if time.monotonic() - _noted.get(name, -NOTED_EVERY) < NOTED_EVERY:
        return
    _note(name, succeeded_at=timezone.now(), failing_since=None, error="")
    _noted[name] = time.monotonic()


def note_failure(name: str, error: Exception) -> None:
    _noted.pop(name, None)
    since = Coalesce("failing_since", timezone.now())
    _note(name, failing_since=since, error=type(error).__name__[:100])


def _note(name: str, **values: Any) -> None:
    try:
        if not TaskRun.objects.filter(pk=name).update(**values):
            TaskRun.objects.bulk_create([TaskRun(name=name)], ignore_conflicts=True)
            TaskRun.objects.filter(pk=name).update(**values)
    except Error as problem:
        logger.warning("how %s ended could not be noted: %r", name, problem)


def intervals() -> dict[str, timedelta]:
    """How often beat starts each task of its table."""
    table = current_app.conf.beat_schedule or {}
    return {line["task"]: _interval(line["schedule"]) for line in table.values()}


def _interval(schedule: Any) -> timedelta:
    """Lines by the clock (crontab) run once a day."""
    return timedelta(seconds=schedule) if isinstance(schedule, int | float) else timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """One task of the timetable: how its last runs ended."""

    task: str
    every: timedelta
    succeeded_at: datetime | None
    failing_since: datetime | None
    error: str
    late: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether background work goes on. `heard_at`: when any of the timetable last ended well."""

    beats: list[Beat]
    heard_at: datetime | None
    backed_up_at: datetime | None
    sealer: Beat

    @property
    def all(self) -> list[Beat]:
        return [*self.beats, self.sealer]

    @property
    def late(self) -> list[Beat]:
        return [beat for beat in self.beats if beat.late]

    @property
    def silent(self) -> bool:
        """The sweep that runs most often, which nothing but the timetable starts, is late."""
        return min(self.beats, key=lambda beat: beat.every).late

    @property
    def stopped(self) -> bool:
        """Not even the tasks that people's acts wake have run: there is no worker, or nothing reaches it."""
        often = [beat for beat in self.beats if beat.every <= OFTEN]
        return bool(often) and all(beat.late and not beat.failing_since for beat in often)


def pulse(now: datetime) -> Pulse:
    """One statement. A task is late after three of its intervals and SILENCE.

    One that never ran is late where nothing ever did: after an installation the slower ones come later.
    """
    runs = TaskRun.objects.in_bulk()
    backup, sealing = runs.pop(BACKUP, None), runs.pop(SEALER, None) or TaskRun(name=SEALER)
    heard_at = max((run.succeeded_at for run in runs.values() if run.succeeded_at), default=None)
    table = sorted(intervals().items())
    beats = [_beat(runs.get(task) or TaskRun(name=task), every, now, heard_at is None) for task, every in table]
    sealer = _beat(sealing, SEALS_EVERY, now, late_unless_run=True)
    return Pulse(beats, heard_at, backup.succeeded_at if backup else None, sealer)


def _beat(run: TaskRun, every: timedelta, now: datetime, late_unless_run: bool) -> Beat:
    if run.succeeded_at is None:
        late = late_unless_run or run.failing_since is not None
    else:
        late = now - run.succeeded_at > 3 * every + SILENCE
    return Beat(run.name, every, run.succeeded_at, run.failing_since, run.error, late)
