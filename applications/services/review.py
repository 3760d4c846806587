"""The formal review of one entry: findings, and the decisions that rest on them.

Every function locks the edition's row and then the entry's, so that a decision and the opening of
scoring never pass each other, and two officers who decide at once are one after the other: the second
meets the new state and is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import (
    CORRECTABLE,
    Application,
    ApplicationVersion,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)
from applications.permissions_review import can_review
from applications.queries.shown import accepting, calling, extending, rejecting
from applications.services import review_mail
from applications.services.locks import entry_with_edition
from applications.workflow import State
from common import journal
from common.deadlines import in_time, last_minute_of
from common.errors import Conflict, Invalid
from common.models import JournalEntry
from common.transitions import advance, require_possible
from contest.phases import Activity, may


@dataclass(frozen=True, slots=True)
class Finding:
    """An officer's answer on one criterion."""

    criterion: str
    met: bool
    note: str = ""


@transaction.atomic
def save_findings(
    *, actor: User, application_id: int, version_number: int, findings: Iterable[Finding], seen: str
) -> None:
    """Keep the answers given so far; a criterion without one stays open.

    `seen` is `findings_digest` of what the officer's page showed: answers that somebody else saved
    meanwhile are not overwritten unseen.
    """
    application, version = _in_review(actor, application_id, version_number)
    if application.state != State.SUBMITTED:
        raise Conflict(_("This entry is not in review any more. Refresh the page to see what changed."))
    if findings_digest(_checks(version)) != seen:
        raise Conflict(
            _("Somebody else saved findings on this entry meanwhile. Compare them with yours below, then save again.")
        )
    answers = list(findings)
    for answer in answers:
        if not answer.met and not answer.note.strip():
            raise Invalid(_("Say what is wrong wherever a criterion is not met: the applicant will read it."))
    now = timezone.now()
    EligibilityCheck.objects.bulk_create(
        [
            EligibilityCheck(
                version=version,
                criterion=answer.criterion,
                met=answer.met,
                note=answer.note.strip(),
                checked_by=actor,
                checked_at=now,
            )
            for answer in answers
        ],
        update_conflicts=True,
        unique_fields=["version", "criterion"],
        update_fields=["met", "note", "checked_by", "checked_at"],
    )
    journal.record(
        actor=actor,
        action="application.check",
        target=application,
        edition_id=application.edition_id,
        facts=version.checks.select_related("version"),
        version=version.number,
        findings={answer.criterion: answer.met for answer in answers},
    )


@transaction.atomic
def accept_application(
    *, actor: User, application_id: int, version_number: int, shown: str | None = None
) -> Application:
    """Every formal criterion was checked on this version and is met."""
    application, version = _in_review(actor, application_id, version_number)
    checks = _complete_checks(version)
    if any(not check.met for check in checks):
        raise Conflict(_("A formal criterion is not met, so the entry cannot be accepted."))
    accepting.require(shown, application, actor, version=version, checks=checks)
    _move(application, "accept", actor, version=version.number)
    review_mail.tell_accepted(application, version)
    return application


@transaction.atomic
def request_completion(
    *,
    actor: User,
    application_id: int,
    version_number: int,
    due_on: date,
    message: str = "",
    shown: str | None = None,
) -> CompletionRequest:
    """Send the entry back with what is missing; only when all that is missing can be put right."""
    application, version = _in_review(actor, application_id, version_number)
    checks = _complete_checks(version)
    unmet = [check for check in checks if not check.met]
    if not unmet:
        raise Conflict(_("Every criterion is met, so there is nothing to complete."))
    if any(check.criterion not in CORRECTABLE for check in unmet):
        raise Conflict(_("A criterion that is not met cannot be put right by completing the entry."))
    calling.require(shown, application, actor, version=version, checks=checks)
    request = CompletionRequest(
        application=application,
        points=[{"criterion": check.criterion, "note": check.note} for check in unmet],
        message=message.strip(),
        due_at=last_minute_of(due_on),
        requested_by=actor,
        requested_at=timezone.now(),
    )
    _require_tomorrow(due_on)
    require_possible(application, "request_completion")
    request.save(force_insert=True)
    entry = _move(
        application,
        "request_completion",
        actor,
        [request],
        version=version.number,
        points=[check.criterion for check in unmet],
        due_at=request.due_at.isoformat(),
    )
    review_mail.tell_completion_requested(application, request, key=f"{entry.pk}")
    return request


