"""What waits for an officer: entries to review, completions that are overdue, appeals to decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import is_officer
from applications.models import AppealStatus, Application
from applications.queries.listing import appealed, overdue, own_units
from applications.workflow import State
from common.deadlines import in_time, last_minute_of
from common.todo import Todo
from contest.models import Edition
from contest.phases import Activity, may
from contest.queries import organised_by


def officer_todos_for(user: User, organised: Sequence[Edition] | None = None) -> list[Todo]:
    """Entries to review, completions that are overdue, appeals to decide; two statements, whatever the numbers.

    `organised` is `organised_by(user)`: none on whose jury the officer sits.
    """
    if not is_officer(user):
        return []
    editions = {edition.pk: edition for edition in (organised_by(user) if organised is None else organised)}
    reviewed = [pk for pk, edition in editions.items() if may(edition, Activity.REVIEW)]
    sent = Application.objects.filter(submitted_at__isnull=False).exclude(unit__in=own_units(user))
    now = timezone.now()
    waiting = _by_edition(
        sent.filter(edition__in=reviewed, state=State.SUBMITTED), count=Count("pk"), oldest=Min("submitted_at")
    )
    late = Q(overdue(now), edition__in=reviewed)
    others = list(
        _by_edition(
            sent.filter(late | appealed(), edition__in=editions),
            "state",
            count=Count("pk", distinct=True),
            oldest=Min("appeals__filed_at", filter=Q(appeals__status=AppealStatus.OPEN)),
        )
    )
    return [
        *(_review_todo(row, editions[row["edition_id"]], now) for row in waiting),
        *(_overdue_todo(row, editions[row["edition_id"]]) for row in others if row["state"] == State.RETURNED),
        *(_appeal_todo(row, editions[row["edition_id"]]) for row in others if row["state"] == State.INELIGIBLE),
    ]


def _review_todo(row: Mapping[str, Any], edition: Edition, now: datetime) -> Todo:
    due_at = last_minute_of(edition.formal_review_until) if edition.formal_review_until else None
    text = ngettext("%(count)s entry waits for formal review", "%(count)s entries wait for formal review", row["count"])
    return Todo(
        title=text % {"count": row["count"]},
        detail=_("%(edition)s. The oldest was filed on %(date)s.") % {"edition": edition, "date": _oldest(row)},
        url=_list_url(edition, "state=SUBMITTED&sort=submitted"),
        action=_("Review entries"),
        due_at=due_at,
        count=row["count"],
        urgent=not in_time(now, due_at),
    )


def _overdue_todo(row: Mapping[str, Any], edition: Edition) -> Todo:
    text = ngettext(
        "%(count)s entry was not completed in time", "%(count)s entries were not completed in time", row["count"]
    )
    return Todo(
        title=text % {"count": row["count"]},
        detail=_("%(edition)s. Extend the date or reject the entry.") % {"edition": edition},
        url=_list_url(edition, "state=RETURNED&needs_me=1"),
        action=_("Decide"),
        count=row["count"],
        urgent=True,
    )


def _appeal_todo(row: Mapping[str, Any], edition: Edition) -> Todo:
    text = ngettext("%(count)s appeal to decide", "%(count)s appeals to decide", row["count"])
    return Todo(
        title=text % {"count": row["count"]},
        detail=_("%(edition)s. The oldest was filed on %(date)s.") % {"edition": edition, "date": _oldest(row)},
        url=_list_url(edition, "state=INELIGIBLE&needs_me=1"),
        action=_("Decide appeals"),
        count=row["count"],
    )


def _by_edition(entries: QuerySet[Application], *also: str, **more: Any) -> QuerySet[Application, Any]:
    return entries.order_by().values("edition_id", *also).annotate(**more).order_by("-edition_id")


def _oldest(row: Mapping[str, Any]) -> str:
    return date_format(timezone.localtime(row["oldest"]), "DATE_FORMAT")


def _list_url(edition: Edition, asked: str) -> str:
    return f"{reverse('applications:officer_list', args=[edition.slug])}?{asked}"
