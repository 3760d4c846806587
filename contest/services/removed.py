"""What was removed from the set-up: kept for a day, handed out to be put back, then forgotten (ADR 82)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.deadlines import RESTORABLE
from common.errors import Conflict
from contest.models import Edition, RemovedRow
from contest.rules import Section


def keep_removed(*, actor: User, row: Any, section: Section, columns: Iterable[str], **shown: Any) -> None:
    """All that a row holds, before it is deleted; `shown`: its name or its person."""
    RemovedRow.objects.create(
        edition_id=row.edition_id,
        section=section,
        number=row.pk,
        values={column: getattr(row, column) for column in columns},
        removed_at=timezone.now(),
        removed_by=actor,
        **shown,
    )


def removed_row(edition: Edition, section: Section, removed_id: int) -> RemovedRow:
    """The row to put back; the caller holds the edition's lock, so of two clicks the second finds none."""
    rows = RemovedRow.objects.select_related("person").filter(edition=edition, section=section, pk=removed_id)
    removed = rows.filter(removed_at__gte=timezone.now() - RESTORABLE).first()
    if removed is None:
        raise Conflict(_("This is back already, or it was removed more than a day ago and cannot be put back."))
    return removed


def sweep_removed_rows(now: datetime) -> int:
    """Forget what was removed more than a day ago; how many rows."""
    return RemovedRow.objects.filter(removed_at__lt=now - RESTORABLE).delete()[0]
