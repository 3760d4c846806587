"""What is written to the log: one line a record, tied to its request or task, never what a person typed.

A log is read by more people than the database and kept longer than anybody plans, so it holds numbers of people
and names of addresses. The messages of exceptions are kept only where they speak of code or of a server: others
repeat values (`invalid literal …`, `Key (email)=(…) already exists`).
"""

import copy
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest
from django.utils.functional import LazyObject, empty
from kombu.exceptions import OperationalError as BrokerError
from pythonjsonlogger.json import JsonFormatter
from redis.exceptions import RedisError

# Their messages name types, addresses of servers and files, not the contents of a form.
_TELLING = (OSError, OperationalError, BrokerError, RedisError, TypeError, AttributeError, NameError, ImportError)
_ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:=]{1,64}@[^\s@<>()\[\]\"',;:=]{1,255}")
_NOT_FOUND = "unknown"


@dataclass(frozen=True, slots=True)
class Activity:
    """What this thread is busy with: a request, or a task and the request that woke it."""

    request_id: str = ""
    request: HttpRequest | None = None
    task: str = ""
    task_id: str = ""


_NOTHING = Activity()
_activity: ContextVar[Activity] = ContextVar("activity", default=_NOTHING)


def current() -> Activity:
    return _activity.get()


@contextmanager
def busy_with(activity: Activity) -> Iterator[None]:
    """Every line written inside carries this activity."""
    token = _activity.set(activity)
    try:
        yield
    finally:
        _activity.reset(token)


def route_of(request: HttpRequest) -> str:
    """The name of the address: the path itself may hold a key or a code that opens something."""
    match = request.resolver_match
    return match.view_name if match and match.view_name else _NOT_FOUND


def actor_of(request: HttpRequest) -> int | None:
    """The number of the signed-in person, where this request has asked who it is: logging asks nothing itself."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and vars(user)["_wrapped"] is empty:
        return None
    return getattr(user, "pk", None)


def told(error: BaseException) -> str:
    """The kind of an exception, with its message where that can repeat nobody's words."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, _TELLING) and str(error) else kind


class _Discreet(logging.Formatter):
    """Takes from a record what does not belong into a log, whichever library wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.msg, record.args, record.exc_text = _masked(_message_of(record)), None, None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 — the standard library's name
        """Frames without their variables."""
        return _masked("\n\n".join(_chain(ei[1])) if ei[1] else "")


def _chain(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
    yield "".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), told(error)])


def _message_of(record: logging.LogRecord) -> str:
    if record.name.startswith("django.security"):  # its text repeats what was sent
        return f"refused: {record.name.rpartition('.')[2]}"
    arguments: Any = record.args
    request = getattr(record, "request", None)
    if isinstance(arguments, Mapping):
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "an error"
        hidden = {"exc": kind, "traceback": "", "args": "…", "kwargs": "…"}  # as Celery tells of a failed task
        arguments = {key: hidden.get(key, _discreet(value)) for key, value in arguments.items()}
    elif isinstance(request, HttpRequest) and isinstance(arguments, tuple):
        path = request.path.encode("unicode_escape").decode("ascii")  # as Django escapes it for the log
        arguments = tuple(route_of(request) if value == path else _discreet(value) for value in arguments)
    elif isinstance(arguments, tuple):
        arguments = tuple(_discreet(value) for value in arguments)
    text = told(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)
    try:
        return text % arguments if arguments else text
    except (TypeError, ValueError, KeyError):  # a careless line of some library; logging would print its arguments
        return text


def _discreet(value: Any) -> Any:
    return told(value) if isinstance(value, BaseException) else value


def _masked(text: str) -> str:
    """Without e-mail addresses, which servers like to repeat in their answers."""
    return _ADDRESS.sub("[address]", text) if "@" in text else text


class PlainLines(_Discreet):
    """For the eye: the line ends with the number of its request."""

    def format(self, record: logging.LogRecord) -> str:
        activity = current()
        line = super().format(record)
        mark = activity.request_id or activity.task_id
        first, newline, rest = line.partition("\n")
        return f"{first} [{mark}]{newline}{rest}" if mark else line


class JsonLines(_Discreet, JsonFormatter):
    """For programs: docs/operations.md lists the fields. Whatever else a library hangs on a record is left out."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        activity = current()
        request = activity.request
        log_data.update(
            time=datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            level=record.levelname,
            logger=record.name,
            message=record.message,
        )
        facts = {
            "request_id": activity.request_id,
            "method": request.method if request else "",
            "route": route_of(request) if request else "",
            "actor": actor_of(request) if request else None,
            "task": activity.task,
            "task_id": activity.task_id,
            "exception": message_dict.get("exc_info"),
            **getattr(record, "figures", {}),
        }
        log_data.update({name: value for name, value in facts.items() if value not in ("", None)})
