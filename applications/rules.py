"""Small rules of the call as pure functions: long enough in operation, how long one may appeal."""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

APPEAL_DAYS = 14
REMINDER_DAYS = (7, 1)
MAX_ATTACHMENTS = 20
MAX_ATTACHMENTS_BYTES = 100 * 1024 * 1024


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier; the last of the month where that day does not exist."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def appeal_until(decided_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the last day of the appeal, counted in days of the contest's zone."""
    last_day = decided_at.astimezone(zone).date() + timedelta(days=APPEAL_DAYS)
    return datetime.combine(last_day, time(23, 59, 59), tzinfo=zone)


def word_count(text: str) -> int:
    return len(text.split())
