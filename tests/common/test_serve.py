"""`manage.py serve`: web, worker and beat in one process."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests import servers

# The outbox's own kind: its templates need nothing else.
ENQUEUE = (
    "from notifications.services import enqueue; from notifications.outbox_types import Recipient;"
    "enqueue(kind='outbox_alert', subject_key='x', recipient=Recipient('a@example.org'),"
    "context={'at': '2026-05-04T08:00:00+00:00', 'link': 'http://127.0.0.1/'})"
)


@pytest.fixture
def settings_of(tmp_path, mail_sink):
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "EMAIL_URL": mail_sink.url,
        "CACHE_URL": "locmemcache://",
        "STATIC_ROOT": str(tmp_path / "static"),
        "CELERY_BROKER_URL": "memory://",
    }


def manage(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *arguments]
    environment = servers.environment(**changes)
    return subprocess.run(command, cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except urllib.error.HTTPError:
        return False


def test_one_process_serves_sends_mail_and_stops_when_asked(settings_of, mail_sink, tmp_path):
    assert manage("migrate", "-v0", **settings_of).returncode == 0
    port, log = servers.free_port(), tmp_path / "serve.log"
    with servers.process("manage.py", "serve", "--port", str(port), log=log, **settings_of) as running:
        servers.wait_until(lambda: b"Ready:" in log.read_bytes(), 60, "the server being ready")
        servers.wait_until(lambda: is_ready(port), 30, "the first sweep of the embedded worker")
        assert manage("shell", "-c", ENQUEUE, **settings_of).returncode == 0
        servers.wait_until(lambda: mail_sink.received, 40, "the mail sent by the embedded worker")
        started = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
        assert time.monotonic() - started < 7
    assert b"Stopped." in log.read_bytes()


def test_a_taken_port_is_explained(settings_of):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = manage("serve", "--port", str(taken.getsockname()[1]), **settings_of)
    assert ended.returncode == 1
    assert "choose another with PORT=" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_broker_elsewhere_is_refused(settings_of):
    ended = manage("serve", **settings_of | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"})
    assert ended.returncode == 1
    assert "CELERY_BROKER_URL names a broker" in ended.stderr


BROKEN = """
import sys, django
django.setup()
from django.core.management import call_command
from common.management.commands import serve
def broken(server):
    raise OSError("no descriptors left")
serve.Server.run = broken
call_command("serve", port=int(sys.argv[1]))
"""


def test_a_web_server_that_ends_by_itself_is_told_and_is_no_success(settings_of):
    """Whoever restarts it, and whoever reads the log, has to know."""
    command = [sys.executable, "-c", BROKEN, str(servers.free_port())]
    environment = {**servers.environment(**settings_of), "PYTHONPATH": str(servers.ROOT)}
    ended = subprocess.run(command, cwd=servers.ROOT, env=environment, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert b"the web server ended" in ended.stderr
