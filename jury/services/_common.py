"""What the services of the jury share."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from common import journal
from common.errors import Conflict
from common.kernel import evidence
from common.transitions import advance_many
from jury.models import Assignment, ScoreSheet


def absolute(url_name: str, **kwargs: object) -> str:
    return settings.SITE_URL + reverse(url_name, kwargs=kwargs or None)


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def sheet_is_closed(assignment: Assignment) -> bool:
    """Read under the sheet's lock, so that a juror closing it in another window is waited for."""
    sheet = ScoreSheet.objects.select_for_update().filter(assignment=assignment).first()
    return sheet is not None and sheet.closed_at is not None


def move_all(actor: User, entries: Collection[Application], transition: str, edition_id: int) -> None:
    """One transition for many locked entries: one statement, and a journal entry for each."""
    rows = Application.objects.filter(pk__in=[entry.pk for entry in entries])
    moved = advance_many(rows, transition, updated_at=timezone.now())
    if moved != len(entries):
        raise Conflict(_("This is not possible in the present state. Refresh the page to see what changed."))
    action = f"application.{transition}"
    journal.record_bulk(
        [
            journal.draft_entry(actor=actor, action=action, target=entry, edition_id=edition_id, facts=[entry])
            for entry in evidence.of(Application).sealed_of(rows)
        ]
    )
