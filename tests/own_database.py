"""A database of one test alone, to drop, replace and migrate as it likes: a copy of the suite's empty one."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from common.backup import engine
from common.restore import rows_now

PULSE = "common_taskrun"  # when each task last went well
EPOCHS = "common_journalepoch"  # a restore adds one
NOTE_OF_EPOCH = "'journal.epoch'"  # and says so in the journal


# Where both engines would show the same at a price: `make test` runs it on SQLite, `make test-faults` on PostgreSQL.
SLOW_ON_POSTGRES = [pytest.mark.slow] if os.environ.get("TEST_DATABASE_URL") else []


def slow_on_postgres(test: Callable[..., None]) -> Callable[..., None]:
    """Making every table costs seconds there: left to `make test-faults`. On SQLite such a test always runs."""
    return pytest.mark.slow(test) if SLOW_ON_POSTGRES else test


def prepare(folder: Path) -> str:
    """Copy the suite's database, while no test is using it; gives the name of the copy."""
    source = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.close()
        # What is copied must have no connections; any that threads of earlier tests left here is ours to end.
        _on_server(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'")
        create_database(f"{source}_own", source)
        return f"{source}_own"
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "own.sqlite3")) as copy:
        connection.connection.backup(copy)
    return str(folder / "own.sqlite3")


@contextmanager
def using(name: str) -> Iterator[None]:
    """This thread's connection, and those of threads begun inside, are to the database `name`."""
    usual = connections["default"]
    settings = connections.settings["default"]  # every new connection reads its name here
    before = settings["NAME"]
    settings["NAME"] = name
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        settings["NAME"] = before


def empty() -> None:
    """Delete what a test wrote: quicker than a new copy, which costs PostgreSQL seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no checks: all rows go
        for table in rows_now():
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SET session_replication_role = origin")


def create_database(name: str, template: str = "template0") -> None:
    drop_database(name)
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop_database(name: str) -> None:
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def contents() -> dict[str, str]:
    """By table a digest of its rows, whatever order they lie in; without what a backup or a restore itself writes."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(engine().tables()) - {PULSE, EPOCHS}:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(text for text in map(repr, cursor.fetchall()) if NOTE_OF_EPOCH not in text)
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def files_in(folder: Path) -> dict[str, str]:
    """By path the SHA-256 of every file."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
