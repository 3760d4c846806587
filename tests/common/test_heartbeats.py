"""Tasks note how they ended; silence of the background is noticed."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.utils import timezone

from common import background, heartbeats
from common.heartbeats import intervals, note_failure, note_success, pulse
from common.logs import Activity, JsonLines, busy_with, current
from common.models import TaskRun
from tests.together import raised, together

TICK = "common.tasks.tick"


@pytest.fixture(autouse=True)
def unnoted():
    heartbeats._noted.clear()


@pytest.fixture
def task():
    """A task of this test; it returns what its argument does."""

    @current_app.task(name="tests.works", shared=False)
    def works(value=None):
        if value == "breaks":
            raise LookupError("kanarek-7f3a")
        return current() if value == "context" else value

    yield works
    current_app.tasks.pop("tests.works")


def heard_all(at) -> None:
    for name in intervals():
        TaskRun.objects.update_or_create(name=name, defaults={"succeeded_at": at, "failing_since": None})


@pytest.mark.django_db
def test_a_task_that_ends_well_leaves_a_row_and_one_that_fails_says_since_when(task):
    task.apply()
    assert TaskRun.objects.get().failing_since is None
    task.apply(args=["breaks"])
    first = TaskRun.objects.get()
    assert first.error == "LookupError"
    assert first.succeeded_at
    task.apply(args=["breaks"])
    assert TaskRun.objects.get().failing_since == first.failing_since
    task.apply()
    assert TaskRun.objects.get().failing_since is None


@pytest.mark.django_db
def test_a_success_is_noted_by_one_statement_and_not_at_every_run(task, django_assert_num_queries):
    task.apply()
    with django_assert_num_queries(0):
        task.apply()
    heartbeats._noted.clear()
    with django_assert_num_queries(1):
        task.apply()


@pytest.mark.django_db
def test_what_cannot_be_noted_fails_no_task(task, monkeypatch):
    def away(*args, **values):
        from django.db import OperationalError

        raise OperationalError("the database is away")

    monkeypatch.setattr(TaskRun.objects, "filter", away)
    assert task.apply(args=[5]).get() == 5


def test_called_directly_a_task_is_a_function(task):
    assert task(4) == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_note_at_once_leave_one_row():
    outcomes = together(*[lambda: heartbeats._note("tests.works", succeeded_at=timezone.now())] * 4)
    assert raised(outcomes) == []
    assert TaskRun.objects.count() == 1


@pytest.mark.django_db
def test_a_task_knows_its_number_and_the_request_that_woke_it(task):
    inside = task.apply(args=["context"], headers={background.REQUEST_ID: "abc12345"}).get()
    assert (inside.request_id, inside.task, bool(inside.task_id)) == ("abc12345", "tests.works", True)
    assert current() == Activity()


def test_a_wake_carries_the_number_of_its_request(monkeypatch):
    sent = {}
    monkeypatch.setattr(background, "_paused_until", 0.0)
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.update(options))
    with busy_with(Activity(request_id="abc12345")):
        assert background.wake("tests.works")
    assert sent["headers"] == {"request_id": "abc12345"}


@pytest.mark.django_db
def test_a_run_that_did_something_has_a_line_and_an_empty_sweep_none(task, caplog):
    caplog.set_level(logging.INFO, "common.heartbeats")
    caplog.handler.setFormatter(JsonLines())
    task.apply(args=[0])
    task.apply(args=[3])
    [line] = map(json.loads, caplog.text.splitlines())
    assert (line["task"], line["result"], line["level"]) == ("tests.works", 3, "INFO")


# --- Silence ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_statement_tells_whether_the_background_is_alive(django_assert_num_queries):
    heard_all(timezone.now())
    with django_assert_num_queries(1):
        alive = pulse(timezone.now())
    assert not alive.stopped
    assert alive.late == []


@pytest.mark.django_db
def test_before_anything_ran_the_background_stands_still():
    silent = pulse(timezone.now())
    assert silent.stopped
    assert silent.heard_at is None


@pytest.mark.django_db
def test_the_background_stands_still_when_every_sweep_is_late():
    now = timezone.now()
    heard_all(now - timedelta(minutes=4))
    silent = pulse(now)
    assert silent.stopped
    assert silent.heard_at == now - timedelta(minutes=4)


@pytest.mark.django_db
def test_without_beat_only_what_pages_wake_goes_on():
    now = timezone.now()
    heard_all(now - timedelta(minutes=4))
    TaskRun.objects.filter(pk="notifications.tasks.deliver").update(succeeded_at=now)
    partly = pulse(now)
    assert not partly.stopped
    assert TICK in {beat.task for beat in partly.late}


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "late"), [(91, False), (93, True)])
def test_a_rare_task_is_late_after_three_of_its_intervals(minutes, late):
    now = timezone.now()
    heard_all(now)
    TaskRun.objects.filter(pk="applications.tasks.send_deadline_reminders").update(
        succeeded_at=now - timedelta(minutes=minutes)
    )
    assert bool(pulse(now).late) is late


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["jury.tasks.remind_jurors", "contest.tasks.advance_phases"])
def test_a_task_that_never_ran_is_not_late_while_others_do(name):
    """After an installation the slower ones come later."""
    now = timezone.now()
    heard_all(now)
    TaskRun.objects.filter(pk=name).delete()
    assert pulse(now).late == []
    note_failure(name, ValueError("x"))
    assert [beat.task for beat in pulse(now).late] == [name]


@pytest.mark.django_db
def test_failures_are_told_apart_from_silence():
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        heard_all(timezone.now())
        for name in intervals():
            note_failure(name, ValueError("x"))
    now = timezone.now()
    assert not pulse(now).stopped
    assert pulse(now).late
    note_success(TICK)
    assert TICK not in {beat.task for beat in pulse(now).late}
