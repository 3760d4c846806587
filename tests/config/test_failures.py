"""What fails outside the code is told in a sentence that names what to do, and never in a traceback."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

from config.failures import in_words
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "SECRET_KEY": "s" * 60, "CACHE_URL": "redis://127.0.0.1:1/1", **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (OperationalError('connection failed: FATAL:  password authentication failed for user "slz"'), "password"),
        (OperationalError('connection failed: FATAL:  database "slz" does not exist'), "DATABASE_URL"),
        (OperationalError("connection failed: connection to server at 127.0.0.1 failed: refused\nhint"), "Does it run"),
        (OperationalError("unable to open database file"), "DATABASE_URL"),
        (ProgrammingError('relation "common_journalentry" does not exist\nLINE 1: …'), "manage.py migrate"),
        (OperationalError("no such table: units_unit"), "manage.py migrate"),
        (ProgrammingError("permission denied for table units_unit"), "DATABASE_OWNER_URL"),
        (ImproperlyConfigured("SECRET_KEY is missing"), "SECRET_KEY"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/slz/var/media"), "user of the service"),
        (OSError(errno.ENOSPC, "No space left on device", "/srv/x"), "/srv/x: No space left"),
    ],
)
def test_it_names_what_to_do_in_one_line(error, names):
    told = in_words(error)
    assert names in told
    assert "\n" not in told


@pytest.mark.parametrize("error", [ValueError("odd"), OperationalError("deadlock detected"), OSError(errno.EIO, "I/O")])
def test_a_fault_of_the_code_stays_a_traceback(error):
    assert in_words(error) is None


@pytest.mark.parametrize("command", ["check_media", "verify_all", "check_pulse", "export_practices", "migrate"])
def test_commands_say_that_the_database_does_not_answer(tmp_path, command):
    address = f"postgres://slz:secret-word@127.0.0.1:{free_port()}/slz"
    ended = run(tmp_path, "manage.py", command, DATABASE_URL=address)
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in ended.stderr
    assert "secret-word" not in ended.stderr
    assert "Traceback" in run(tmp_path, "manage.py", command, "--traceback", DATABASE_URL=address).stderr


def test_commands_before_the_first_migrate_name_it(tmp_path):
    ended = run(tmp_path, "manage.py", "verify_all", DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")
    assert "Run `manage.py migrate` first." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_web_server_says_which_setting_stops_it(tmp_path):
    ended = run(tmp_path, "-m", "config.web", "--port", str(free_port()), SITE_URL="https://konkurs.miasto.test")
    assert ended.returncode == 1
    assert "ALLOWED_HOSTS does not contain konkurs.miasto.test of SITE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
