"""What a line of the log holds, and what it never does."""

import json
import logging
import sys

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.log import log_response

from accounts.models import User
from common.logs import Activity, JsonLines, PlainLines, actor_of, busy_with

JSON, PLAIN = JsonLines(), PlainLines("%(levelname)s %(name)s %(message)s")
CANARY = "kanarek-7f3a"


def record(message: str = "said %s", *arguments, name: str = "test", error: Exception | None = None, **extra):
    exc_info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, logging.WARNING, "file.py", 1, message, arguments, exc_info)
    vars(made).update(extra)
    return made


def raised(error: Exception) -> Exception:
    value = CANARY  # a local variable that must not be told
    try:
        raise error
    except Exception as caught:
        assert value
        return caught


def both(made: logging.LogRecord) -> str:
    return JSON.format(made) + PLAIN.format(made)


def test_a_line_names_its_request_its_address_and_its_person():
    request = RequestFactory().post(f"/konto/{CANARY}/")
    request.user = User(pk=7, email=f"{CANARY}@example.org")
    with busy_with(Activity(request_id="abc12345", request=request)):
        line = json.loads(JSON.format(record("saved %s", 3)))
        assert PLAIN.format(record("saved %s", 3)) == "WARNING test saved 3 [abc12345]"
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING", "logger": "test", "message": "saved 3",
        "request_id": "abc12345", "method": "POST", "route": "unknown", "actor": 7,
    }  # fmt: skip


def test_a_line_of_a_task_names_the_task_and_the_request_that_woke_it():
    with busy_with(Activity(request_id="abc12345", task="x.tasks.y", task_id="17")):
        line = json.loads(JSON.format(record("sent %s", 2)))
    assert (line["task"], line["task_id"], line["request_id"]) == ("x.tasks.y", "17", "abc12345")


def test_who_asks_is_not_looked_up_for_the_log(django_assert_num_queries):
    from django.contrib.auth.middleware import AuthenticationMiddleware

    request = HttpRequest()
    request.session = {}
    AuthenticationMiddleware(lambda request: None).process_request(request)
    assert actor_of(request) is None


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"invalid literal: '{CANARY}'"),
        KeyError(CANARY),
        IntegrityError(f"DETAIL: Key (email)=({CANARY}) already exists."),
        SuspiciousOperation(CANARY),
    ],
)
def test_the_words_of_an_exception_are_left_out_and_its_frames_told(error):
    caught = raised(error)
    told = both(record("failed: %r", caught, error=caught)) + both(record(caught, error=caught))
    assert CANARY not in told
    assert type(error).__name__ in told
    assert "in raised" in told


def test_exceptions_that_speak_of_servers_and_code_keep_their_words():
    told = both(record("no: %r", OperationalError("connection refused"), error=raised(TypeError("not callable"))))
    assert "connection refused" in told
    assert "not callable" in told


def test_the_cause_of_an_exception_is_told_as_discreetly():
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as cause:
            raise RuntimeError(CANARY) from cause
    except RuntimeError as caught:
        told = both(record("x", error=caught))
    assert "ValueError" in told
    assert "RuntimeError" in told
    assert CANARY not in told


def test_what_another_formatter_made_of_the_exception_is_not_used():
    made = record("x", error=raised(ValueError(CANARY)))
    logging.Formatter().format(made)
    assert CANARY in made.exc_text
    assert CANARY not in both(made)


def test_addresses_are_masked_whoever_writes_them():
    told = both(record("550 5.1.1 <jan.kowalski@gmina.example>: user unknown; to=%s", "anna@gmina.example"))
    assert "gmina.example" not in told
    assert "jan.kowalski" not in told
    assert "[address]" in told


@pytest.mark.parametrize("status", [404, 500])
def test_django_tells_of_a_request_without_its_path(status, caplog):
    request = RequestFactory().get(f"/konto/password/reset/key/1-{CANARY}ą/")
    with caplog.at_level(logging.DEBUG, "django.request"):
        log_response("%s: %s", "Phrase", request.path, request=request, response=_Response(status))
    [made] = caplog.records
    assert CANARY in made.getMessage()
    assert CANARY not in both(made)
    assert "Phrase: unknown" in both(made)


def test_django_tells_of_a_refusal_without_what_was_sent(caplog):
    logging.getLogger("django.security.DisallowedHost").error(f"Invalid HTTP_HOST header: {CANARY}")
    told = both(caplog.records[-1])
    assert CANARY not in told
    assert "refused: DisallowedHost" in told


@pytest.mark.django_db
def test_celery_tells_of_a_failed_task_without_its_arguments(caplog):
    from celery import current_app

    @current_app.task(name="tests.fails", shared=False)
    def fails(person: str) -> None:
        raise ValueError(f"no such person: {person}")

    try:
        with caplog.at_level(logging.INFO, "celery.app.trace"):
            fails.apply(args=[CANARY])
    finally:
        current_app.tasks.pop("tests.fails")
    [made] = [made for made in caplog.records if made.name == "celery.app.trace"]
    assert CANARY in made.getMessage()
    assert CANARY not in both(made)
    assert "tests.fails" in both(made)
    assert "ValueError" in both(made)


def test_what_a_library_hangs_on_a_record_is_left_out():
    assert CANARY not in both(record("x", request=CANARY, data={"args": CANARY}))


def test_a_line_that_cannot_be_put_together_tells_no_arguments(capsys):
    assert "said %s and %s" in both(record("said %s and %s", CANARY))
    assert CANARY not in both(record("said %s and %s", CANARY))


def test_an_error_without_an_exception_does_not_break_the_line():
    try:
        made = logging.LogRecord("x", logging.ERROR, "f", 1, "x", None, sys.exc_info())
    finally:
        pass
    assert json.loads(JSON.format(made))["message"] == "x"


class _Response:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
