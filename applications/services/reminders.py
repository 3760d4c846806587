"""Telling the authors of drafts that the call is about to close."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from applications.models import Application
from applications.queries.applicant import drafts_to_remind, members_by_unit
from applications.rules import REMINDER_DAYS
from notifications.outbox_types import Message
from notifications.services import enqueue_bulk


def remind_of_deadlines(*, now: datetime) -> int:
    """Mail to every member of a unit with a draft, 7 days and 1 day before; returns how many were due.

    The outbox keeps one mail per draft, deadline and day, so running twice or on two machines
    sends nothing twice, and a deadline moved by an amendment is told again.
    """
    due = 0
    for days in REMINDER_DAYS:
        drafts = drafts_to_remind(after=now + timedelta(days=days - 1), until=now + timedelta(days=days))
        recipients = members_by_unit({draft.unit_id for draft in drafts})
        messages = [
            Message(_key(draft, days), recipient, _context(draft), draft.edition_id)
            for draft in drafts
            for recipient in recipients.get(draft.unit_id, [])
        ]
        enqueue_bulk(kind="deadline_reminder", messages=messages)
        due += len(messages)
    return due


def _key(draft: Application, days: int) -> str:
    return f"application:{draft.pk}:{draft.edition.submission_deadline:%Y%m%d%H%M%S}:{days}d"


def _context(draft: Application) -> dict[str, str]:
    deadline = draft.edition.submission_deadline
    return {
        "title": draft.title,
        "unit": str(draft.unit),
        "edition": draft.edition.title,
        "deadline": deadline.isoformat() if deadline else "",
        "link": settings.SITE_URL + reverse("applications:applicant_detail", args=[draft.pk]),
    }
