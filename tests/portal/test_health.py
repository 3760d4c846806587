"""What a machine is told about the service's health."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.journal import record
from common.models import JournalEntry
from notifications.models import OutboxMessage
from portal.views import health
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten():
    health._migrations.cache_clear()
    yield
    health._migrations.cache_clear()


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(client, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: "ok")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == {"database", "migrations", "broker", "mail", "journal"}
    assert "no-store" in answer["Cache-Control"]


def test_not_ready_before_the_migrations_ran(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
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
    assert "secret" not in answer.content.decode()


def test_not_ready_when_mail_waits_for_a_worker_that_died(client):
    due = timezone.now() - timedelta(minutes=11)
    OutboxMessage.objects.create(kind="x", subject_key="x", recipient="a@example.org", message_id="<1@x>", due_at=due)
    assert client.get("/readyz").json()["checks"]["mail"] == "waiting"


def test_not_ready_when_the_journal_waits_for_a_sealer_that_died(client):
    person = make_user()
    with transaction.atomic():
        entry = record(actor=None, action="x", target=person)
    assert client.get("/readyz").json()["checks"]["journal"] == "ok"
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
