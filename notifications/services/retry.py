"""Sending again what was given up."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.background import wake_after_commit
from common.errors import Conflict
from common.journal import record
from common.locking import lock_row
from common.persons import is_removed
from notifications.models import OutboxMessage, OutboxStatus
from notifications.permissions import Organiser, can_retry
from notifications.services.enqueue import DELIVER


def retry_message(*, actor: Organiser, message_id: int) -> OutboxMessage:
    """Put a dead or bounced mail back into the queue with a fresh set of attempts and its old Message-ID."""
    with transaction.atomic():
        message = lock_row(OutboxMessage.objects.all(), pk=message_id)
        can_retry(actor).require()
        if message.status not in (OutboxStatus.DEAD, OutboxStatus.BOUNCED):
            raise Conflict(_("This message is not waiting for a decision: it was sent or is about to be."))
        if is_removed(message.recipient):
            raise Conflict(_("The personal data of this message was removed, so it cannot be sent again."))
        before = message.status
        message.status = OutboxStatus.PENDING
        message.attempts = 0
        message.due_at = timezone.now()
        message.save(update_fields=["status", "attempts", "due_at"])
        record(actor=actor, action="message.retry", target=message, edition_id=message.edition_id, before=before)
        wake_after_commit(DELIVER)
    return message
