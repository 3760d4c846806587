"""The sign of life of the background: timetable, broker and worker are all there when it runs."""

from celery import shared_task


@shared_task(name="common.tasks.tick")
def tick() -> None:
    """Nothing to do: that it ended is noted (common/heartbeats.py). Nothing but the timetable starts it."""
