"""Background work on real workers, a real beat and a private Redis, while each of them is killed, frozen or lied to."""

import base64
import hashlib
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.services.reminders import remind_of_deadlines
from awards.models import Certificate, CertificateStatus
from awards.services import build_due, building
from common import background
from common.background import wake
from common.models import JournalEntry
from contest.services import close_due_calls, locks, phases
from notifications.models import OutboxMessage
from notifications.services import delivery
from practices.services import announce_edition
from tests import factories
from tests.awards import makers
from tests.faults.outbox import send, send_bulk, sent, without_uniqueness
from tests.faults.person import Person
from tests.practices.makers import make_decided
from tests.servers import SECRET_KEY, RedisServer, beat, end, wait_until, web, worker
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def media(settings, tmp_path) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    return str(settings.MEDIA_ROOT)


# --- Killed workers ---------------------------------------------------------------------------
# The first builder stops at the named step, says who it is and waits there to be killed.
STOP_AT = """
import os, pathlib, time
from awards.services import building
marker = pathlib.Path({marker!r})
step = building.{step}
def stop_once(*args):
    if not marker.exists():
        marker.write_text(str(os.getpid()))
        time.sleep(60)
    return step(*args)
building.{step} = stop_once
"""


def the_certificate_is_one(sink) -> None:
    certificate = Certificate.objects.get()
    assert certificate.status == CertificateStatus.READY
    assert certificate.attempts == 2
    (file,) = Path(certificate.file.storage.location).rglob("*.pdf")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == certificate.sha256
    assert JournalEntry.objects.filter(action="certificate.build").count() == 1
    told = OutboxMessage.objects.get(kind="certificate_ready")
    wait_until(lambda: any(mail["Message-ID"] == told.message_id for mail in sink.received), 30, "the mail")
    assert [mail["Message-ID"] for mail in sink.received].count(told.message_id) == 1


def is_ready() -> bool:
    return Certificate.objects.filter(status=CertificateStatus.READY).exists()


@pytest.mark.slow
@pytest.mark.case(1)
def test_a_child_killed_amid_a_pdf_leaves_one_certificate(broker, mail_sink, tmp_path, media, figure):
    """With the leases and intervals of production."""
    marker = tmp_path / "marker"
    code = STOP_AT.format(marker=str(marker), step="render")
    with (
        worker(tmp_path / "log", broker.url, mail_sink.url, code=code, MEDIA_ROOT=media) as running,
        beat(tmp_path / "beat.log", broker.url, tmp_path / "beat"),
    ):
        makers.diploma()
        wait_until(marker.exists, 40, "a builder at work")
        os.kill(int(marker.read_text() or 0), signal.SIGKILL)
        seconds = wait_until(is_ready, 60, "the certificate")
        figure(f"child killed amid a PDF: the certificate ready after {seconds:.0f} s, files 1, mails 1")
        the_certificate_is_one(mail_sink)
        assert running.poll() is None


@pytest.mark.slow
@pytest.mark.case(2)
def test_a_worker_killed_with_its_children_leaves_one_certificate(broker, mail_sink, tmp_path, media, figure):
    """Killed when the file was written and not yet marked; a new worker is started as systemd would."""
    marker = tmp_path / "marker"
    code = STOP_AT.format(marker=str(marker), step="_finish")
    with beat(tmp_path / "beat.log", broker.url, tmp_path / "beat"):
        with worker(tmp_path / "log", broker.url, mail_sink.url, code=code, MEDIA_ROOT=media) as running:
            makers.diploma()
            wait_until(marker.exists, 40, "a builder at work")
            assert len(list(Path(media).rglob("*.pdf"))) == 1
            end(running, at_once=True)
        killed = time.monotonic()
        with worker(tmp_path / "log", broker.url, mail_sink.url, MEDIA_ROOT=media):
            wait_until(is_ready, 120, "the certificate")
            seconds = time.monotonic() - killed
            the_certificate_is_one(mail_sink)
    figure(f"worker and children killed: the certificate ready after {seconds:.0f} s, files 1, mails 1")
    assert seconds <= 120


