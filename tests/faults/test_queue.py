"""Mail on a real worker, a real Redis and a real SMTP server, while each of them is hurt."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient
from notifications.services import deliver_due, delivery, enqueue, enqueue_bulk
from tests.servers import end, wait_until, worker

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
# The one kind whose templates belong to the outbox itself.
KIND = "outbox_alert"
PICKLE = '{"body": "gASVAAAA", "content-type": "application/x-python-serialize", "content-encoding": "binary"'
GARBAGE = (
    "not even JSON",
    "[1, 2]",
    "{}",
    b"\xff\xfe",
    PICKLE + ', "headers": {"task": "x", "id": "1"}, "properties": {"delivery_tag": "1", "delivery_info": {}}}',
)
CONTEXT = {"at": "2026-05-04T08:00:00+00:00", "link": "http://127.0.0.1/"}


@pytest.fixture
def broker(redis_server, monkeypatch):
    """Wakes of this process go to the private Redis."""
    from celery import Celery

    from common import background

    app = Celery("test", broker=redis_server.url, set_as_current=False)
    app.conf.update(task_default_queue="slz", broker_transport_options={"socket_timeout": 1})
    monkeypatch.setattr(background, "current_app", app)
    monkeypatch.setattr(background, "_paused_until", 0.0)
    return redis_server


def send(name: str) -> OutboxMessage:
    return enqueue(kind=KIND, subject_key="test", recipient=Recipient(f"{name}@example.org"), context=CONTEXT)


def send_bulk(count: int) -> None:
    people = [Recipient(f"p{number:04d}@example.org") for number in range(count)]
    enqueue_bulk(kind=KIND, messages=[Message("bulk", recipient, CONTEXT) for recipient in people])


def sent() -> int:
    return OutboxMessage.objects.filter(status=OutboxStatus.SENT).count()


def test_a_committed_mail_arrives_within_seconds(broker, mail_sink, tmp_path):
    with worker(tmp_path / "worker.log", broker.url, mail_sink.url):
        message = send("wake")
        wait_until(lambda: mail_sink.received, 10, "the mail's arrival")
        assert mail_sink.received[0]["Message-ID"] == message.message_id
        wait_until(lambda: sent() == 1, 5, "the row marked as sent")


def test_after_flushall_the_sweep_still_delivers(broker, mail_sink, tmp_path):
    send_bulk(20)
    broker.client.flushall()
    with worker(tmp_path / "worker.log", broker.url, mail_sink.url, "-B", "-s", str(tmp_path / "beat")):
        wait_until(lambda: len(mail_sink.received) == 20, 30, "20 mails after FLUSHALL")
        broker.client.flushall()
        send("later")
        broker.client.flushall()
        wait_until(lambda: len(mail_sink.received) == 21, 30, "the mail enqueued before the second FLUSHALL")


def test_pickle_and_garbage_in_the_queue_are_thrown_away_and_the_worker_lives(broker, mail_sink, tmp_path):
    with worker(tmp_path / "worker.log", broker.url, mail_sink.url):
        for garbage in GARBAGE:
            broker.client.lpush("slz", garbage)
        time.sleep(2)
        send("after")
        wait_until(lambda: mail_sink.received, 20, "a mail after the garbage")


def test_a_worker_consumes_again_after_redis_restarts(broker, mail_sink, tmp_path):
    with worker(tmp_path / "worker.log", broker.url, mail_sink.url):
        for _restart in range(3):
            broker.stop()
            broker.start()
        from common import background

        def asked() -> bool:
            background._paused_until = 0.0
            return background.wake(delivery.DELIVER)

        send("again")
        wait_until(lambda: asked() and mail_sink.received, 30, "a mail after the restarts")


def test_kills_lose_no_mail_and_copies_are_no_more_than_kills(broker, mail_sink, tmp_path):
    """Sender processes are killed at random while 300 mails go out; leases are shortened to keep the test short."""
    kills = 8
    count = 300
    send_bulk(count)
    code = (
        "import django; django.setup();"
        "from datetime import timedelta; from notifications.services import delivery;"
        "delivery.LEASE = timedelta(seconds=2);"
        "import time; end = time.time() + 60\n"
        "while time.time() < end: delivery.deliver_due(); time.sleep(0.1)"
    )
    from tests.servers import process

    chance = random.Random(7)
    for _kill in range(kills):
        with process("-c", code, log=tmp_path / "sender.log", EMAIL_URL=mail_sink.url) as sender:
            before = len(mail_sink.received)
            wait_until(lambda before=before: len(mail_sink.received) > before, 20, "the sender at work")
            time.sleep(chance.uniform(0, 0.15))
            end(sender, at_once=True)
    assert sent() < count, "the kills came too late to prove anything"
    with process("-c", code, log=tmp_path / "sender.log", EMAIL_URL=mail_sink.url):
        wait_until(lambda: sent() == count, 40, "every mail sent")
    copies = Counter(mail["Message-ID"] for mail in mail_sink.received)
    assert set(copies) == set(OutboxMessage.objects.values_list("message_id", flat=True))
    assert sum(copies.values()) - count <= kills


@pytest.mark.parametrize("skipping", [True, False])
def test_senders_at_once_send_each_mail_once_and_without_claims_they_do_not(monkeypatch, settings, mail_sink, skipping):
    """The negative control shows the race: with claims switched off, mails go out several times."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_sink.controller.port
    send_bulk(60)
    if not skipping:
        rows = OutboxMessage.objects.order_by("pk")

        def take(message, token, text) -> bool:
            return bool(rows.filter(pk=message.pk).update(claim_token=token, **text))

        monkeypatch.setattr(delivery, "claim_batch", lambda *, token, now: list(rows.filter(status="PENDING")[:50]))
        monkeypatch.setattr(delivery, "_begin_attempt", take)
    monkeypatch.setattr(delivery, "_sender", Unlocked())
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        deliver_due()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sent() == 60
    assert (len(mail_sink.received) == 60) is skipping


class Unlocked:
    """Stands for the senders of several processes: the lock of one process does not keep them apart."""

    def acquire(self, blocking: bool = True) -> bool:
        return True

    def release(self) -> None:
        pass


def test_smtp_answers_decide_what_happens(settings, mail_sink):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_sink.controller.port
    mail_sink.answers = {"later@example.org": "451 try later", "never@example.org": "550 no such user"}
    for name in ("later", "never", "fine"):
        send(name)
    assert deliver_due() == 1
    status = dict(OutboxMessage.objects.values_list("recipient", "status"))
    assert status == {"later@example.org": "PENDING", "never@example.org": "BOUNCED", "fine@example.org": "SENT"}
    later = OutboxMessage.objects.get(recipient="later@example.org")
    assert later.due_at > timezone.now() + timedelta(seconds=40)
