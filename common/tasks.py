"""The sign of life of the background, and the nightly comparison of data with what was sealed."""

import logging

from celery import shared_task

from common.kernel.comparison import verify_and_note

logger = logging.getLogger(__name__)


@shared_task(name="common.tasks.tick")
def tick() -> None:
    """Nothing to do: that it ended is noted (common/heartbeats.py). Nothing but the timetable starts it."""


@shared_task(name="common.tasks.verify_everything")
def verify_everything() -> int:
    """Each night: is everything the results rest on what was sealed? How many differences there are."""
    outcome = verify_and_note()
    for problem in outcome.problems:
        logger.error("not as it was sealed: %s", problem)
    return len(outcome.problems)