# The renderer hangs for ever; the limit is shortened, the lease too.
HANG = """
import threading
from datetime import timedelta
from awards import tasks
from awards.services import building
tasks.build_certificates.time_limit = 2
building.LEASE = timedelta(seconds=1)
building.render = lambda _facts, _kind: threading.Event().wait()
"""


@pytest.mark.slow
@pytest.mark.case(1)
def test_a_certificate_that_hangs_its_builder_is_given_up_and_the_worker_goes_on(
    broker, mail_sink, tmp_path, media, figure
):
    certificate = makers.diploma()
    with worker(tmp_path / "log", broker.url, mail_sink.url, code=HANG, MEDIA_ROOT=media) as running:

        def given_up() -> bool:
            wake("awards.tasks.build_certificates")
            time.sleep(0.5)
            certificate.refresh_from_db()
            return certificate.status == CertificateStatus.FAILED

        seconds = wait_until(given_up, 60, "the certificate being given up")
        send("after")
        wait_until(lambda: mail_sink.received, 30, "a mail after it")
        assert running.poll() is None
    assert certificate.attempts == 5
    figure(f"a PDF that never ends: ended at the limit of time, given up after 5 tries ({seconds:.0f} s), mail goes on")


# --- A broker that is emptied, stopped, frozen, restarted -------------------------------------
@contextmanager
def flushed_again_and_again(broker: RedisServer) -> Iterator[list[int]]:
    """FLUSHALL every few milliseconds until this is left; how often is in the list."""
    done = threading.Event()
    count = [0]

    def flush() -> None:
        client = broker.client
        while not done.wait(0.005):
            client.flushall()
            count[0] += 1

    thread = threading.Thread(target=flush)
    thread.start()
    try:
        yield count
    finally:
        done.set()
        thread.join()


@pytest.mark.slow
@pytest.mark.case(4)
def test_everything_announced_arrives_although_redis_is_emptied(broker, mail_sink, tmp_path, media, figure):
    """Emptied all through the announcement and two seconds beyond, with the intervals of production."""
    edition, _entries = make_decided(("LAUREATE",) * 5 + ("HONOURABLE_MENTION",) * 5)
    officer = factories.make_officer()
    with (
        worker(tmp_path / "log", broker.url, mail_sink.url, MEDIA_ROOT=media),
        beat(tmp_path / "beat.log", broker.url, tmp_path / "beat"),
    ):
        with flushed_again_and_again(broker) as flushes:
            announce_edition(actor=officer, edition_id=edition.pk, typed_word="OGŁASZAM")
            announced = time.monotonic()
            time.sleep(2)
        ready = Certificate.objects.filter(status=CertificateStatus.READY)
        wait_until(lambda: ready.count() == 10 and sent() == 20, 60, "10 certificates and 20 mails")
        seconds = time.monotonic() - announced
    figure(f"FLUSHALL {flushes[0]} times: 10 certificates ready and 20 mails sent after {seconds:.0f} s")
    assert seconds <= 60
    assert len({mail["Message-ID"] for mail in mail_sink.received}) == len(mail_sink.received) == 20


