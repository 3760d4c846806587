"""What a machine is told about the service's health."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from awards.models import Certificate
from common.heartbeats import SEALER, intervals
from common.journal import record
from common.models import JournalEntry, TaskRun
from notifications.models import OutboxMessage
from portal import service_state
from portal.views import health
from tests.awards.makers import diploma
from tests.factories import make_user
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db
NAMES = [
    "database", "migrations", "broker", "background", "mail", "certificates", "journal", "storage", "disk",
]  # fmt: skip


def heard_all() -> None:
    """As if worker and beat had just run."""
    TaskRun.objects.bulk_create([TaskRun(name=name, succeeded_at=timezone.now()) for name in [*intervals(), SEALER]])


def checks(client) -> dict[str, str]:
    return client.get("/readyz").json()["checks"]


@pytest.fixture(autouse=True)
def forgotten():
    service_state.ask_migrations.cache_clear()
    yield
    service_state.ask_migrations.cache_clear()


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(client, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: "ok")
    heard_all()
    answer = client.get("/readyz")
    assert answer.json()["checks"] == dict.fromkeys(NAMES, "ok")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "no-store" in answer["Cache-Control"]


def test_not_ready_before_the_migrations_ran(client, monkeypatch):
    monkeypatch.setattr(service_state.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failing"


def test_not_ready_without_a_database(client, monkeypatch):
    def gone():
        raise ConnectionError("secret address")

    monkeypatch.setitem(health.CHECKS, "database", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failing"
    assert answer.json()["checks"]["mail"] == "unknown"
    assert "secret" not in answer.content.decode()


def test_without_a_database_the_answer_is_still_for_machines(settings, tmp_path, client):
    """Also to a browser that carries a session and where a second factor is asked of some."""
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(make_user())
    with connection.execute_wrapper(_away):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failing"


def _away(execute, sql, params, many, context):
    raise OperationalError("the database is away")


def test_not_ready_when_nothing_runs_in_the_background(client):
    assert checks(client)["background"] == "waiting"
    heard_all()
    assert checks(client)["background"] == "ok"
    TaskRun.objects.update(succeeded_at=timezone.now() - timedelta(minutes=5))
    assert checks(client)["background"] == "waiting"


def test_not_ready_when_documents_wait_for_a_builder_that_died(client):
    certificate = diploma()
    Certificate.objects.filter(pk=certificate.pk).update(status="PENDING", due_at=timezone.now())
    assert checks(client)["certificates"] == "ok"
    Certificate.objects.filter(pk=certificate.pk).update(due_at=timezone.now() - timedelta(minutes=11))
    assert checks(client)["certificates"] == "waiting"
    Certificate.objects.filter(pk=certificate.pk).update(replaced_at=timezone.now())
    assert checks(client)["certificates"] == "ok"


def test_not_ready_when_files_cannot_be_saved(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "new"
    assert checks(client)["storage"] == "ok"
    assert list(settings.MEDIA_ROOT.iterdir()) == []
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("no folder")
    assert checks(client)["storage"] == "failing"


def test_not_ready_when_the_disk_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr(service_state, "DISK_FREE_AT_LEAST", 10**18)
    assert checks(client)["disk"] == "low"


def test_a_bucket_that_hangs_costs_two_seconds(monkeypatch):
    monkeypatch.setattr(service_state, "media_folder", lambda: None)
    monkeypatch.setattr(service_state, "STORAGE_SECONDS", 0.2)
    let_go = threading.Event()
    monkeypatch.setattr(service_state.default_storage, "exists", lambda name: let_go.wait(10))
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        service_state.ask_storage()
    assert time.monotonic() - started < 2
    let_go.set()
    service_state.ask_storage()


def test_not_ready_when_mail_waits_for_a_worker_that_died(client):
    due = timezone.now() - timedelta(minutes=11)
    OutboxMessage.objects.create(kind="x", subject_key="x", recipient="a@example.org", message_id="<1@x>", due_at=due)
    assert client.get("/readyz").json()["checks"]["mail"] == "waiting"


def test_not_ready_when_the_journal_waits_for_a_sealer_that_died(client):
    person = make_user()
    with transaction.atomic():
        entry = record(actor=None, action="x", target=person)
    assert client.get("/readyz").json()["checks"]["journal"] == "ok"
    with as_owner():
        JournalEntry.objects.filter(pk=entry.pk).update(happened_at=timezone.now() - timedelta(minutes=6))
    assert client.get("/readyz").json()["checks"]["journal"] == "waiting"


@pytest.mark.parametrize("state", ["answering", "frozen", "stopped"])
def test_ready_answers_within_two_seconds_whatever_the_broker_does(client, settings, monkeypatch, redis_server, state):
    """Once the migrations are known to be complete: looking through them is done once a process."""
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: "ok")
    settings.CELERY_BROKER_URL = redis_server.url
    if state == "frozen":
        redis_server.freeze()
    if state == "stopped":
        redis_server.stop()
    started = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - started < 2
    assert answer.json()["checks"]["broker"] == ("ok" if state == "answering" else "failing")


def test_a_broker_that_answers_and_takes_nothing_is_told(client, settings, redis_server):
    """Debian's own Redis keeps copies on its disk and refuses every write when that disk is full; so does a copy
    of another Redis. It goes on answering all the while."""
    settings.CELERY_BROKER_URL = redis_server.url
    assert checks(client)["broker"] == "ok"
    redis_server.client.config_set("maxmemory", "1mb")
    assert checks(client)["broker"] == "full"
    redis_server.client.config_set("maxmemory", "0")
    redis_server.client.replicaof("127.0.0.1", 1)
    assert checks(client)["broker"] == "refusing"
    redis_server.client.replicaof("no", "one")
    assert checks(client)["broker"] == "ok"
