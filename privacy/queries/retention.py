"""Editions whose personal data has been kept long enough. Nothing is removed by itself: people are reminded."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import is_officer
from common.todo import Todo
from contest.models import Edition
from contest.phases import PHASES, Activity


def due_editions(today: date | None = None, editions: QuerySet[Edition] | None = None) -> list[Edition]:
    """Announced editions whose last day of retention has passed, the longest overdue first. One query."""
    day = today or timezone.localdate()
    among = Edition.objects.all() if editions is None else editions
    kept = among.filter(
        phase__in=PHASES[Activity.SHOW_RESULTS], announced_at__isnull=False, persons_removed_at__isnull=True
    )
    due = [edition for edition in kept if edition.retention_until and edition.retention_until < day]
    return sorted(due, key=lambda edition: (edition.retention_until or day, edition.pk))


def officers_of(edition: Edition) -> QuerySet[User]:
    """Who may remove the edition's data: officers who never sat on its jury."""
    officers = User.objects.filter(staff_roles__role=Role.OFFICER, is_active=True)
    return officers.exclude(jury_memberships__edition=edition).distinct().order_by("pk")


def todos_for(user: User) -> list[Todo]:
    """For officers: editions whose personal data is due to be removed. One query."""
    if not is_officer(user):
        return []
    due = due_editions(editions=Edition.objects.exclude(jury__user=user))
    return [
        Todo(
            title=_("%(edition)s: remove personal data") % {"edition": edition},
            detail=_("It was to be kept until %(day)s.") % {"day": date_format(day)},
            url=reverse("privacy:edition", args=[edition.slug]),
            action=_("See what would be removed"),
        )
        for edition in due
        if (day := edition.retention_until)
    ]
