"""Waking the worker: never an error, never a wait, whatever the broker does."""

import time

import pytest
from celery import Celery
from django.db import transaction

from common import background
from common.background import wake, wake_after_commit

TASK = "common.tasks.tick"


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(background, "_paused_until", 0.0)


@pytest.fixture
def broker(redis_server, monkeypatch, settings):
    """An app on a private Redis, with the options of production."""
    app = Celery("test", broker=redis_server.url, set_as_current=False)
    app.conf.update(
        broker_transport_options=settings.REDIS_BROKER_OPTIONS,
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        task_publish_retry=settings.CELERY_TASK_PUBLISH_RETRY,
    )
    monkeypatch.setattr(background, "current_app", app)
    return redis_server


def waiting(server) -> int:
    return int(server.client.llen("slz"))


def test_a_wake_reaches_the_broker(broker):
    assert wake(TASK)
    assert waiting(broker) == 1


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("state", ["frozen", "stopped"])
def test_a_dead_broker_costs_two_seconds_at_most_and_no_error(broker, state, connected):
    if connected:
        assert wake(TASK)
    broker.freeze() if state == "frozen" else broker.stop()
    started = time.monotonic()
    assert not wake(TASK)
    assert time.monotonic() - started < 2
    started = time.monotonic()
    assert not any(wake(TASK) for _ in range(20))
    assert time.monotonic() - started < 0.1


def test_the_broker_is_asked_again_after_a_pause(broker, monkeypatch):
    broker.stop()
    assert not wake(TASK)
    broker.start()
    assert not wake(TASK)
    monkeypatch.setattr(background, "_paused_until", 0.0)
    assert wake(TASK)
    assert waiting(broker) == 1


@pytest.fixture
def woken(monkeypatch):
    woken: list[tuple] = []
    monkeypatch.setattr(background, "wake", lambda *call: woken.append(call))
    return woken


@pytest.mark.django_db
def test_many_asks_in_one_transaction_wake_once_after_it(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            wake_after_commit(TASK)
            wake_after_commit(TASK)
            wake_after_commit(TASK, 7)
        assert woken == []
    assert woken == [(TASK,), (TASK, 7)]


@pytest.mark.django_db(transaction=True)
def test_an_ask_in_a_savepoint_rolled_back_does_not_silence_a_later_one(woken):
    with transaction.atomic():
        with transaction.atomic():
            wake_after_commit(TASK)
            transaction.set_rollback(True)
        wake_after_commit(TASK)
    assert woken == [(TASK,)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_wakes_nobody(woken):
    with transaction.atomic():
        wake_after_commit(TASK)
        transaction.set_rollback(True)
    assert woken == []
