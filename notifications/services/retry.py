"""Sending again what was given up."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.background import wake_after_commit
from common.errors import Conflict
from common.journal import record
from common.locking import lock_row
from common.persons import is_removed
from notifications.kinds import is_secret
from notifications.models import OutboxMessage, OutboxStatus
from notifications.permissions import Organiser, can_retry
from notifications.queries import LOST, altered, preview, taking_altered
from notifications.services.enqueue import DELIVER


def retry_message(*, actor: Organiser, message_id: int, shown: str = "") -> OutboxMessage:
    """Put a dead or bounced mail back into the queue with a fresh set of attempts and its old Message-ID.

    One that differs from what was sealed goes as the page showed it (`shown`), and the journal keeps who took it so.
    """
    with transaction.atomic():
        message = lock_row(OutboxMessage.objects.all(), pk=message_id)
        can_retry(actor).require()
        if message.status not in LOST:
            raise Conflict(_("This message is not waiting for a decision: it was sent or is about to be."))
        if is_removed(message.recipient):
            raise Conflict(_("The personal data of this message was removed, so it cannot be sent again."))
        taken = altered(message) is not None
        if taken:
            taking_altered.require(shown, message, actor)
            _write_anew(message)
        before = message.status
        message.status = OutboxStatus.PENDING
        message.attempts = 0
        message.due_at = timezone.now()
        message.save(update_fields=["status", "attempts", "due_at", "subject", "text", "html", "rendered"])
        record(
            actor=actor,
            action="message.take" if taken else "message.retry",
            target=message,
            edition_id=message.edition_id,
            facts=[message] if taken else [],
            before=before,
        )
        wake_after_commit(DELIVER)
    return message


def _write_anew(message: OutboxMessage) -> None:
    """From its facts, as the page showed it. A personal link that nobody may read is vouched for by nobody."""
    if is_secret(message.kind):
        raise Conflict(
            _("This message holds a personal link and differs from what was sealed, so it cannot be sent again.")
        )
    mail, problem = preview(message)
    if mail is None:
        raise Conflict(_("The text of this message cannot be made:") + f" {problem}")
    message.subject, message.text, message.html, message.rendered = mail.subject, mail.text, mail.html, True
