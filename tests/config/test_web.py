"""`python -m config.web`: several processes on one port."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.servers import ROOT, environment, wait_until, web


@pytest.fixture
def variables(tmp_path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "DEBUG": "1"}  # several processes on SQLite


def workers_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_process_that_dies_is_replaced_and_all_end_when_asked(tmp_path, variables):
    with web(tmp_path / "log", "redis://127.0.0.1:1/0", workers=2, **variables) as running:
        before = workers_of(running.process.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        wait_until(
            lambda: len(workers_of(running.process.pid)) == 2 and before[0] not in workers_of(running.process.pid),
            10,
            "another process",
        )
        assert answers(running.url)
        now = workers_of(running.process.pid)
        running.process.terminate()
        assert running.process.wait(10) == 0
        assert [pid for pid in now if Path(f"/proc/{pid}").exists()] == []
    assert "a web process ended" in (tmp_path / "log").read_text()


def test_nobody_is_left_when_the_watching_process_is_killed(tmp_path, variables):
    with web(tmp_path / "log", "redis://127.0.0.1:1/0", workers=2, **variables) as running:
        workers = workers_of(running.process.pid)
        running.process.kill()
        running.process.wait(10)
        wait_until(lambda: not answers(running.url), 10, "the port being free")
        wait_until(lambda: not [pid for pid in workers if is_running(pid)], 15, "the processes being gone")


def is_running(pid: int) -> bool:
    """A process that ended and nobody asked about is still listed, as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_explained(variables):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "config.web", "--port", str(taken.getsockname()[1])]
        told = subprocess.run(
            command, cwd=ROOT, env=environment(**variables), capture_output=True, text=True, check=False
        )
    assert told.returncode == 1
    assert "cannot be used" in told.stderr
    assert "Traceback" not in told.stderr
