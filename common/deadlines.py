"""What "until" means, for calls, completions and appeals alike: no two places disagree on the last minute or second."""

from datetime import date, datetime, time

from django.utils import timezone


def in_time(moment: datetime, deadline: datetime | None) -> bool:
    """The deadline's own second still counts: 23:59:00.9 is in time when the deadline is 23:59:00."""
    return deadline is None or moment.replace(microsecond=0) <= deadline


def last_minute_of(day: date) -> datetime:
    """23:59 in the contest's zone: what "until 15 June" means to everybody."""
    return datetime.combine(day, time(23, 59), tzinfo=timezone.get_default_timezone())
