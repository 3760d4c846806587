"""An act that waits while the edition moves on sees the phase it has come to, not the one before the wait."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from applications.models import Appeal, Application
from applications.services.applicant import file_appeal
from common.errors import Conflict
from common.locking import lock_row
from contest.models import Edition
from contest.workflow import Phase
from jury.models import SiteVisit
from jury.services import plan_visit, record_visit
from tests.applications.review_cases import make_sent
from tests.factories import make_application, make_edition, make_juror
from tests.together import raised, together, until_somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.case(20)]


def moved_meanwhile(edition: Edition, phase: str, act: Callable[[], object]) -> list[Exception]:
    """The edition moves to `phase`, as announcing and beginning the decision do; the act has been pressed by then."""
    held = threading.Event()

    def move() -> None:
        with transaction.atomic():
            lock_row(Edition.objects.all(), pk=edition.pk)
            list(Application.objects.select_for_update().filter(edition=edition))
            held.set()
            until_somebody_waits()
            Edition.objects.filter(pk=edition.pk).update(phase=phase)

    def press() -> None:
        held.wait(20)
        act()

    return raised(together(move, press))


def test_no_appeal_is_filed_behind_the_announcement(figure):
    entry = make_sent("INELIGIBLE", unmet=("IN_DOMAIN",), decision_reason="Poza dziedziną.")
    member = entry.unit.memberships.get().user
    refused = moved_meanwhile(
        entry.edition,
        Phase.ANNOUNCED,
        lambda: file_appeal(actor=member, application_id=entry.pk, text="Nie zgadzamy się."),
    )
    assert [type(error) for error in refused] == [Conflict]
    assert not Appeal.objects.exists()
    figure("an appeal that waited for the announcement: 409, none filed")


def visited() -> tuple[Edition, SiteVisit]:
    edition = make_edition(Phase.VISITS)
    visit = SiteVisit.objects.create(
        application=make_application(edition, state="FINALIST"), planned_on=timezone.localdate()
    )
    visit.visitors.set([make_juror(edition)])
    return edition, visit


def test_no_visit_is_recorded_behind_the_beginning_of_the_decision(figure):
    edition, visit = visited()
    juror = visit.visitors.get()
    refused = moved_meanwhile(
        edition,
        Phase.DECISION,
        lambda: record_visit(
            actor=juror.user, visit_id=visit.pk, visited_on=timezone.localdate(), findings="Byliśmy.", visitor_ids=None
        ),
    )
    assert [type(error) for error in refused] == [Conflict]
    visit.refresh_from_db()
    assert visit.visited_on is None
    figure("a visit recorded while the decision began: 409, nothing recorded")


def test_no_visit_is_planned_behind_the_beginning_of_the_decision():
    edition, visit = visited()
    chair = make_juror(edition, "CHAIR")
    refused = moved_meanwhile(
        edition,
        Phase.DECISION,
        lambda: plan_visit(
            actor=chair.user,
            application_id=visit.application_id,
            planned_on=timezone.localdate() + timedelta(days=1),
            visitor_ids=[chair.pk],
        ),
    )
    assert [type(error) for error in refused] == [Conflict]
    assert SiteVisit.objects.count() == 1
