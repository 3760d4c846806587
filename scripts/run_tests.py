"""The whole suite: on SQLite always, on PostgreSQL and Redis where they answer, in Chromium where there is one.

    python -m scripts.run_tests [options of pytest]

REQUIRE_SERVICES=1 makes an absent service a failure. TEST_DATABASE_URL and TEST_REDIS_URL name other servers.
"""

import os
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/slz"
REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/9"
REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
OUR_OWN = ("TEST_DATABASE_URL", "DATABASE_URL", "DEMO", "DEBUG")  # each run sets what it needs
STRICT = "--ds=tests.settings --strict-markers --strict-config"  # not -q: the summary lines are wanted
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def postgres_version() -> str:
    parts = urlsplit(DATABASE_URL)
    try:
        with psycopg.connect(parts._replace(path="/postgres").geturl(), connect_timeout=3) as connection:
            return f"PostgreSQL {connection.info.server_version // 10000} at {parts.hostname}:{parts.port or 5432}"
    except psycopg.Error:
        return ""


def redis_version() -> str:
    parts = urlsplit(REDIS_URL)
    try:
        version = redis.Redis.from_url(REDIS_URL, socket_timeout=2, socket_connect_timeout=2).info()["redis_version"]
    except redis.RedisError:
        return ""
    return f"Redis {version} at {parts.hostname}:{parts.port or 6379}"


def browser() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def run(title: str, options: list[str], **environment: str) -> int:
    print(f"\n=== {title}", flush=True)
    started = time.monotonic()
    variables = {key: value for key, value in os.environ.items() if key not in OUR_OWN}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",  # tests marked xdist_group share one process and what it built
        "-o",
        "addopts=--ds=tests.settings --strict-markers --strict-config",
        *options,
    ]
    code = subprocess.run(command, env=variables | environment, check=False).returncode
    outcome = "passed" if code == 0 else f"FAILED ({code})"
    print(f"=== {title}: {outcome} in {time.monotonic() - started:.0f} s", flush=True)
    return code


def main(options: list[str]) -> int:
    postgres, broker, chromium = postgres_version(), redis_version(), browser()
    found = {"PostgreSQL": postgres, "Redis": broker, "Chromium": chromium}
    for name, what in found.items():
        print(f"{name}: {what or 'not here'}", flush=True)
    absent = [name for name, what in found.items() if not what]
    if absent and REQUIRED:
        print(f"REQUIRE_SERVICES=1, and these are missing: {', '.join(absent)}", flush=True)
        return 1
    codes = [run("SQLite", ["-m", "not postgres and not slow", *options])]
    if postgres and broker:
        settings = {"TEST_DATABASE_URL": DATABASE_URL, "TEST_REDIS_URL": REDIS_URL}
        codes.append(run("PostgreSQL and Redis", ["-m", "not browser and not slow", *options], **settings))
    else:
        print("\n=== PostgreSQL and Redis: NOT RUN", flush=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
