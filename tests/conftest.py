"""What every test may use, and what a test does when the service it needs is not there.

On SQLite always; on PostgreSQL and Redis with TEST_DATABASE_URL (`make test` runs both). A test marked
`postgres` is skipped where there is none; with REQUIRE_SERVICES=1 that is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings

from common.kernel import evidence
from common.models import EvidenceKey
from tests import cases, lock_order, servers, tampering
from tests import own_database as own_databases
from tests.cases import figure  # noqa: F401 — a fixture

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"

# How long one example takes says more about the machine than about the code.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")

BaseDatabaseOperations.execute_sql_flush = tampering.flush_as_owner


def absent(what: str) -> None:
    """Skip, or fail where services are required."""
    (pytest.fail if REQUIRED else pytest.skip)(f"{what} is not here")


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"database: {engine}; services required: {'yes' if REQUIRED else 'no'}"


def pytest_configure(config: pytest.Config) -> None:
    for marker in cases.MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Random order, but what shares the one walk of tests/access stands together: else it is made again and again."""
    cases.mark_items(items)
    items.sort(key=lambda item: not item.nodeid.startswith("tests/access/"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.option.markexpr and "case" in config.option.markexpr:
        cases.print_summary(terminalreporter)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        absent("PostgreSQL (TEST_DATABASE_URL)")


@pytest.fixture(autouse=True)
def locks_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """See tests/lock_order.py. SQLite has one lock for everything, so there is nothing to watch."""
    marker = request.node.get_closest_marker("django_db")
    one_walk = request.node.nodeid.startswith("tests/access/")  # all its requests in one transaction
    if marker is None or one_walk or connection.vendor != "postgresql":
        yield
        return
    watch = lock_order.Watch()
    with connection.execute_wrapper(watch):
        yield
    assert not watch.wrong, f"locked against the order: {'; '.join(watch.wrong)}"


@pytest.fixture(autouse=True)
def evidence_key(request: pytest.FixtureRequest) -> None:
    """Known beforehand, so that it is not made within a test that counts statements.

    Where others look into the database too, theirs is the same: a flush takes the row away with all others.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        row, _made = EvidenceKey.objects.get_or_create(pk=1, defaults={"key": (b"k" * 32).hex()})
        evidence._keys[str(connection.settings_dict["NAME"])] = bytes.fromhex(row.key)
    else:
        evidence._keys.setdefault(str(connection.settings_dict["NAME"]), b"k" * 32)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rate limits counted by one test, and what it kept for a minute, are no business of the next."""
    cache.clear()
    caches["copies"].clear()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[servers.RedisServer]:
    if not servers.has_redis_server():
        absent("redis-server")
    server = servers.RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PostgresServer]:
    """A PostgreSQL of this test's own, which it may stop as it likes; empty, running."""
    if not servers.has_postgres_server():
        absent("initdb of PostgreSQL")
    server = servers.PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def copied_database(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with django_db_blocker.unblock():
        name = own_databases.prepare(tmp_path_factory.mktemp("copied"))
        yield name
        if connection.vendor == "postgresql":
            own_databases.drop_database(name)


@pytest.fixture
def own_database(copied_database: str, db: None, tmp_path: Path, settings) -> Iterator[Path]:
    """A migrated, empty database and media folder of this test's own; gives the media folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    if connection.vendor == "postgresql":
        with own_databases.using(copied_database):
            yield settings.MEDIA_ROOT
            own_databases.empty()
    else:
        with own_databases.using(shutil.copy(copied_database, tmp_path / "own.sqlite3")):
            yield settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """STATIC_ROOT with collected, hashed files, for web servers in processes of their own."""
    folder = tmp_path_factory.mktemp("static")
    arguments = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    changes = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "tests-only",
        "DEBUG": "1",
        "DATABASE_URL": "sqlite://:memory:",
        "STATIC_ROOT": str(folder),
    }
    subprocess.run(arguments, cwd=servers.ROOT, env={**os.environ, **changes}, check=True)
    return str(folder)


@pytest.fixture
def mail_sink() -> Iterator[servers.MailSink]:
    sink = servers.MailSink()
    sink.controller.start()
    yield sink
    sink.controller.stop()
