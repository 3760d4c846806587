"""SQLite under several processes: nobody is told "locked", and a killed writer harms nothing."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests import servers

MEMORY = Path("/dev/shm")


def run(what: str, folder: Path) -> dict[str, Any]:
    """What tests/faults/sqlite_writers.py found."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": servers.SECRET_KEY,
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.sqlite_writers", what],
        cwd=servers.ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


@pytest.fixture
def quick_folder(tmp_path):
    """In memory where there is such a folder: how writers wait for each other is the question, not the disk."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.case(23)
def test_eight_writers_of_a_hundred_writes_are_never_told_locked(quick_folder, figure):
    found = run("together", quick_folder)
    assert (found["done"], found["locked"]) == (800, 0)
    assert found["numbers"] == [f"{number:04d}" for number in range(1, 81)]
    figure(f"800 writes, 80 of them submissions: locked 0, slowest {found['slowest']:.1f} s, {found['seconds']:.0f} s")


@pytest.mark.slow
@pytest.mark.case(23, control=True)
def test_with_transactions_that_read_first_and_write_later_they_are(quick_folder, figure):
    found = run("deferred", quick_folder)
    assert found["locked"] > 0
    figure(f"DEFERRED transactions, 160 writes: {found['locked']} told locked")


@pytest.mark.slow
@pytest.mark.case(24)
def test_a_writer_killed_twenty_times_leaves_a_whole_database(tmp_path, figure):
    found = run("killed", tmp_path)
    assert found["kills"] == 20
    assert found["acknowledged"] >= 20
    assert (found["lost"], found["integrity"], found["journal"]) == (0, ["ok"], "")
    figure(
        f"20 kills, {found['acknowledged']} acknowledged writes: lost 0, integrity ok,"
        f" {found['sealed']} entries of the journal whole"
    )
