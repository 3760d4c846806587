"""The formal review of one entry: who may, when, on what findings; what it leaves in journal and outbox."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import MembershipRole, Role
from applications.models import Appeal, AppealStatus, Application, CompletionRequest, EligibilityCheck
from applications.services import review as services
from applications.services.appeals import decide_appeal
from applications.services.review import Finding
from common.deadlines import last_minute_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from notifications.models import OutboxMessage
from tests.applications.review_cases import (
    act,
    make_appealed,
    make_checks,
    make_returned,
    make_sent,
    make_version,
)
from tests.factories import make_edition, make_juror, make_member, make_officer, make_user

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)


@pytest.fixture
def officer():
    return make_officer()


def state_of(application):
    return Application.objects.get(pk=application.pk).state


def day(days):
    return timezone.localdate() + timedelta(days=days)


def last_journal(application):
    return (
        JournalEntry.objects.filter(target_type=application._meta.label_lower, target_id=application.pk)
        .order_by("-id")
        .first()
    )


def decide(name, actor, application):
    """Each decision with arguments that suit it."""
    version = {"version_number": 1}
    match name:
        case "accept":
            return services.accept_application(**act(actor, application, **version))
        case "complete":
            return services.request_completion(**act(actor, application, due_on=day(7), **version))
        case "extend":
            return services.extend_completion(**act(actor, application, due_on=day(20)))
        case "reject":
            return services.reject_application(**act(actor, application, reason="Poza dziedziną.", **version))
        case "uphold" | "dismiss":
            appeal = application.appeals.first()
            return decide_appeal(
                **act(actor, application, appeal_id=appeal.pk if appeal else 0, uphold=name == "uphold", reason="Tak.")
            )


CASES = {
    "accept": lambda **more: make_sent(**more),
    "complete": lambda **more: make_sent(unmet=("COMPLETE",), **more),
    "extend": lambda **more: make_returned(**more),
    "reject": lambda **more: make_sent(unmet=("IN_DOMAIN",), **more),
    "uphold": lambda **more: make_appealed(**more),
    "dismiss": lambda **more: make_appealed(**more),
}
EXPECTED = {
    "accept": ("ELIGIBLE", "application.accept", "application_accepted"),
    "complete": ("RETURNED", "application.request_completion", "completion_requested"),
    "extend": ("RETURNED", "application.extend_completion", "completion_requested"),
    "reject": ("INELIGIBLE", "application.reject", "application_rejected"),
    "uphold": ("SUBMITTED", "application.reinstate", "application_reinstated"),
    "dismiss": ("INELIGIBLE", "application.dismiss_appeal", "appeal_dismissed"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decision_moves_the_entry_and_leaves_a_journal_row_and_one_mail_a_member(officer, name):
    application = CASES[name]()
    second = make_member(application.unit, MembershipRole.SIGNATORY, language="en")

    decide(name, officer, application)

    state, action, kind = EXPECTED[name]
    assert state_of(application) == state
    entry = last_journal(application)
    assert (entry.action, entry.actor_id, entry.edition_id) == (action, officer.pk, application.edition_id)
    mails = OutboxMessage.objects.filter(kind=kind)
    assert {mail.context["unit"] for mail in mails} == {application.unit.official_name}
    assert mails.count() == 2
    assert application.number in mails.get(recipient=second.email).text
    assert mails.get(recipient=second.email).language == "en"


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "role", ["applicant", "auditor", "admin", "juror", "officer on the jury", "officer of the unit"]
)
def test_only_an_impartial_officer_decides(name, role):
    application = CASES[name]()
    before = state_of(application)
    match role:
        case "applicant":
            actor = make_member(application.unit, MembershipRole.SIGNATORY)
        case "auditor":
            actor = make_user("", Role.AUDITOR)
        case "admin":
            actor = make_user("", Role.ADMIN)
        case "juror":
            actor = make_juror(application.edition).user
        case "officer on the jury":
            actor = make_juror(application.edition, user=make_officer(), is_active=False).user
        case _:
            actor = make_officer()
            actor.memberships.create(unit=application.unit, status="PENDING")

    with pytest.raises(NotPermitted):
        decide(name, actor, application)

    assert state_of(application) == before
    assert not OutboxMessage.objects.exists()
    assert not JournalEntry.objects.exists()


ALL_STATES = [
    "DRAFT",
    "SUBMITTED",
    "RETURNED",
    "INELIGIBLE",
    "ELIGIBLE",
    "IN_SCORING",
    "SCORED",
    "FINALIST",
    "LAUREATE",
]
ALLOWED_FROM = {
    "accept": {"SUBMITTED"},
    "complete": {"SUBMITTED"},
    "extend": {"RETURNED"},
    "reject": {"SUBMITTED"},
    "uphold": {"INELIGIBLE"},
    "dismiss": {"INELIGIBLE"},
}


REFUSED = [(name, state) for name in CASES for state in ALL_STATES if state not in ALLOWED_FROM[name]]


@pytest.mark.parametrize(("name", "state"), REFUSED)
def test_a_decision_from_any_other_state_is_a_conflict(officer, name, state):
    unmet = {"complete": ("COMPLETE",), "reject": ("IN_DOMAIN",)}.get(name, ())
    application = make_sent(state, unmet=unmet)

    with pytest.raises(Conflict):
        decide(name, officer, application)

    assert state_of(application) == state
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("name", CASES)
def test_the_same_decision_twice_is_a_conflict(officer, name):
    application = CASES[name]()
    decide(name, officer, application)

    with pytest.raises((Conflict, Invalid)):
        decide(name, officer, application)

    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("name", ["accept", "complete", "extend", "reject", "uphold"])
def test_once_scoring_began_the_formal_review_is_over(officer, name):
    application = CASES[name](edition=make_edition("SCORING"))

    with pytest.raises(Conflict):
        decide(name, officer, application)


def test_an_appeal_may_still_be_dismissed_while_scoring_goes_on_but_not_after_the_announcement(officer):
    during, after = make_appealed(edition=make_edition("SCORING")), make_appealed(edition=make_edition("ANNOUNCED"))

    decide("dismiss", officer, during)
    with pytest.raises(Conflict):
        decide("dismiss", officer, after)

    assert during.appeals.get().status == AppealStatus.DISMISSED


# --- findings ---------------------------------------------------------------------------------------------------


def save(officer, application, *findings, seen="", version_number=1):
    services.save_findings(**act(officer, application, version_number=version_number, findings=findings, seen=seen))


def test_findings_are_saved_in_part_and_changed_later(officer):
    application = make_sent(checked=0)
    save(officer, application, Finding("IN_TIME", met=True), Finding("COMPLETE", met=False, note=" Brak budżetu. "))

    version = application.versions.get()
    save(officer, application, Finding("COMPLETE", met=True), seen=services.findings_digest(version.checks.all()))

    checks = {check.criterion: check for check in version.checks.all()}
    assert set(checks) == {"IN_TIME", "COMPLETE"}
    assert checks["COMPLETE"].met
    assert checks["COMPLETE"].checked_by == officer
    entry = last_journal(application)
    assert entry.action == "application.check"
    assert entry.data["findings"] == {"COMPLETE": True}


def test_notes_stay_out_of_the_journal(officer):
    application = make_sent(checked=0)
    save(officer, application, Finding("COMPLETE", met=False, note="Jan Kowalski nie podpisał."))
    assert "Kowalski" not in str(last_journal(application).data)


def test_a_criterion_not_met_needs_a_note(officer):
    application = make_sent(checked=0)
    with pytest.raises(Invalid):
        save(officer, application, Finding("COMPLETE", met=False, note=" "))
    assert not EligibilityCheck.objects.exists()


def test_findings_that_somebody_else_saved_meanwhile_are_not_overwritten(officer):
    application = make_sent(checked=0)
    save(make_officer(), application, Finding("IN_TIME", met=False, note="Po terminie."))

    with pytest.raises(Conflict):
        save(officer, application, Finding("IN_TIME", met=True), seen="")

    assert not EligibilityCheck.objects.get().met


def test_findings_on_a_version_that_is_not_the_newest_are_refused(officer):
    application = make_sent(checked=0)
    make_version(application)
    with pytest.raises(Conflict):
        save(officer, application, Finding("IN_TIME", met=True), version_number=1)


def test_findings_on_an_entry_already_decided_are_refused(officer):
    application = make_sent("ELIGIBLE", checked=0)
    with pytest.raises(Conflict):
        save(officer, application, Finding("IN_TIME", met=True))


# --- accept -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("checked", "unmet"), [(0, ()), (6, ()), (7, ("CONSENTS",))])
def test_acceptance_needs_a_complete_checklist_that_is_all_met(officer, checked, unmet):
    application = make_sent(checked=checked, unmet=unmet)
    with pytest.raises(Conflict):
        decide("accept", officer, application)
    assert state_of(application) == "SUBMITTED"


def test_findings_on_an_older_version_accept_nothing(officer):
    application = make_sent()
    make_version(application)
    with pytest.raises(Conflict):
        services.accept_application(**act(officer, application, version_number=2))


def test_a_decision_about_a_version_that_was_replaced_is_refused(officer):
    application = make_sent()
    make_checks(make_version(application))
    with pytest.raises(Conflict):
        decide("accept", officer, application)


# --- completion -------------------------------------------------------------------------------------------------


def test_a_call_for_completion_lists_the_points_and_lasts_until_the_end_of_the_warsaw_day(officer):
    application = make_sent(unmet=("COMPLETE", "SIGNED"))
    with time_machine.travel(datetime(2026, 6, 8, 12, tzinfo=ZoneInfo("Europe/Warsaw")), tick=False):
        request = services.request_completion(
            **act(officer, application, version_number=1, due_on=date(2026, 6, 15), message="Proszę o skan.")
        )
    assert {point["criterion"] for point in request.points} == {"COMPLETE", "SIGNED"}
    assert request.due_at == datetime(2026, 6, 15, 23, 59, tzinfo=ZoneInfo("Europe/Warsaw"))
    mail = OutboxMessage.objects.get(kind="completion_requested")
    assert "15 czerwca 2026, 23:59" in mail.text
    assert "Proszę o skan." in mail.text
    assert "Brak: SIGNED." in mail.text


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, False), (1, True)])
def test_the_date_of_a_completion_is_tomorrow_at_the_earliest(officer, days, fine):
    application = make_sent(unmet=("COMPLETE",))
    arguments = act(officer, application, version_number=1, due_on=day(days))
    if fine:
        services.request_completion(**arguments)
    else:
        with pytest.raises(Invalid):
            services.request_completion(**arguments)
    assert CompletionRequest.objects.exists() is fine


def test_tomorrow_is_counted_in_warsaw_and_not_in_utc(officer):
    application = make_sent(unmet=("COMPLETE",))
    with (
        time_machine.travel(datetime(2026, 6, 8, 22, 30, tzinfo=ZoneInfo("UTC")), tick=False),
        pytest.raises(Invalid),
    ):  # 9 June, 00:30 in Warsaw
        services.request_completion(**act(officer, application, version_number=1, due_on=date(2026, 6, 9)))


@pytest.mark.parametrize("unmet", [(), ("IN_DOMAIN",), ("COMPLETE", "IN_TIME"), ("IN_OPERATION",)])
def test_only_what_can_be_put_right_is_asked_to_be_completed(officer, unmet):
    application = make_sent(unmet=unmet)
    with pytest.raises(Conflict):
        decide("complete", officer, application)
    assert state_of(application) == "SUBMITTED"


def test_more_time_only_moves_the_date_later(officer):
    application = make_returned()
    request = application.completion_requests.get()

    with pytest.raises(Invalid):
        services.extend_completion(**act(officer, application, due_on=day(2)))
    decide("extend", officer, application)

    request.refresh_from_db()
    assert request.due_at == last_minute_of(day(20))


# --- rejection --------------------------------------------------------------------------------------------------


def test_a_rejection_needs_a_reason_and_an_unmet_criterion(officer):
    unmet, met = make_sent(unmet=("IN_DOMAIN",)), make_sent()
    with pytest.raises(Invalid):
        services.reject_application(**act(officer, unmet, version_number=1, reason="  "))
    with pytest.raises(Conflict):
        decide("reject", officer, met)
    assert {state_of(unmet), state_of(met)} == {"SUBMITTED"}


def test_a_rejection_tells_the_reason_and_the_points(officer):
    application = make_sent(unmet=("IN_DOMAIN",))
    decide("reject", officer, application)
    assert Application.objects.get(pk=application.pk).decision_reason == "Poza dziedziną."
    mail = OutboxMessage.objects.get(kind="application_rejected")
    assert "Poza dziedziną." in mail.text
    assert "Brak: IN_DOMAIN." in mail.text
    assert "Poza dziedziną." not in str(last_journal(application).data)


def test_an_entry_being_completed_is_rejected_only_after_its_date(officer):
    waiting, overdue = make_returned(), make_returned(overdue=True)

    with pytest.raises(Conflict):
        decide("reject", officer, waiting)
    decide("reject", officer, overdue)

    assert (state_of(waiting), state_of(overdue)) == ("RETURNED", "INELIGIBLE")
    assert not overdue.completion_requests.filter(answered_at__isnull=True).exists()


def test_after_an_upheld_appeal_the_entry_can_be_rejected_again_and_told_again(officer):
    application = make_sent(unmet=("IN_DOMAIN",))
    decide("reject", officer, application)
    Appeal.objects.create(application=application, text="Nie.", filed_at=timezone.now())
    decide("uphold", officer, application)
    decide("reject", officer, application)
    assert OutboxMessage.objects.filter(kind="application_rejected").count() == 2


def test_after_a_rejected_completion_a_reinstated_entry_can_be_returned_again(officer):
    application = make_returned(overdue=True)
    decide("reject", officer, application)
    Appeal.objects.create(application=application, text="Nie.", filed_at=timezone.now())
    decide("uphold", officer, application)
    decide("complete", officer, application)
    assert state_of(application) == "RETURNED"


# --- appeals ----------------------------------------------------------------------------------------------------


def test_an_appeal_keeps_who_decided_when_and_why(officer):
    application = make_appealed()
    decide("dismiss", officer, application)
    appeal = application.appeals.get()
    assert (appeal.status, appeal.reason, appeal.decided_by) == (AppealStatus.DISMISSED, "Tak.", officer)
    assert appeal.decided_at is not None
    assert "Tak." in OutboxMessage.objects.get(kind="appeal_dismissed").text


def test_a_decision_of_an_appeal_needs_a_reason(officer):
    application = make_appealed()
    appeal = application.appeals.get()
    with pytest.raises(Invalid):
        decide_appeal(**act(officer, application, appeal_id=appeal.pk, uphold=True, reason=" "))
    assert state_of(application) == "INELIGIBLE"


def test_another_entrys_appeal_decides_nothing(officer):
    application, other = make_appealed(), make_appealed()
    with pytest.raises(Conflict):
        decide_appeal(**act(officer, application, appeal_id=other.appeals.get().pk, uphold=True, reason="Tak."))
    assert {state_of(application), state_of(other)} == {"INELIGIBLE"}
