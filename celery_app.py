"""The Celery app and its beat table, nothing else."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

from common.broker import use_forgiving_redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

use_forgiving_redis()
app = Celery("slz", task_cls="common.heartbeats:WatchedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The current app is kept per thread: without this, tasks sent from a web thread go to a stranger.
app.set_default()
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Left to itself Celery adds handlers that write past our formats, which hold nothing personal (common/logs.py)."""


def every(seconds: float, task: str, *args: Any) -> dict[str, Any]:
    """A line of the table. A run that waited longer than its interval is dropped: the next one does its work.

    Not within a minute, though: clocks of several machines differ, and a run must not arrive dropped.
    """
    return {"task": task, "schedule": seconds, "args": args, "options": {"expires": max(seconds, 60)}}


def nightly(task: str, *, hour: int, minute: int = 0) -> dict[str, Any]:
    """Once a night, by the clock of the contest; a run that could not start within the night is dropped."""
    return {"task": task, "schedule": crontab(hour=hour, minute=minute), "args": (), "options": {"expires": 6 * 3600}}


# What runs without being asked: name → every(seconds, task). Each task is safe to run twice or late.
BEAT: dict[str, dict[str, Any]] = {
    "tick": every(5, "common.tasks.tick"),
    "deliver-mail": every(10, "notifications.tasks.deliver"),
    "close-due-calls": every(30, "contest.tasks.advance_phases"),
    "remind-of-deadlines": every(1800, "applications.tasks.send_deadline_reminders"),
    "remind-of-completions": every(1800, "applications.tasks.send_completion_reminders"),
    "scan-attachments": every(300, "applications.tasks.scan_attachments"),
    "draw-attachments": every(30, "applications.tasks.draw_attachments"),
    "sweep-removed-files": every(3600, "applications.tasks.sweep_removed_files"),
    "sweep-removed-rows": every(3600, "contest.tasks.sweep_removed_rows"),
    "remind-jurors": every(6 * 3600, "jury.tasks.remind_jurors"),
    "build-certificates": every(15, "awards.tasks.build_certificates"),
    "confirm-submissions": every(30, "awards.tasks.confirm_submissions"),
    "withhold-infected-files": every(300, "practices.tasks.withhold_infected_files"),
    "delete-parked-forms": every(300, "accounts.tasks.delete_parked_forms"),
    "publish-drawn-pictures": every(300, "practices.tasks.publish_drawn_pictures"),
    "delete-files": every(300, "privacy.tasks.delete_files"),
    "verify-everything": nightly("common.tasks.verify_everything", hour=2, minute=40),
    "remind-of-retention": every(6 * 3600, "privacy.tasks.remind_of_retention"),
}
app.conf.beat_schedule = BEAT