@pytest.mark.slow
@pytest.mark.parametrize(
    "state",
    [pytest.param("stopped", marks=pytest.mark.case(5)), pytest.param("frozen", marks=pytest.mark.case(6))],
)
def test_a_dead_broker_delays_no_page_and_its_mail_goes_out_later(
    state, broker, mail_sink, tmp_path, media, settings, static_root, figure
):
    """Entry sent, then a link to set a password asked for, which also counts attempts in the cache on this Redis."""
    settings.SECRET_KEY = SECRET_KEY
    draft = factories.make_complete_draft()
    member = factories.make_member(draft.unit)
    person = Person(member)
    environment = {"STATIC_ROOT": static_root, "MEDIA_ROOT": media, "CACHE_URL": broker.url.replace("/0", "/1")}
    with web(tmp_path / "web.log", broker.url, **environment) as site:
        assert requests.get(f"{site.url}/", timeout=30).status_code == 200  # what a process loads once
        assert requests.get(f"{site.url}/readyz", timeout=30).json()["checks"]["broker"] == "ok"
        read = person.shown(site.url + reverse("applications:check", args=[draft.pk]))
        broker.stop() if state == "stopped" else broker.freeze()
        submitting = person.post(site.url + reverse("applications:submit", args=[draft.pk]), read)
        assert submitting.status_code == 302
        time.sleep(10.5)  # until the web server would ask Redis again
        resetting = person.post(site.url + reverse("account_reset_password"), {"email": member.email})
        assert resetting.status_code == 302
        ready = requests.get(f"{site.url}/readyz", timeout=30)
        assert ready.json()["checks"]["broker"] == "failing"
        waiting = set(OutboxMessage.objects.values_list("kind", flat=True))
        assert waiting == {"application_submitted", "account_reset_password"}
        broker.start() if state == "stopped" else broker.thaw()
        options = ("-B", "-s", str(tmp_path / "beat"))
        with worker(tmp_path / "log", broker.url, mail_sink.url, *options, MEDIA_ROOT=media):
            arriving = wait_until(lambda: len(mail_sink.received) == 2, 60, "the mails")
    taken = [answer.elapsed.total_seconds() for answer in (submitting, resetting, ready)]
    figure(
        f"Redis {state}: sending an entry {taken[0]:.2f} s, asking for a link {taken[1]:.2f} s, "
        f"/readyz {taken[2]:.2f} s; both mails {arriving:.0f} s after a worker and Redis were back"
    )
    assert max(taken) <= 2


@pytest.mark.slow
@pytest.mark.case(7)
def test_a_worker_consumes_again_after_redis_restarted_ten_times(broker, mail_sink, tmp_path, figure):
    """Nothing but the queue asks it here: without a beat no sweep covers up for a deaf worker."""
    with worker(tmp_path / "log", broker.url, mail_sink.url) as running:
        for _restart in range(10):
            broker.stop()
            time.sleep(1)
            broker.start()
        send("again")

        def asked() -> bool:
            background._paused_until = 0.0
            return wake(delivery.DELIVER)

        seconds = wait_until(lambda: asked() and mail_sink.received, 60, "a mail after the restarts")
        assert running.poll() is None
    figure(f"10 restarts of Redis: consuming again after {seconds:.0f} s")
    assert seconds <= 30


@pytest.mark.case(8)
def test_what_is_rolled_back_sends_nothing_and_what_is_committed_arrives(broker, mail_sink, tmp_path, figure):
    with worker(tmp_path / "log", broker.url, mail_sink.url):
        with transaction.atomic():
            send("never")
            transaction.set_rollback(True)
        assert not OutboxMessage.objects.exists()
        message = send("later")
        wait_until(lambda: mail_sink.received, 30, "the mail's arrival")
        wait_until(lambda: sent() == 1, 10, "the row marked as sent")
    assert [mail["Message-ID"] for mail in mail_sink.received] == [message.message_id]
    figure("rolled back after enqueue: rows 0, mails 0; the committed one arrived")


# --- Delivered several times ------------------------------------------------------------------
def due_work() -> None:
    """A mail, a pending diploma, a draft whose call closes tomorrow, a call past its deadline."""
    send("once")
    makers.diploma()
    factories.make_member(factories.make_application(due_edition(hours=20)).unit)
    due_edition(hours=-1)


def due_edition(hours: int):
    return factories.make_edition(submission_deadline=timezone.now() + timedelta(hours=hours))


def effects() -> dict[str, int]:
    journal = JournalEntry.objects.values_list("action", flat=True)
    return {
        "certificates built": list(journal).count("certificate.build"),
        "mails about it": OutboxMessage.objects.filter(kind="certificate_ready").count(),
        "reminders": OutboxMessage.objects.filter(kind="deadline_reminder").count(),
        "calls closed": list(journal).count("edition.close_call"),
    }


TASKS = (
    delivery.DELIVER,
    "awards.tasks.build_certificates",
    "applications.tasks.send_deadline_reminders",
    "contest.tasks.advance_phases",
)


