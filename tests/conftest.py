"""What every test may use, and what a test does when the service it needs is not there.

On SQLite always; on PostgreSQL and Redis with TEST_DATABASE_URL (`make test` runs both). A test marked
`postgres` is skipped where there is none; with REQUIRE_SERVICES=1 that is a failure.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from tests import servers

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"

# How long one example takes says more about the machine than about the code.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def absent(what: str) -> None:
    """Skip, or fail where services are required."""
    (pytest.fail if REQUIRED else pytest.skip)(f"{what} is not here")


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"database: {engine}; services required: {'yes' if REQUIRED else 'no'}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        absent("PostgreSQL (TEST_DATABASE_URL)")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rate limits counted by one test are no business of the next."""
    cache.clear()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[servers.RedisServer]:
    if not servers.has_redis_server():
        absent("redis-server")
    server = servers.RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_sink() -> Iterator[servers.MailSink]:
    sink = servers.MailSink()
    sink.controller.start()
    yield sink
    sink.controller.stop()
