"""Sending: one outcome per mail, no mail lost, no mail in the way of another."""

import math
import smtplib
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from notifications import queries
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient, Rendered
from notifications.services import deliver_due, delivery, enqueue, enqueue_bulk

pytestmark = pytest.mark.django_db
CONTEXT = {"title": "Lubicz", "at": "2012-06-15T21:59:00+00:00", "link": "http://example.org/x"}


class Server:
    """A mail server in memory that answers as it is told; every connection is counted."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.down: Exception | None = None
        self.answers: dict[str, Exception] = {}
        self.tried: list[str] = []

    def open(self) -> bool:
        self.opened += 1
        if self.down:
            raise self.down
        return True

    def send(self, message) -> None:
        self.tried.append(message.to[0])
        if answer := self.answers.get(message.to[0]):
            raise answer
        message.message()  # builds the headers, as SMTP would
        mail.outbox.append(message)


@pytest.fixture
def server(monkeypatch):
    server = Server()

    class Backend(EmailBackend):
        def open(self):
            return server.open()

        def close(self):
            server.closed += 1

        def send_messages(self, messages):
            for message in messages:
                server.send(message)
            return len(messages)

    monkeypatch.setattr(delivery, "get_connection", Backend)
    return server


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-05-04T10:00:00+02:00", tick=False) as traveller:
        yield traveller


def send(name: str = "a", *, kind: str = "sample", context: dict[str, str] = CONTEXT) -> OutboxMessage:
    recipient = Recipient(f"{name}@example.org")
    return enqueue(kind=kind, subject_key="entry:1", recipient=recipient, context=context)


def send_bulk(count: int) -> None:
    people = [Recipient(f"p{number:04d}@example.org") for number in range(count)]
    enqueue_bulk(kind="sample", messages=[Message("bulk", recipient, CONTEXT) for recipient in people])


def fresh(message: OutboxMessage) -> OutboxMessage:
    message.refresh_from_db()
    return message


def test_a_due_mail_goes_out_once(server):
    message = send()
    assert deliver_due() == 1
    assert deliver_due() == 0
    (sent,) = mail.outbox
    assert sent.message()["Message-ID"] == message.message_id
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert sent.message()["Content-Language"] == "pl"
    assert (sent.subject, sent.body) == (message.subject, message.text)
    assert sent.alternatives[0].mimetype == "text/html"
    fresh(message)
    assert (message.status, message.attempts) == (OutboxStatus.SENT, 1)
    assert (message.claim_token, message.lease_until, message.due_at) == (None, None, None)
    assert message.sent_at == timezone.now()


def test_a_batch_shares_one_connection(server):
    send_bulk(delivery.BATCH)
    assert deliver_due() == delivery.BATCH
    assert (server.opened, server.closed) == (1, 1)


def test_batches_follow_one_another_until_nothing_is_due(server):
    send_bulk(delivery.BATCH + 10)
    assert deliver_due() == delivery.BATCH + 10
    assert server.opened == server.closed == 2


def test_the_longest_waiting_go_first(server, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    for waited, name in enumerate(("young", "middle", "old")):
        message = send(name)
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(hours=waited))
    deliver_due()
    assert server.tried == ["old@example.org", "middle@example.org", "young@example.org"]


def test_mail_rendered_when_it_was_enqueued_goes_out_as_it_was(server, monkeypatch):
    """Its templates may have changed since; what was decided then was told then."""
    message = send()
    monkeypatch.setattr(delivery, "render_mail", lambda **_facts: Rendered(subject="Now", text="Now", html="Now"))
    deliver_due()
    assert mail.outbox[0].subject == message.subject


def test_a_mail_about_an_account_is_wiped_once_it_was_sent_and_other_mail_is_kept(server):
    account = send("a", kind="account_reset_password", context={"password_reset_url": CONTEXT["link"]})
    other = send("b")
    deliver_due()
    assert "http://example.org/x" in mail.outbox[0].body
    fresh(account)
    assert (account.text, account.html, account.context) == ("", "", {})
    fresh(other)
    assert all((other.text, other.html, other.context))


def test_bulk_mail_is_rendered_by_the_sender_and_kept(server):
    send_bulk(2)
    deliver_due()
    row = OutboxMessage.objects.first()
    assert row.rendered
    assert "Lubicz" in row.subject
    assert row.text == mail.outbox[1].body
    assert "Lubicz" in row.html


def test_bulk_mail_speaks_the_language_of_its_reader(server):
    enqueue_bulk(kind="sample", messages=[Message("bulk", Recipient("a@example.org", "en"), CONTEXT)])
    deliver_due()
    assert "15 June 2012, 23:59" in mail.outbox[0].body


def test_a_temporary_refusal_is_tried_again_later(server, clock):
    message = send()
    server.answers["a@example.org"] = smtplib.SMTPRecipientsRefused({"a@example.org": (451, b"greylisted")})
    assert deliver_due() == 0
    fresh(message)
    assert (message.status, message.attempts, message.last_error) == (OutboxStatus.PENDING, 1, "451 greylisted")
    assert timedelta(seconds=48) <= message.due_at - timezone.now() <= timedelta(seconds=72)
    assert deliver_due() == 0
    assert server.tried == ["a@example.org"]
    clock.shift(timedelta(seconds=73))
    server.answers.clear()
    assert deliver_due() == 1
    assert fresh(message).last_error == ""


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"no such user"),
    ],
)
def test_a_recipient_refused_for_good_bounces_at_once(server, clock, answer):
    message = send()
    server.answers["a@example.org"] = answer
    deliver_due()
    fresh(message)
    assert (message.status, message.due_at, message.claim_token) == (OutboxStatus.BOUNCED, None, None)
    assert "no such user" in message.last_error
    clock.shift(timedelta(days=1))
    deliver_due()
    assert len(server.tried) == 1


@pytest.mark.parametrize(
    "answer", [smtplib.SMTPDataError(452, b"full"), smtplib.SMTPSenderRefused(550, b"who?", "x"), ValueError("odd")]
)
def test_what_may_pass_or_be_repaired_is_tried_again(server, answer):
    message = send()
    server.answers["a@example.org"] = answer
    deliver_due()
    assert fresh(message).status == OutboxStatus.PENDING


def test_no_more_of_an_error_is_kept_than_its_column_takes(server):
    long = "x" * 1000
    refused, waiting = send("refused"), send("waiting")
    server.answers["refused@example.org"] = smtplib.SMTPDataError(554, long.encode())
    server.answers["waiting@example.org"] = smtplib.SMTPServerDisconnected(long)
    deliver_due()
    third = send("third")
    server.down = ConnectionRefusedError(long)
    deliver_due()
    room = OutboxMessage._meta.get_field("last_error").max_length
    assert [len(fresh(message).last_error) for message in (refused, waiting, third)] == [room] * 3


def test_a_poison_row_dies_after_five_attempts_and_stops_nobody(server, clock, settings):
    settings.ALERT_EMAIL = "ops@example.org"
    send_bulk(60)
    enqueue_bulk(kind="no_such_kind", messages=[Message("bulk", Recipient("poison@example.org"), CONTEXT)])
    poison = OutboxMessage.objects.get(kind="no_such_kind")
    OutboxMessage.objects.filter(pk=poison.pk).update(due_at=timezone.now() - timedelta(days=1))
    for _attempt in range(7):
        deliver_due()
        clock.shift(timedelta(hours=3))
    fresh(poison)
    assert (poison.status, poison.attempts) == (OutboxStatus.DEAD, delivery.MAX_ATTEMPTS)
    assert (poison.claim_token, poison.lease_until, poison.due_at) == (None, None, None)
    assert "no_such_kind" in poison.last_error
    assert OutboxMessage.objects.filter(kind="sample", status=OutboxStatus.SENT).count() == 60
    (alert,) = [message for message in mail.outbox if message.to == ["ops@example.org"]]
    assert "/organizator/wiadomosci/?status=DEAD" in alert.body


def test_many_dead_mails_make_one_alert_an_hour(server, settings):
    settings.ALERT_EMAIL = "ops@example.org"
    for name in ("a", "b"):
        send(name)
        server.answers[f"{name}@example.org"] = ValueError("odd")
    OutboxMessage.objects.update(attempts=delivery.MAX_ATTEMPTS - 1)
    deliver_due()
    assert OutboxMessage.objects.filter(status=OutboxStatus.DEAD).count() == 2
    assert OutboxMessage.objects.filter(kind="outbox_alert").count() == 1


def test_a_mail_server_that_is_down_costs_no_mail_an_attempt(server, clock):
    message = send()
    server.down = ConnectionRefusedError("down")
    assert deliver_due() == 0
    fresh(message)
    assert (message.status, message.attempts, message.claim_token) == (OutboxStatus.PENDING, 0, None)
    assert "down" in message.last_error
    assert timedelta(seconds=24) <= message.due_at - timezone.now() <= timedelta(seconds=36)
    server.down = None
    clock.shift(delivery.SERVER_PAUSE * 2)
    assert deliver_due() == 1


def test_a_mail_that_breaks_the_connection_does_not_hold_up_the_rest(server):
    breaker = send("breaker")
    send("next")
    server.answers["breaker@example.org"] = TimeoutError("no answer in 10 s")
    assert deliver_due() == 1
    assert server.opened == server.closed == 2
    assert (fresh(breaker).status, breaker.attempts) == (OutboxStatus.PENDING, 1)
    assert [message.to for message in mail.outbox] == [["next@example.org"]]


def test_a_server_that_keeps_breaking_is_left_until_the_next_sweep(server):
    for name in "abcdef":
        send(name)
        server.answers[f"{name}@example.org"] = smtplib.SMTPServerDisconnected("gone")
    assert deliver_due() == 0
    assert server.tried == ["a@example.org", "b@example.org"]
    assert OutboxMessage.objects.filter(status=OutboxStatus.PENDING).count() == 6


def test_a_killed_senders_mail_is_claimed_again_when_its_lease_is_over(server, clock):
    message = send()
    delivery.claim_batch(token=uuid.uuid4(), now=timezone.now())
    assert fresh(message).status == OutboxStatus.SENDING
    assert deliver_due() == 0
    clock.shift(delivery.LEASE)
    assert deliver_due() == 1


def test_every_attempt_begins_with_a_fresh_lease(server, clock):
    """The last mail of a batch is tried long after the claim; nobody else may take it meanwhile."""
    message, token = send(), uuid.uuid4()
    batch = delivery.claim_batch(token=token, now=timezone.now())
    clock.shift(delivery.LEASE * 0.9)
    server.answers["a@example.org"] = SystemExit()
    with pytest.raises(SystemExit):
        delivery._send_batch(batch, token, until=math.inf)
    assert fresh(message).lease_until == timezone.now() + delivery.LEASE


def test_a_mail_claimed_by_another_sender_is_left_to_them(server):
    message = send()
    stale = uuid.uuid4()
    batch = delivery.claim_batch(token=stale, now=timezone.now())
    OutboxMessage.objects.update(claim_token=uuid.uuid4())
    assert delivery._send_batch(batch, stale, until=math.inf) == 0
    assert mail.outbox == []
    assert fresh(message).attempts == 0


def test_a_mail_that_killed_five_senders_is_given_up_with_an_alert(server, clock, settings):
    settings.ALERT_EMAIL = "ops@example.org"
    message = send()
    delivery.claim_batch(token=uuid.uuid4(), now=timezone.now())
    OutboxMessage.objects.update(attempts=delivery.MAX_ATTEMPTS)
    clock.shift(delivery.LEASE)
    assert deliver_due() == 1
    assert mail.outbox[0].to == ["ops@example.org"]
    fresh(message)
    assert (message.status, message.last_error) == (OutboxStatus.DEAD, delivery.STOPPED_EACH_TIME)
    assert (message.claim_token, message.lease_until, message.due_at) == (None, None, None)


def test_a_long_run_ends_and_asks_for_another(server, monkeypatch):
    """One mail at least goes out each time; the rest of the batch goes back with its place in the line."""
    send_bulk(3)
    OutboxMessage.objects.update(last_error="451 greylisted")
    due = list(OutboxMessage.objects.values_list("due_at", flat=True))
    asked = []
    monkeypatch.setattr(delivery, "wake", asked.append)
    monkeypatch.setattr(delivery, "RUN_SECONDS", -1)
    assert deliver_due() == 1
    assert asked == ["notifications.tasks.deliver"]
    waiting = OutboxMessage.objects.filter(status=OutboxStatus.PENDING)
    assert (
        list(waiting.values_list("attempts", "claim_token", "lease_until", "due_at")) == [(0, None, None, due[0])] * 2
    )
    assert set(waiting.values_list("last_error", flat=True)) == {"451 greylisted"}
    assert [deliver_due(), deliver_due(), deliver_due()] == [1, 1, 0]


def test_a_row_that_ends_its_sender_while_it_is_rendered_is_given_up(server, clock, monkeypatch):
    """The attempt is counted before anything is tried, so what no exception reports is counted too."""
    send_bulk(1)

    def killed(**_arguments):
        raise SystemExit

    monkeypatch.setattr(delivery, "render_mail", killed)
    for _attempt in range(delivery.MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            deliver_due()
        clock.shift(delivery.LEASE)
    assert deliver_due() == 0
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts, row.due_at) == (OutboxStatus.DEAD, delivery.MAX_ATTEMPTS, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_text_the_database_refuses_is_the_fault_of_that_row_alone(server, monkeypatch):
    """SQLite measures no texts. A refusal that left the row untouched would stop all mail for ever."""
    send_bulk(2)
    poison = OutboxMessage.objects.order_by("pk")[0]
    original = delivery.render_mail
    endless = Rendered(subject="x" * 300, text="", html="")
    mails = iter([endless])
    monkeypatch.setattr(delivery, "render_mail", lambda **facts: next(mails, None) or original(**facts))
    assert deliver_due() == 1
    assert (fresh(poison).status, poison.attempts) == (OutboxStatus.PENDING, 1)


@pytest.mark.parametrize(
    "closing",
    [
        smtplib.SMTPSenderRefused(421, b"closing", "x"),
        smtplib.SMTPRecipientsRefused({"a@example.org": (421, b"closing")}),
        smtplib.SMTPDataError(421, b"closing"),
    ],
)
def test_a_server_that_hangs_up_gets_another_connection_for_the_next_mail(server, closing):
    first = send("a")
    send("b")
    server.answers["a@example.org"] = closing
    assert deliver_due() == 1
    assert server.opened == 2
    assert (fresh(first).status, first.attempts) == (OutboxStatus.PENDING, 1)


def test_a_server_that_takes_a_few_mails_a_connection_is_not_called_broken(server, monkeypatch):
    """Four connections that end after a mail each; two in a row without any would end the run."""
    send_bulk(8)
    for number in (1, 3, 5, 7):
        server.answers[f"p{number:04d}@example.org"] = smtplib.SMTPRecipientsRefused({"x": (421, b"too many")})
    assert deliver_due() == 4
    assert OutboxMessage.objects.filter(status=OutboxStatus.PENDING, attempts=1).count() == 4


def test_mail_enqueued_while_a_sender_is_busy_is_sent_by_that_sender(server, monkeypatch):
    """The second call finds the sender busy and returns at once; the first one then looks again."""
    send("first")
    original, calls = delivery._run, []

    def run() -> int:
        sent = original()
        if not calls:
            calls.append(1)
            send("second")
            assert deliver_due() == 0
        return sent

    monkeypatch.setattr(delivery, "_run", run)
    assert deliver_due() == 2


def test_lateness_counts_what_is_due_and_unsent(server, clock):
    now = timezone.now()
    assert queries.overdue_by(now) == timedelta()
    message = send()
    clock.shift(timedelta(minutes=9))
    assert queries.overdue_by(timezone.now()) == timedelta(minutes=9)
    delivery.claim_batch(token=uuid.uuid4(), now=timezone.now())
    assert queries.overdue_by(timezone.now()) == timedelta()
    clock.shift(timedelta(minutes=2))
    assert queries.overdue_by(timezone.now()) == timedelta(minutes=11)
    deliver_due()
    assert fresh(message).status == OutboxStatus.SENT
    assert queries.overdue_by(timezone.now()) == timedelta()


def test_a_connection_that_breaks_while_it_is_closed_unsends_nothing(server, monkeypatch):
    message = send()
    backend = delivery.get_connection

    def breaking():
        connection = backend()
        monkeypatch.setattr(connection, "close", lambda: (_ for _ in ()).throw(OSError("connection reset")))
        return connection

    monkeypatch.setattr(delivery, "get_connection", breaking)
    assert deliver_due() == 1
    assert fresh(message).status == OutboxStatus.SENT
