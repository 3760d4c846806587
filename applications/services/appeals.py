"""Deciding an applicant's appeal against a rejection."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Appeal, AppealStatus
from applications.permissions_review import can_review
from applications.queries.shown import deciding_appeal
from applications.services import review_mail
from applications.services.locks import entry_with_edition
from common import journal
from common.errors import Conflict, Invalid
from common.transitions import advance
from contest.phases import Activity, may


@transaction.atomic
def decide_appeal(
    *, actor: User, application_id: int, appeal_id: int, uphold: bool, reason: str, shown: str | None = None
) -> Appeal:
    """Upheld, the entry returns to review; dismissed, the rejection stands. A reason either way.

    An entry can only return while the formal review lasts: once scoring began there is no review to
    return to.
    """
    application = entry_with_edition(application_id)
    can_review(actor, application).require()
    appeal = application.appeals.filter(pk=appeal_id, status=AppealStatus.OPEN).first()
    if may(application.edition, Activity.SHOW_RESULTS):
        raise Conflict(_("The results are announced, so this appeal can no longer be decided."))
    if appeal is None:
        raise Conflict(_("This appeal was decided already. Refresh the page to see how."))
    if not reason.strip():
        raise Invalid(_("Give the reason of the decision: the applicant will read it."))
    if uphold and not may(application.edition, Activity.REVIEW):
        raise Conflict(_("Scoring has begun, so the entry cannot return to the formal review."))
    deciding_appeal.require(shown, application, actor, appeal=appeal)
    appeal.status = AppealStatus.UPHELD if uphold else AppealStatus.DISMISSED
    appeal.reason = reason.strip()
    appeal.decided_by = actor
    appeal.decided_at = timezone.now()
    appeal.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    before = application.state
    if uphold:
        advance(application, "reinstate")
        application.save(update_fields=["state", "updated_at"])
    journal.record(
        actor=actor,
        action="application.reinstate" if uphold else "application.dismiss_appeal",
        target=application,
        edition_id=application.edition_id,
        facts=[appeal, application],
        appeal=appeal.pk,
        before=str(before),
        after=str(application.state),
    )
    review_mail.tell_appeal_decided(application, appeal, upheld=uphold)
    return appeal
