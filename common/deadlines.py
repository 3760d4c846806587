"""What "until" means, for calls, completions and appeals alike: no two places disagree on the last second."""

from datetime import datetime


def in_time(moment: datetime, deadline: datetime | None) -> bool:
    """The deadline's own second still counts: 23:59:00.9 is in time when the deadline is 23:59:00."""
    return deadline is None or moment.replace(microsecond=0) <= deadline
