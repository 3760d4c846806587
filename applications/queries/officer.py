"""What waits for an officer: entries to review, completions that are overdue, appeals to decide."""

from datetime import datetime, time
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
from applications.queries.listing import appealed, overdue, own_units, sent_entries
from applications.workflow import State
from common.localized import localized
from common.todo import Todo
from contest.models import Edition
from contest.workflow import Phase

REVIEW_PHASES = (Phase.CALL, Phase.FORMAL_REVIEW)
ENDED_PHASES = (Phase.ANNOUNCED, Phase.ARCHIVED)


def officer_todos_for(user: User) -> list[Todo]:
    """Entries to review, completions that are overdue, appeals to decide; three statements, whatever the numbers."""
    if not is_officer(user):
        return []
    now = timezone.now()
    entries = (
        sent_entries(user)
        .exclude(edition__in=Edition.objects.filter(jury__user=user).values("pk"))
        .exclude(unit__in=own_units(user))
    )
    reviewed = entries.filter(edition__phase__in=REVIEW_PHASES)
    return [
        *_review_todos(reviewed.filter(state=State.SUBMITTED), now),
        *_overdue_todos(reviewed.filter(overdue(now))),
        *_appeal_todos(entries.exclude(edition__phase__in=ENDED_PHASES).filter(appealed())),
    ]


def _review_todos(entries: QuerySet[Application], now: datetime) -> list[Todo]:
    todos = []
    for row in _by_edition(entries, oldest=Min("submitted_at"), until=Min("edition__formal_review_until")):
        due_at = None
        if row["until"]:
            due_at = datetime.combine(row["until"], time(23, 59), tzinfo=timezone.get_default_timezone())
        text = ngettext(
            "%(count)s entry waits for formal review", "%(count)s entries wait for formal review", row["count"]
        )
        oldest = date_format(timezone.localtime(row["oldest"]), "DATE_FORMAT")
        todos.append(
            Todo(
                title=text % {"count": row["count"]},
                detail=_("%(edition)s. The oldest was filed on %(date)s.") % {"edition": _title(row), "date": oldest},
                url=_list_url(row, "state=SUBMITTED&sort=submitted"),
                action=_("Review entries"),
                due_at=due_at,
                count=row["count"],
                urgent=due_at is not None and due_at < now,
            )
        )
    return todos


def _overdue_todos(entries: QuerySet[Application]) -> list[Todo]:
    todos = []
    for row in _by_edition(entries):
        text = ngettext(
            "%(count)s entry was not completed in time", "%(count)s entries were not completed in time", row["count"]
        )
        todos.append(
            Todo(
                title=text % {"count": row["count"]},
                detail=_("%(edition)s. Extend the date or reject the entry.") % {"edition": _title(row)},
                url=_list_url(row, "state=RETURNED&needs_me=1"),
                action=_("Decide"),
                count=row["count"],
                urgent=True,
            )
        )
    return todos


def _appeal_todos(entries: QuerySet[Application]) -> list[Todo]:
    todos = []
    for row in _by_edition(entries, oldest=Min("appeals__filed_at", filter=Q(appeals__status=AppealStatus.OPEN))):
        text = ngettext("%(count)s appeal to decide", "%(count)s appeals to decide", row["count"])
        oldest = date_format(timezone.localtime(row["oldest"]), "DATE_FORMAT")
        todos.append(
            Todo(
                title=text % {"count": row["count"]},
                detail=_("%(edition)s. The oldest was filed on %(date)s.") % {"edition": _title(row), "date": oldest},
                url=_list_url(row, "state=INELIGIBLE&needs_me=1"),
                action=_("Decide appeals"),
                count=row["count"],
            )
        )
    return todos


def _by_edition(entries: QuerySet[Application], **more: Any) -> QuerySet[Application, Any]:
    grouped = entries.order_by().values("edition_id", "edition__slug", "edition__title", "edition__title_en")
    return grouped.annotate(count=Count("pk", distinct=True), **more).order_by("-edition_id")


def _title(row: dict[str, Any]) -> str:
    return localized(Edition(title=row["edition__title"], title_en=row["edition__title_en"]), "title")


def _list_url(row: dict[str, Any], asked: str) -> str:
    return f"{reverse('applications:officer_list', args=[row['edition__slug']])}?{asked}"
