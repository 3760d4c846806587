"""Mail through a real worker and SMTP server while senders are killed, rows are poison, the server misbehaves."""

import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from awards.models import Certificate, CertificateStatus
from awards.services.certificates import BUILD
from common.background import wake
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient
from notifications.services import deliver_due, delivery, enqueue_bulk
from tests.awards import makers
from tests.faults.outbox import CONTEXT, KIND, children, send, send_bulk, sent
from tests.servers import MailSink, RedisServer, beat, free_port, wait_until, worker
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
# Leases short enough for a test; sweeps every second.
HASTE = """
from datetime import timedelta
from celery_app import app
from notifications.services import delivery
delivery.LEASE = timedelta(seconds=2)
app.conf.beat_schedule["deliver-mail"]["schedule"] = 1
"""
MARK_FIRST = """
from notifications.models import OutboxMessage
begin = delivery._begin_attempt
def mark_and_begin(message, claimed):
    OutboxMessage.objects.filter(pk=message.pk).update(status="SENT")
    return begin(message, claimed)
delivery._begin_attempt = mark_and_begin
"""


def kill_senders(parent: int, sink: MailSink, kills: int) -> None:
    """kill -9 of a child at random, each time after mail went out since the last."""
    chance = random.Random(7)
    for _kill in range(kills):
        before = len(sink.received)
        wait_until(lambda before=before: len(sink.received) > before, 60, "a sender at work")
        time.sleep(chance.uniform(0, 0.2))
        wait_until(lambda: children(parent), 30, "the worker's children")
        os.kill(chance.choice(children(parent)), signal.SIGKILL)


@contextmanager
def worker_and_beat(broker: RedisServer, sink: MailSink, folder: Path, code: str, **changes: str) -> Iterator[Any]:
    with (
        beat(folder / "beat.log", broker.url, folder / "beat", code=code),
        worker(folder / "log", broker.url, sink.url, code=code, **changes) as running,
    ):
        yield running


@pytest.mark.slow
@pytest.mark.case(3)
def test_kills_lose_no_mail_and_copies_are_no_more_than_kills(broker, mail_sink, tmp_path, figure):
    kills, count = 40, 2000
    mail_sink.pause = 0.01
    send_bulk(count)
    with worker_and_beat(broker, mail_sink, tmp_path, HASTE) as running:
        kill_senders(running.pid, mail_sink, kills)
        assert sent() < count, "the kills came too late to prove anything"
        wait_until(lambda: sent() == count, 180, "every mail sent")
        assert running.poll() is None
    copies = Counter(mail["Message-ID"] for mail in mail_sink.received)
    lost = set(OutboxMessage.objects.values_list("message_id", flat=True)) - set(copies)
    extra = sum(copies.values()) - len(copies)
    figure(f"{kills} kills while {count} mails went out: lost {len(lost)}, extra copies {extra}, Message-ID the same")
    assert not lost
    assert len(copies) == count
    assert extra <= kills


@pytest.mark.slow
@pytest.mark.case(3, control=True)
def test_rows_marked_before_they_are_sent_would_be_lost(broker, mail_sink, tmp_path, figure):
    kills, count = 8, 120
    mail_sink.pause = 0.2
    send_bulk(count)
    with worker_and_beat(broker, mail_sink, tmp_path, HASTE + MARK_FIRST) as running:
        kill_senders(running.pid, mail_sink, kills)
        wait_until(lambda: sent() == count, 120, "every row marked")
        time.sleep(1)
    lost = count - len({mail["Message-ID"] for mail in mail_sink.received})
    figure(f"{kills} kills, rows marked before sending: lost {lost} of {count}")
    assert lost


@pytest.mark.slow
@pytest.mark.case(11)
def test_one_poison_row_among_a_thousand_dies_alone_and_is_told_of(broker, mail_sink, tmp_path, figure):
    """Real tries and sweeps; only the pauses between them are shortened."""
    enqueue_bulk(kind="no_such_kind", messages=[Message("bulk", Recipient("poison@example.org"), CONTEXT)])
    poison = OutboxMessage.objects.get()
    send_bulk(999)
    code = HASTE + "delivery.BACKOFF = (timedelta(seconds=1),) * 4\n"
    started = time.monotonic()
    with worker_and_beat(broker, mail_sink, tmp_path, code, ALERT_EMAIL="ops@example.org") as running:
        others = OutboxMessage.objects.filter(recipient__startswith="p", kind=KIND)
        wait_until(lambda: not others.exclude(status=OutboxStatus.SENT).exists(), 180, "999 mails")
        seconds = time.monotonic() - started
        wait_until(lambda: any(mail["To"] == "ops@example.org" for mail in mail_sink.received), 60, "the alert")
        assert running.poll() is None
    poison = OutboxMessage.objects.get(pk=poison.pk)
    arrived = Counter(mail["To"] for mail in mail_sink.received)
    figure(
        f"{sum(arrived.values()) - arrived['ops@example.org']} sent in {seconds:.0f} s, "
        f"the poison {poison.status} after {poison.attempts} tries, alerts {arrived['ops@example.org']}"
    )
    assert (poison.status, poison.attempts) == (OutboxStatus.DEAD, 5)
    assert "no_such_kind" in poison.last_error
    assert len(arrived) == 1000
    assert set(arrived.values()) == {1}


