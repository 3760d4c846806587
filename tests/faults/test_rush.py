"""Many applicants save and send until the clock ends the call (issue 3's deadline rush, shortened)."""

import subprocess
import sys

import pytest

from tests.servers import ROOT, has_redis_server

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
SECONDS, PEOPLE, THINK = 15, 20, 3


@pytest.mark.skipif(not has_redis_server(), reason="needs redis-server")
def test_in_a_rush_nothing_acknowledged_is_lost_and_nothing_is_accepted_late(static_root):
    """Ends with 1 when a rule is broken; how fast it answers is judged by `make rush` on idle cores only."""
    options = f"--seconds {SECONDS} --people {PEOPLE} --think {THINK} --p95 0 --static {static_root}".split()
    command = [sys.executable, "-m", "scripts.rush", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("\n  ok  ") == 10