@pytest.mark.slow
@pytest.mark.case(9)
def test_tasks_delivered_four_times_to_two_workers_have_one_effect(broker, mail_sink, tmp_path, media, figure):
    due_work()
    broker.client.flushall()
    for task in TASKS * 4:
        assert wake(task)
    with ExitStack() as running:
        for name in ("one", "two"):
            running.enter_context(worker(tmp_path / name, broker.url, mail_sink.url, MEDIA_ROOT=media))
        queues = ("slz", "mail", "unacked")
        wait_until(lambda: not broker.client.exists(*queues), 60, "every copy done")
        wait_until(lambda: sent() == OutboxMessage.objects.count(), 30, "every mail sent")
    assert effects() == dict.fromkeys(effects(), 1)
    mails = [mail["Message-ID"] for mail in mail_sink.received]
    assert len(mails) == len(set(mails)) == OutboxMessage.objects.count()
    figure(f"{len(TASKS)} tasks delivered 4 times each to 2 workers: {effects()}, mails {len(mails)}, copies 0")


def unlocked(count: int):
    """`lock_row` without its lock: all have read before one writes."""
    read = threading.Barrier(count)

    def get(queryset, **lookup):
        row = queryset.get(**lookup)
        read.wait(10)
        return row

    return get


@pytest.mark.case(9, control=True)
def test_without_claims_a_certificate_would_be_built_several_times(media, monkeypatch, figure):
    certificate = makers.diploma()
    token = uuid.uuid4()
    Certificate.objects.update(status=CertificateStatus.BUILDING, claim_token=token, build_key="certificates/x.pdf")
    certificate.refresh_from_db()
    monkeypatch.setattr(building, "render", lambda _facts, _kind: b"%PDF")
    monkeypatch.setattr(building, "lock_row", unlocked(4))
    monkeypatch.setattr(building, "_claim_next", lambda: Certificate.objects.get(pk=certificate.pk))
    together(*[lambda: build_due(limit=1)] * 4)
    count = effects()["certificates built"]
    figure(f"a certificate asked for 4 times without claims: built {count} times")
    assert count == 4


@pytest.mark.case(9, control=True)
def test_without_the_lock_a_call_would_be_closed_several_times(monkeypatch, figure):
    due_edition(hours=-1)
    monkeypatch.setattr(phases, "exclude_submitters", lambda _edition: None)
    monkeypatch.setattr(locks, "lock_row", unlocked(4))
    together(*[close_due_calls] * 4)
    count = effects()["calls closed"]
    figure(f"a phase asked for 4 times without the lock: closed {count} times")
    assert count == 4


@pytest.mark.case(9, control=True)
def test_without_the_unique_key_a_reminder_would_be_sent_several_times(figure):
    factories.make_member(factories.make_application(due_edition(hours=20)).unit)
    with without_uniqueness():
        together(*[lambda: remind_of_deadlines(now=timezone.now())] * 4)
        count = effects()["reminders"]
    figure(f"a reminder asked for 4 times without the unique key: {count} mails")
    assert count == 4


EVERY_SECOND = """
import os
from celery.beat import Scheduler
from celery_app import app
ask = Scheduler.apply_async
def tell_and_ask(scheduler, entry, *args, **kwargs):
    os.write(1, f"asks: {entry.name}\\n".encode())
    return ask(scheduler, entry, *args, **kwargs)
Scheduler.apply_async = tell_and_ask
app.conf.beat_schedule["remind-of-deadlines"]["schedule"] = 1
app.conf.beat_schedule["deliver-mail"]["schedule"] = 1
"""


def remind_by_two_beats(broker, sink, folder: Path) -> tuple[int, int]:
    """How many reminders arrived, and how often the two beats together had asked for them."""
    factories.make_member(factories.make_application(due_edition(hours=20)).unit)
    logs = [folder / "one.log", folder / "two.log"]

    def asked() -> int:
        return sum(log.read_text().count("asks: remind-of-deadlines") for log in logs)

    with ExitStack() as running:
        for log in logs:
            schedule = log.with_suffix(".schedule")
            running.enter_context(beat(log, broker.url, schedule, code=EVERY_SECOND))
        running.enter_context(worker(folder / "log", broker.url, sink.url))
        wait_until(lambda: all("asks: remind-of-deadlines" in log.read_text() for log in logs), 60, "both beats")
        wait_until(lambda: asked() >= 8, 60, "eight asks")
        wait_until(lambda: sink.received and not broker.client.exists("slz", "mail", "unacked"), 30, "the mail")
        count = asked()
    return len(sink.received), count


