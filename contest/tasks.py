"""What the timetable does with editions."""

from celery import shared_task

from contest.services import close_due_calls


@shared_task
def advance_phases() -> int:
    """Close the calls whose deadline has passed."""
    return close_due_calls()