@pytest.fixture
def smtp(settings, mail_sink):
    """This process sends through the sink, with the time-out of production."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_sink.controller.port
    assert settings.EMAIL_TIMEOUT == 10
    return mail_sink


@pytest.mark.case(12)
def test_a_servers_answers_decide_what_becomes_of_a_mail(smtp, figure):
    smtp.answers = {"later@example.org": "451 try later", "never@example.org": "550 no such user"}
    for name in ("later", "never", "fine"):
        send(name)
    assert deliver_due() == 1
    status = dict(OutboxMessage.objects.values_list("recipient", "status"))
    assert status == {"later@example.org": "PENDING", "never@example.org": "BOUNCED", "fine@example.org": "SENT"}
    pause = OutboxMessage.objects.get(recipient="later@example.org").due_at - timezone.now()
    assert timedelta(seconds=40) < pause < timedelta(seconds=80)
    figure(f"451 → again in {pause.seconds} s, 550 → bounced at once, another mail → sent")


@pytest.mark.slow
@pytest.mark.case(12)
def test_a_server_that_never_answers_costs_ten_seconds_and_the_next_mail_goes_out(smtp, figure):
    send("silent")
    send("next")
    smtp.silent = {"silent@example.org"}
    started = time.monotonic()
    assert deliver_due() == 1
    seconds = time.monotonic() - started
    figure(f"no answer to a mail → given up waiting after {seconds:.1f} s, tried again later; the next was sent")
    assert 9 < seconds < 13
    row = OutboxMessage.objects.get(recipient="silent@example.org")
    assert (row.status, row.attempts) == (OutboxStatus.PENDING, 1)


@pytest.mark.slow
@pytest.mark.case(12)
def test_a_server_that_takes_the_connection_and_says_nothing_costs_no_mail_an_attempt(settings, smtp, figure):
    with socket.create_server(("127.0.0.1", free_port())) as deaf:
        settings.EMAIL_PORT = deaf.getsockname()[1]
        send("a")
        started = time.monotonic()
        assert deliver_due() == 0
        seconds = time.monotonic() - started
    figure(f"no greeting → given up waiting after {seconds:.1f} s, no attempt counted")
    assert 9 < seconds < 13
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts) == (OutboxStatus.PENDING, 0)


@pytest.mark.case(12)
def test_an_answer_that_is_lost_makes_one_extra_copy_at_most(smtp, monkeypatch, figure):
    monkeypatch.setattr(delivery, "BACKOFF", (timedelta(0),) * 4)
    for name in ("a", "b", "c"):
        send(name)
    smtp.hung_up_after = {"b@example.org"}
    wait_until(lambda: deliver_due() or sent() == 3, 10, "all sent")
    copies = Counter((mail["To"], mail["Message-ID"]) for mail in smtp.received)
    figure(f"connection cut after the text: copies of that mail {copies.total() - 2}, Message-ID the same")
    assert len(copies) == 3
    assert sorted(copies.values()) == [1, 1, 2]


@pytest.mark.slow
@pytest.mark.case(12)
def test_a_slow_mail_server_keeps_no_certificate_waiting(broker, mail_sink, tmp_path, settings, figure):
    """Both children are busy with mail, hundreds of wakes wait to send more, and then a diploma is asked for."""
    settings.MEDIA_ROOT = tmp_path / "media"
    mail_sink.pause = 2.0
    send_bulk(300)
    with worker(tmp_path / "log", broker.url, mail_sink.url, MEDIA_ROOT=str(settings.MEDIA_ROOT)):
        for _ in range(200):
            wake(delivery.DELIVER)
        wait_until(lambda: OutboxMessage.objects.filter(status=OutboxStatus.SENDING).count() > 50, 30, "both senders")
        makers.diploma()
        assert wake(BUILD)
        ready = Certificate.objects.filter(status=CertificateStatus.READY)
        seconds = wait_until(ready.exists, 60, "the diploma")
        waiting = OutboxMessage.objects.exclude(status=OutboxStatus.SENT).count()
    figure(f"2 s a mail, 300 mails and 200 wakes waiting: a diploma was ready after {seconds:.0f} s")
    assert waiting > 200, "the mail went too fast to be in the way"
    assert seconds < 30


class Unlocked:
    """Stands for the senders of several processes: the lock of one process does not keep them apart."""

    def acquire(self, blocking: bool = True) -> bool:
        return True

    def release(self) -> None:
        pass


@pytest.mark.case(9)
def test_senders_at_once_send_each_mail_once(smtp, monkeypatch, figure):
    send_bulk(60)
    monkeypatch.setattr(delivery, "_sender", Unlocked())
    assert raised(together(*[deliver_due] * 4)) == []
    figure(f"the sending of 60 mails, delivered 4 times at once: {len(smtp.received)} mails")
    assert sent() == len(smtp.received) == 60


@pytest.mark.case(9, control=True)
def test_senders_without_claims_send_mails_several_times(smtp, monkeypatch, figure):
    send_bulk(60)
    rows = OutboxMessage.objects.order_by("pk")
    monkeypatch.setattr(delivery, "_sender", Unlocked())
    monkeypatch.setattr(delivery, "claim_batch", lambda *, token, now: list(rows.filter(status="PENDING")[:50]))
    monkeypatch.setattr(delivery, "_begin_attempt", lambda *_args: True)
    monkeypatch.setattr(delivery.OutboxMessage.objects, "filter", lambda **terms: rows.filter(**_without_token(terms)))
    together(*[deliver_due] * 4)
    figure(f"the same without claims: {len(smtp.received)} mails")
    assert len(smtp.received) > 60


def _without_token(terms):
    return {name: value for name, value in terms.items() if name != "claim_token"}
