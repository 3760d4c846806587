"""How much of the code the tests walk through: branches counted, on SQLite and on PostgreSQL together.

    make coverage

Fails below 95 % of everything, or below 100 % of what decides who may do what, what happens when, what reaches people
and who learns a score. Processes that tests start and kill are not counted.
"""

import os
import subprocess
import sys

from scripts.run_tests import DATABASE_URL, REDIS_URL, postgres_version, redis_version

EVERYTHING = 95
WHOLE = (
    "*/permissions*.py",
    "*/workflow.py",
    "notifications/services/*.py",
    # jury sealing: who sees which sheet, total and place, and when
    "jury/queries/conflicts.py",
    "jury/queries/entry.py",
    "jury/queries/results.py",
    "jury/services/closing.py",
    "jury/services/declaring.py",
    "jury/services/sheets.py",
    "jury/scoring.py",
    "jury/ranking.py",
)


def pytest(expression: str, **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-q", "-m", expression]
    command += ["--cov", "--cov-append", "--cov-report="]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def report(*options: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", "report", *options], check=False).returncode


def main() -> int:
    subprocess.run([sys.executable, "-m", "coverage", "erase"], check=True)
    codes = [pytest("not postgres and not browser and not slow")]
    if postgres_version() and redis_version():
        services = {"TEST_DATABASE_URL": DATABASE_URL, "TEST_REDIS_URL": REDIS_URL}
        codes.append(pytest("postgres and not slow", **services))
    print(f"\nAll of it (at least {EVERYTHING} %); files that are whole are left out:", flush=True)
    codes.append(report(f"--fail-under={EVERYTHING}", "--show-missing", "--skip-covered"))
    print("\nPermissions, state machines, outbox, sealing of scores (100 %):", flush=True)
    codes.append(report("--fail-under=100", "--show-missing", f"--include={','.join(WHOLE)}"))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
