"""What a unit may still do with a sent entry: withdraw it, appeal against its rejection."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Appeal, Application
from applications.permissions import can_appeal, can_withdraw
from applications.queries.applicant import appeal_deadline, members_to_tell, withdrawal_open
from applications.queries.shown import appealing, withdrawing
from applications.services.locks import entry_with_edition
from applications.services.submission import close_requests
from applications.workflow import State
from common import journal
from common.deadlines import in_time
from common.errors import Conflict, Invalid
from common.transitions import advance
from contest.phases import Activity, may
from notifications.services import enqueue


def withdraw_application(*, actor: User, application_id: int, reason: str, shown: str | None = None) -> Application:
    """Take the entry out of the contest for good; the reason is the unit's own affair and may be empty."""
    with transaction.atomic():
        application = entry_with_edition(application_id)
        can_withdraw(actor, application).require()
        if application.state == State.WITHDRAWN:
            return application
        if not withdrawal_open(application):
            raise Conflict(_("Scoring is over, so an entry can no longer be withdrawn here. Write to the organiser."))
        withdrawing.require(shown, application, actor)
        was_sent = application.submitted_at is not None
        advance(application, "withdraw")
        application.decision_reason = reason.strip()
        application.save(update_fields=["state", "decision_reason", "updated_at"])
        closed = close_requests(application, timezone.now())
        journal.record(
            actor=actor,
            action="application.withdraw",
            target=application,
            edition_id=application.edition_id,
            facts=[application, *closed],
        )
        if was_sent:
            _tell_of_withdrawal(application)
    return application


def file_appeal(*, actor: User, application_id: int, text: str, shown: str | None = None) -> Appeal:
    """Against a rejection, once, within the time the rules give and before the results are public."""
    with transaction.atomic():
        application = entry_with_edition(application_id)
        can_appeal(actor, application).require()
        if application.state != State.INELIGIBLE:
            raise Conflict(_("An appeal is possible against a rejection only, and this entry is not rejected now."))
        if may(application.edition, Activity.SHOW_RESULTS):
            raise Conflict(_("The results are announced, so the rejection can no longer be appealed."))
        if not text.strip():
            raise Invalid(_("Write why you disagree with the rejection."))
        until = appeal_deadline(application)
        now = timezone.now()
        if until is None:
            raise Conflict(_("An appeal was already filed against this rejection."))
        if not in_time(now, until):
            raise Conflict(_("The time for an appeal has passed. What you wrote was not sent."))
        appealing.require(shown, application, actor)
        appeal = Appeal.objects.create(application=application, text=text.strip(), filed_by=actor, filed_at=now)
        journal.record(
            actor=actor,
            action="application.appeal",
            target=application,
            edition_id=application.edition_id,
            facts=[appeal],
            appeal=appeal.pk,
        )
    return appeal


def _tell_of_withdrawal(application: Application) -> None:
    context = {
        "number": application.number,
        "title": application.title,
        "unit": str(application.unit),
        "link": settings.SITE_URL + reverse("applications:applicant_detail", args=[application.pk]),
    }
    for recipient in members_to_tell(application.unit_id):
        enqueue(
            kind="application_withdrawn",
            subject_key=f"application:{application.pk}",
            recipient=recipient,
            context=context,
            edition_id=application.edition_id,
        )
