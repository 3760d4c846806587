"""Site visits to finalists: planned by the chair, recorded by the chair or by a visitor."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from common import journal
from common.errors import Conflict, Invalid, NotPermitted
from common.kernel.spans import require_sensible
from common.locking import lock_row
from contest.models import Edition, JuryMember
from contest.permissions import can_chair, is_juror
from contest.phases import Activity, require
from contest.queries import active_jury
from contest.services import locked_edition
from jury.models import SiteVisit
from jury.queries import shown as pages
from jury.queries.conflicts import conflicts
from jury.queries.results import hidden_from


class WrongVisitors(Invalid):
    """Those named as visitors cannot be the visitors."""


@transaction.atomic
def plan_visit(
    *, actor: User, application_id: int, planned_on: date, visitor_ids: Collection[int], shown: str | None = None
) -> SiteVisit:
    """Plan a visit to a finalist. The same day twice is one visit, its visitors as given last."""
    edition = locked_edition(Application.objects.values_list("edition_id", flat=True).get(pk=application_id))
    can_chair(actor, edition).require()
    require(edition, Activity.SELECT)
    application = lock_row(Application.objects.all(), pk=application_id)
    application.edition = edition
    if application.state != State.FINALIST:
        raise Conflict(_("Only finalists are visited."))
    require_sensible(SiteVisit, planned_on=planned_on)
    visitors = _visitors(application, visitor_ids)
    planned = application.visits.filter(planned_on=planned_on).first()
    if planned is not None and set(planned.visitors.all()) == set(visitors):
        return planned
    pages.visit_plans.require(shown, application, actor)
    visit, created = SiteVisit.objects.get_or_create(application=application, planned_on=planned_on)
    visit.visitors.set(visitors)
    journal.record(
        actor=actor,
        action="jury.plan_visit",
        target=visit,
        edition_id=application.edition_id,
        facts=[visit],
        application=application_id,
        planned_on=planned_on.isoformat(),
        again=not created,
    )
    return visit


@transaction.atomic
def record_visit(
    *,
    actor: User,
    visit_id: int,
    visited_on: date | None,
    findings: str | None,
    visitor_ids: Collection[int] | None,
    shown: str | None = None,
) -> SiteVisit:
    """Keep what the visitors found; may be corrected until the decision phase begins.

    None leaves what is there: of a page with one wrong value the right ones are saved. Without its day the visit
    does not count as held. Saving what is there already changes nothing, so a form sent twice is no conflict.
    """
    edition = locked_edition(SiteVisit.objects.values_list("application__edition", flat=True).get(pk=visit_id))
    visit = lock_row(SiteVisit.objects.select_related("application"), pk=visit_id)
    visit.application.edition = edition
    _may_record(actor, edition, visit)
    require(edition, Activity.SELECT)
    require_sensible(SiteVisit, visited_on=visited_on)
    if visited_on and visited_on > timezone.localdate():
        raise Invalid(_("A visit that has not taken place yet cannot be recorded."))
    if findings is not None and not findings.strip():
        raise Invalid(_("Describe what was found."))
    visitors = None if visitor_ids is None else _visitors(visit.application, visitor_ids)
    if visitors == []:
        raise WrongVisitors(_("Say who visited."))
    present = set(visit.visitors.all())
    now = (
        visited_on or visit.visited_on,
        visit.findings if findings is None else findings.strip(),
        present if visitors is None else set(visitors),
    )
    if now == (visit.visited_on, visit.findings, present):
        return visit
    pages.visit_record.require(shown, visit, actor)
    visit.visited_on, visit.findings, attending = now
    visit.visitors.set(attending)
    visit.recorded_by = actor
    visit.save()
    journal.record(
        actor=actor,
        action="jury.record_visit",
        target=visit,
        edition_id=edition.pk,
        facts=[visit],
        application=visit.application_id,
        visited_on=visit.visited_on.isoformat() if visit.visited_on else None,
    )
    return visit


def _may_record(actor: User, edition: Edition, visit: SiteVisit) -> None:
    if hidden_from(actor, edition, [visit.application]):
        raise NotPermitted(_("You are in conflict of interest with this entry, so another visitor records the visit."))
    if can_chair(actor, edition):
        return
    if is_juror(actor, edition) and visit.visitors.filter(user=actor).exists():
        return
    raise NotPermitted(_("Only the chair or a visitor records a visit."))


def _visitors(application: Application, visitor_ids: Collection[int]) -> list[JuryMember]:
    wanted = set(visitor_ids)
    found = list(active_jury(application.edition).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise WrongVisitors(_("One of the visitors does not sit on the jury of this edition."))
    if conflicts([(application.pk, application.unit_id)], found):
        raise WrongVisitors(_("A juror in conflict of interest with the entry cannot visit it."))
    return found
