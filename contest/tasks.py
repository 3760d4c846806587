"""What the timetable does with editions."""

from celery import shared_task
from django.utils import timezone

from contest.services import close_due_calls
from contest.services import sweep_removed_rows as sweep_rows


@shared_task
def advance_phases() -> int:
    """Close the calls whose deadline has passed."""
    return close_due_calls()


@shared_task
def sweep_removed_rows() -> int:
    """Forget rows of the set-up that were removed more than a day ago."""
    return sweep_rows(timezone.now())
