"""A letter that is not what was sealed goes out only when an organiser takes it as its page shows it."""

import pytest
from django.core import mail
from django.urls import reverse

from common.errors import Conflict
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from common.models import JournalEntry
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Recipient
from notifications.queries import taking_altered
from notifications.services import deliver_due, enqueue, retry_message
from tests.factories import make_officer
from tests.pressing import shown_on

pytestmark = pytest.mark.django_db
CONTEXT = {"title": "Lubicz", "at": "2012-06-15T21:59:00+00:00", "link": "http://example.org/x"}


@pytest.fixture
def officer(client):
    person = make_officer()
    client.force_login(person)
    return person


def changed(**fields) -> OutboxMessage:
    """Given up by the sender, because it was changed after it was sealed."""
    message = enqueue(kind="sample", subject_key="x", recipient=Recipient("a@example.org"), context=CONTEXT)
    OutboxMessage.objects.update(**{"text": "Podmieniony", "html": "<p>Podmieniony</p>"} | fields)
    deliver_due()
    message.refresh_from_db()
    assert message.status == OutboxStatus.DEAD
    return message


def extra(**fields) -> OutboxMessage:
    """The same: a program of before the upgrade wrote it after the baseline."""
    seal_baseline()
    OutboxMessage.objects.create(
        kind="sample", subject_key="x", recipient="a@example.org", language="pl", message_id="<1@example.org>",
        context=CONTEXT, due_at="2012-06-15T21:59:00+00:00",
    )  # fmt: skip
    deliver_due()
    return OutboxMessage.objects.get(status=OutboxStatus.DEAD)


@pytest.mark.parametrize("spoil", [changed, extra])
def test_a_letter_that_differs_is_sent_anew_from_its_facts_when_an_organiser_takes_it(client, officer, spoil):
    message = spoil()
    mail.outbox.clear()
    page = client.get(reverse("contest:message_detail", args=[message.pk]))
    text = page.content.decode()
    assert "różni się od tego, co zapisano o niej w dzienniku" in text
    assert "Wyślij w tej postaci" in text
    assert "Lubicz" in text
    assert "Podmieniony" not in text
    answer = client.post(reverse("contest:message_retry", args=[message.pk]), {"shown": shown_on(page)})
    assert answer.status_code == 302
    note = JournalEntry.objects.get(action="message.take")
    assert (note.actor_id, note.target_id, note.data) == (officer.pk, message.pk, {"before": "DEAD"})
    assert deliver_due() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.extra_headers["Message-ID"]) == (["a@example.org"], message.message_id)
    assert "Lubicz" in sent.body
    assert not [text for text in verify_all(media=False).problems if "notifications.outboxmessage" in text]


def test_a_letter_that_differs_is_not_sent_by_who_saw_no_page_of_it(client, officer):
    message = changed()
    address = reverse("contest:message_retry", args=[message.pk])
    answer = client.post(address)
    assert answer.status_code == 409
    assert "Wyślij w tej postaci" in answer.content.decode()
    with pytest.raises(Conflict):
        retry_message(actor=officer, message_id=message.pk)
    message.refresh_from_db()
    assert message.status == OutboxStatus.DEAD


def test_a_letter_with_a_personal_link_that_differs_is_never_sent_again(client, officer):
    context = {"password_reset_url": "http://example.org/TAJNY"}
    recipient = Recipient("a@example.org")
    message = enqueue(kind="account_reset_password", subject_key="x", recipient=recipient, context=context)
    OutboxMessage.objects.update(recipient="thief@example.org", status=OutboxStatus.DEAD)
    page = client.get(reverse("contest:message_detail", args=[message.pk])).content.decode()
    assert reverse("contest:message_retry", args=[message.pk]) not in page
    assert "TAJNY" not in page
    message.refresh_from_db()
    shown = taking_altered.token(message, officer)
    with pytest.raises(Conflict, match="odnośnik"):
        retry_message(actor=officer, message_id=message.pk, shown=shown)
    assert deliver_due() == 0


def test_a_letter_that_differs_and_cannot_be_made_is_not_sent(client, officer):
    message = changed(kind="no_such_kind")
    page = client.get(reverse("contest:message_detail", args=[message.pk])).content.decode()
    assert reverse("contest:message_retry", args=[message.pk]) not in page
    with pytest.raises(Conflict, match="no_such_kind"):
        retry_message(actor=officer, message_id=message.pk, shown=taking_altered.token(message, officer))
