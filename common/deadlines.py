"""What "until" means, for calls, completions and appeals alike: no two places disagree on the last minute or second."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

RESTORABLE = timedelta(days=1)  # how long what a person removed can be put back


def in_time(moment: datetime, deadline: datetime | None) -> bool:
    """Whoever reads "23:59" may act until the clock shows 0:00: a deadline holds to the end of its minute.

    23:59:59.999999 is in time when the deadline is 23:59:00, and the next minute is not. Nobody can set a deadline to
    the second; one that carries seconds all the same (23:59:59 in older records) holds to the end of that second.
    """
    return deadline is None or _second_of(moment) <= deadline or deadline == _minute_of(moment)


def passed(column: str, moment: datetime) -> Q:
    """The same rule within a statement: rows whose deadline is not `in_time` any more."""
    return Q(**{f"{column}__lt": _second_of(moment)}) & ~Q(**{column: _minute_of(moment)})


def _second_of(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def last_minute_of(day: date) -> datetime:
    """23:59 in the contest's zone: what "until 15 June" means to everybody."""
    return datetime.combine(day, time(23, 59), tzinfo=timezone.get_default_timezone())
