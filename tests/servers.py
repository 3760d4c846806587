"""Real servers for tests of faults: a private Redis, a Celery worker, a mail server that keeps what it gets."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], seconds: float = 30.0, what: str = "the condition") -> float:
    """How long it took; an AssertionError when it did not come true in time."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - started


class RedisServer:
    """A Redis of this test's own, on its own port; it can be frozen, stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, socket_timeout=2)

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)

        def answers() -> bool:
            try:
                return bool(self.client.ping())
            except redis.exceptions.ConnectionError:
                return False

        wait_until(answers, 10, "Redis answering")

    def stop(self) -> None:
        if self.process:
            self.thaw()
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def freeze(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)


class MailSink:
    """An SMTP server on a port of its own; `answers` maps a recipient to a refusal such as "550 no such user"."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.answers: dict[str, str] = {}
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if refusal := self.answers.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(message_from_bytes(envelope.content))
        return "250 OK"


def environment(**changes: str) -> dict[str, str]:
    """What a process of the service needs to work on this test's database."""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        login = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        url = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    else:
        url = f"sqlite:///{database['NAME']}"
    values = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DATABASE_URL": url,
        "CACHE_URL": "dummycache://",
        "DEBUG": "0",
        "DEMO": "0",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **values, **changes}


@contextmanager
def process(*arguments: str, log: Path, **changes: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the service in a group of its own, ended with all its children."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**changes),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield running
        finally:
            end(running)


def end(running: "subprocess.Popen[bytes]", *, at_once: bool = False) -> None:
    """Stop a process and its children; `at_once` is kill -9."""
    if running.poll() is None and not at_once:
        running.terminate()
        try:
            running.wait(8)
        except subprocess.TimeoutExpired:
            at_once = True
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    running.wait(10)


@contextmanager
def worker(log: Path, broker: str, mail: str, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker with two children; with `-B` among the options, beat too."""
    arguments = ["-m", "celery", "-A", "celery_app", "worker", "-c", "2", "-l", "INFO", *options]
    with process(*arguments, log=log, CELERY_BROKER_URL=broker, EMAIL_URL=mail) as running:
        wait_until(lambda: b"ready." in log.read_bytes(), 30, "the worker being ready")
        yield running


def has_redis_server() -> bool:
    return shutil.which("redis-server") is not None
