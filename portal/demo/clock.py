"""Telling a story at its own times: the loader sets the service's clock, in its own process only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest import mock

from django.utils import timezone

from common.sealing import seal_new_entries


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Within the block every service reads `moment` as the present."""
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield
        seal_new_entries()  # at the moment they claim, or the whole story would look dated back


def at(day: date, offset: int, hour: int = 10, minute: int = 0) -> datetime:
    """`offset` days after `day`, at an hour of the contest's zone."""
    return datetime.combine(day + timedelta(days=offset), time(hour, minute), timezone.get_default_timezone())