@transaction.atomic
def extend_completion(*, actor: User, application_id: int, due_on: date, shown: str | None = None) -> CompletionRequest:
    """Give the applicant more time; the date only ever moves later."""
    application = _reviewable(actor, application_id)
    request = _open_request(application)
    extending.require(shown, application, actor, call=request)
    _require_tomorrow(due_on)
    if last_minute_of(due_on) <= request.due_at:
        raise Invalid(_("The new date has to be later than the present one."))
    before, request.due_at = request.due_at, last_minute_of(due_on)
    request.save(update_fields=["due_at"])
    entry = journal.record(
        actor=actor,
        action="application.extend_completion",
        target=application,
        edition_id=application.edition_id,
        facts=[request],
        before=before.isoformat(),
        due_at=request.due_at.isoformat(),
    )
    review_mail.tell_completion_requested(application, request, key=f"{entry.pk}", extended=True)
    return request


@transaction.atomic
def reject_application(
    *, actor: User, application_id: int, version_number: int, reason: str, shown: str | None = None
) -> Application:
    """On formal grounds: a criterion is not met, or the entry was not completed in time."""
    application, version = _in_review(actor, application_id, version_number)
    if not reason.strip():
        raise Invalid(_("Give the reason: the applicant will read it."))
    checks = _checks(version)
    unmet = [check.criterion for check in checks if not check.met]
    if not unmet:
        raise Conflict(_("No criterion was found unmet, so there is no ground to reject the entry."))
    call = _open_request(application) if application.state == State.RETURNED else None
    rejecting.require(shown, application, actor, version=version, checks=checks, call=call)
    if call is not None:
        if in_time(timezone.now(), call.due_at):
            raise Conflict(_("The applicant still has time to complete the entry."))
        call.answered_at = timezone.now()
        call.save(update_fields=["answered_at"])
    application.decision_reason = reason.strip()
    entry = _move(application, "reject", actor, [call] if call else [], version=version.number, points=unmet)
    review_mail.tell_rejected(application, version, key=f"{entry.pk}")
    return application


def earliest_due() -> date:
    """Tomorrow in Warsaw: nobody completes an entry the day it is asked for."""
    return timezone.localdate(timezone=timezone.get_default_timezone()) + timedelta(days=1)


def findings_digest(checks: Iterable[EligibilityCheck]) -> str:
    """What a page of findings showed, short enough for a hidden field."""
    newest = max((check.checked_at for check in checks), default=None)
    return newest.isoformat() if newest else ""


def _in_review(actor: User, application_id: int, version_number: int) -> tuple[Application, ApplicationVersion]:
    """The locked entry and its newest version, which has to be the one the officer read."""
    application = _reviewable(actor, application_id)
    version = ApplicationVersion.objects.filter(application=application).order_by("-number").first()
    if version is None or version.number != version_number:
        raise Conflict(_("A newer version of this entry was sent meanwhile. Open it and review that one."))
    return application, version


def _reviewable(actor: User, application_id: int) -> Application:
    application = entry_with_edition(application_id)
    can_review(actor, application).require()
    if not may(application.edition, Activity.REVIEW):
        raise Conflict(_("The formal review of this edition is over."))
    return application


def _checks(version: ApplicationVersion) -> list[EligibilityCheck]:
    return list(version.checks.order_by("pk"))


def _complete_checks(version: ApplicationVersion) -> list[EligibilityCheck]:
    checks = _checks(version)
    if len(checks) < len(FormalCriterion):
        raise Conflict(_("The checklist is not complete yet. Answer every criterion first."))
    return checks


def _open_request(application: Application) -> CompletionRequest:
    request = application.completion_requests.filter(answered_at__isnull=True).first()
    if application.state != State.RETURNED or request is None:
        raise Conflict(_("No call for completion is open. Refresh the page to see what changed."))
    return request


def _require_tomorrow(due_on: date) -> None:
    if due_on < earliest_due():
        raise Invalid(_("The date has to be tomorrow at the earliest."))


def _move(
    application: Application, transition: str, actor: User, also: Iterable[Model] = (), **data: Any
) -> JournalEntry:
    before = application.state
    advance(application, transition)
    application.save(update_fields=["state", "decision_reason", "updated_at"])
    return journal.record(
        actor=actor,
        action=f"application.{transition}",
        target=application,
        edition_id=application.edition_id,
        facts=[application, *also],
        before=str(before),
        after=str(application.state),
        **data,
    )
