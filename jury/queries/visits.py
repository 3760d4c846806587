"""Finalists and their visits."""

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from applications.models import Application
from applications.workflow import AWARDED, State
from contest.models import Edition, JuryMember
from jury.models import SiteVisit
from jury.queries.results import hidden_from


def finalists(edition: Edition) -> QuerySet[Application]:
    """Whom the jury visits and decides on, awarded ones too, in the order of domains, groups and numbers."""
    return (
        Application.objects.filter(edition=edition, state__in=[State.FINALIST, *AWARDED])
        .select_related("unit", "domain", "group")
        .order_by("domain__position", "group__position", "number")
    )


def with_visits(entries: QuerySet[Application]) -> QuerySet[Application]:
    """Each with its visits and their visitors by name."""
    visits = SiteVisit.objects.prefetch_related(
        Prefetch("visitors", JuryMember.objects.select_related("user").order_by("user__full_name"))
    )
    return entries.prefetch_related(Prefetch("visits", visits))


def visits_visible_to(user: User, edition: Edition) -> QuerySet[SiteVisit]:
    """Visits of the edition for those who sit on its jury, but none to an entry they are in conflict with."""
    visits = SiteVisit.objects.filter(
        application__edition=edition, application__edition__jury__user=user, application__edition__jury__is_active=True
    ).select_related("application__unit", "application__edition")
    hidden = hidden_from(user, edition, [visit.application for visit in visits])
    return visits.exclude(application__in=hidden)