@pytest.mark.slow
@pytest.mark.case(10)
def test_two_beats_send_one_reminder(broker, mail_sink, tmp_path, figure):
    mails, asked = remind_by_two_beats(broker, mail_sink, tmp_path)
    figure(f"two beats asked {asked} times: {mails} reminder")
    assert mails == 1


@pytest.mark.slow
@pytest.mark.case(10, control=True)
def test_two_beats_without_the_unique_key_send_many(broker, mail_sink, tmp_path, figure):
    with without_uniqueness():
        mails, asked = remind_by_two_beats(broker, mail_sink, tmp_path)
    figure(f"two beats asked {asked} times without the unique key: {mails} reminders")
    assert mails > 1


# --- A stranger at the queue ------------------------------------------------------------------
ODD = (None, 0, -1, 1.5, "x", "", [], {}, [1, 2], {"a": 1}, True, "9999-99-99", 1e300)
NO_MESSAGES = ("not even JSON", "[1, 2]", "{}", "null", b"\xff\xfe", b"\x00" * 100)


def message(task: str = "common.tasks.tick", args: object = ()) -> dict:
    """As Celery writes it (version 2 of its protocol)."""
    number = str(uuid.uuid4())
    body = json.dumps([args, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    return {
        "body": base64.b64encode(body.encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py", "task": task, "id": number, "shadow": None, "eta": None, "expires": None, "group": None,
            "retries": 0, "timelimit": [None, None], "root_id": number, "parent_id": None, "argsrepr": "()",
            "kwargsrepr": "{}", "origin": "x",
        },
        "properties": {
            "correlation_id": number, "reply_to": "x", "delivery_mode": 2, "priority": 0, "body_encoding": "base64",
            "delivery_info": {"exchange": "", "routing_key": "slz"}, "delivery_tag": str(uuid.uuid4()),
        },
    }  # fmt: skip


def spoilt() -> Iterator[dict]:
    """A good message with each of its fields missing or turned into something odd."""
    for part in ("headers", "properties", None):
        for name in message()[part] if part else message():
            for odd in (*ODD, ...):
                one = message()
                fields = one[part] if part else one
                fields[name] = odd
                if odd is ...:
                    del fields[name]
                yield one


@pytest.mark.slow
@pytest.mark.case(13)
def test_what_a_stranger_pushes_is_thrown_away_and_the_worker_lives(broker, mail_sink, tmp_path, figure):
    pickle = message() | {"content-type": "application/x-python-serialize", "content-encoding": "binary"}
    strange = [
        *NO_MESSAGES,
        *(json.dumps(one) for one in spoilt()),
        json.dumps(pickle),
        json.dumps(message("os.system", ["true"])),
        json.dumps(message(args=["too", "many"])),
        json.dumps(message(args="x" * 5_000_000)),
        "x" * 5_000_000,
    ]
    log = tmp_path / "log"
    with worker(log, broker.url, mail_sink.url) as running:
        for one in strange:
            broker.client.lpush("slz", one)
        wait_until(lambda: not broker.client.exists("slz", "unacked"), 60, "the queue being empty")
        send("after")
        seconds = wait_until(lambda: mail_sink.received, 30, "a mail after the garbage")
        assert running.poll() is None
    text = log.read_text()
    assert "Unrecoverable" not in text
    assert "ContentDisallowed" in text or "not a message of this service" in text
    figure(f"{len(strange)} strange messages, two of 5 MB: the worker lives, the next mail after {seconds:.1f} s")
    assert len(text) < 5_000_000, "what is thrown away must not fill the disk with log"


@pytest.mark.slow
@pytest.mark.case(4)
def test_mail_enqueued_before_redis_was_emptied_is_found_by_the_sweep(broker, mail_sink, tmp_path, figure):
    send_bulk(20)
    broker.client.flushall()
    with worker(tmp_path / "log", broker.url, mail_sink.url, "-B", "-s", str(tmp_path / "beat")):
        seconds = wait_until(lambda: len(mail_sink.received) == 20, 60, "20 mails after FLUSHALL")
    figure(f"FLUSHALL after the enqueue: 20 mails {seconds:.0f} s after a worker was there")
    assert seconds <= 60
