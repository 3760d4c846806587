"""Reminding jurors of the date they work towards. Safe to run any number of times."""

from datetime import timedelta

from django.utils import timezone

from contest.models import Edition
from contest.phases import PHASES, Activity
from jury.queries.progress import jurors_progress
from jury.services._common import absolute, iso
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue_bulk

DAYS_BEFORE = (7, 2)


def remind_jurors() -> int:
    """One letter 7 days and one 2 days before `scoring_until` to each juror with open sheets.

    The outbox is unique by the edition's date and the number of days, so a second run, or a second
    beat, writes nothing new. How many letters were due now.
    """
    now = timezone.now()
    horizon = now + timedelta(days=max(DAYS_BEFORE))
    written = 0
    for edition in Edition.objects.filter(
        phase__in=PHASES[Activity.SCORE], scoring_until__gt=now, scoring_until__lte=horizon
    ):
        until = edition.scoring_until
        assert until is not None  # narrowed by the filter
        days = min(days for days in DAYS_BEFORE if until - now <= timedelta(days=days))
        messages = [
            Message(
                subject_key=f"reminder:{edition.pk}:{iso(until)}:{days}",
                recipient=Recipient(juror.email, juror.language),
                context={
                    "name": juror.name,
                    "edition": edition.title,
                    "count": juror.open,
                    "until": iso(until),
                    "url": absolute("jury:desk"),
                },
            )
            for juror in jurors_progress(edition)
            if juror.open
        ]
        enqueue_bulk(kind="juror_reminder", messages=messages, edition_id=edition.pk)
        written += len(messages)
    return written
