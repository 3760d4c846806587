"""A letter that was changed in the database while it waited is not sent (case 63)."""

from unittest.mock import Mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from common.kernel import evidence, seals
from common.kernel.comparison import verify_all
from common.kernel.seals import differences
from common.models import JournalEntry
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient
from notifications.services import deliver_due, delivery, enqueue, enqueue_bulk
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]
CONTEXT = {"title": "Lubicz", "at": "2012-06-15T21:59:00+00:00", "link": "http://example.org/x"}
CHANGES = {
    "recipient": "thief@example.org",
    "subject": "x",
    "text": "x",
    "html": "x",
    "context": {"title": "x"},
    "kind": "outbox_alert",
    "language": "en",
    "rendered": None,
    "message_id": "<x@example.org>",
}


@pytest.fixture(autouse=True)
def alerts(settings):
    settings.ALERT_EMAIL = "ops@example.org"


def write(*, bulk: bool) -> OutboxMessage:
    recipient = Recipient("a@example.org")
    if not bulk:
        return enqueue(kind="sample", subject_key="entry:1", recipient=recipient, context=CONTEXT)
    enqueue_bulk(kind="sample", messages=[Message("entry:1", recipient, CONTEXT)])
    return OutboxMessage.objects.get()


def altered() -> list[str]:
    return [text for text in verify_all(media=False).problems if "notifications.outboxmessage" in text]


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("column", CHANGES)
def test_a_letter_changed_while_it_waits_is_named_and_not_sent(column, bulk):
    message = write(bulk=bulk)
    value = CHANGES[column] if column != "rendered" else bulk
    OutboxMessage.objects.filter(pk=message.pk).update(**{column: value})
    assert altered() == [f"changed: notifications.outboxmessage {message.pk}: changed since it was sealed"]
    deliver_due()
    message.refresh_from_db()
    assert (message.status, message.claim_token, message.due_at) == (OutboxStatus.DEAD, None, None)
    assert f"nr {message.pk}" in message.last_error
    (alert,) = mail.outbox
    assert alert.to == ["ops@example.org"]
    assert "/organizator/wiadomosci/?status=DEAD" in alert.body


@pytest.mark.parametrize("bulk", [False, True])
def test_an_untouched_letter_is_sent_and_silent_all_the_way(bulk):
    """A control: waiting, refused for a while and sent it is what was sealed."""
    message = write(bulk=bulk)
    assert altered() == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "as_email", lambda _message: 1 / 0)
        deliver_due()
    message.refresh_from_db()
    assert (message.status, message.attempts, message.rendered) == (OutboxStatus.PENDING, 1, True)
    assert altered() == []
    OutboxMessage.objects.update(due_at=message.created_at)
    assert deliver_due() == 1
    assert [sent.to for sent in mail.outbox] == [["a@example.org"]]
    assert altered() == []


def test_a_letter_said_to_be_sent_is_named():
    message = write(bulk=False)
    OutboxMessage.objects.update(status=OutboxStatus.SENT)
    assert [item.number for item in differences(OutboxMessage.objects.all())] == [str(message.pk)]


def test_what_is_kept_of_a_letter_with_a_personal_link_is_what_was_sealed():
    enqueue(
        kind="account_reset_password",
        subject_key="entry:1",
        recipient=Recipient("a@example.org"),
        context={"password_reset_url": "http://example.org/x"},
    )
    deliver_due()
    assert altered() == []
    OutboxMessage.objects.update(recipient="x@example.org")
    assert len(altered()) == 1


def test_one_entry_of_the_journal_past_reading_holds_up_one_letter_and_no_other():
    message = write(bulk=False)
    other = enqueue(kind="sample", subject_key="entry:2", recipient=Recipient("b@example.org"), context=CONTEXT)
    with as_owner():
        JournalEntry.objects.filter(target_id=message.pk).update(facts={"notifications.outboxmessage": []})
    deliver_due()
    other.refresh_from_db()
    assert other.status == OutboxStatus.SENT


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, MemoryError, SoftTimeLimitExceeded])
def test_an_error_that_passes_costs_no_letter_an_attempt_and_is_taken_for_no_change(error, monkeypatch):
    message = write(bulk=False)
    with monkeypatch.context() as patch:
        patch.setattr(seals, "sealed_digests", Mock(side_effect=error("server closed the connection")))
        with pytest.raises(error):
            deliver_due()
    message.refresh_from_db()
    assert (message.status, message.attempts) == (OutboxStatus.SENDING, 0)
    OutboxMessage.objects.update(lease_until=message.created_at)
    assert deliver_due() == 1
    assert [sent.to for sent in mail.outbox] == [["a@example.org"]]


def test_a_letter_that_cannot_be_compared_is_tried_again_later(monkeypatch):
    message = write(bulk=False)
    with monkeypatch.context() as patch:
        patch.setattr(type(evidence.of(message)), "holds", Mock(side_effect=ValueError("spoilt")))
        deliver_due()
    message.refresh_from_db()
    assert (message.status, message.attempts, message.claim_token) == (OutboxStatus.PENDING, 1, None)
    assert message.due_at > timezone.now()
    assert not mail.outbox
    OutboxMessage.objects.update(due_at=message.created_at)
    assert deliver_due() == 1
