"""The database part of a backup set on SQLite: a copy by SQLite's online backup, which waits for no writer's end.

Restoring works on a copy beside the database and, when everything was verified, writes it over the
database in one transaction of SQLite: after a crash the next opening finds the old contents whole.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections

from common.backup_set import DATABASE, BackupRefused, Manifest, Progress, SetWriter, count_rows

COPY = f"{DATABASE}/db.sqlite3"
WAIT_FOR_OTHERS = 20.0  # seconds


def tables() -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    return sorted(table.name for table in found if table.type == "t")


@contextmanager
def snapshot(writer: SetWriter, manifest: Manifest, told: Progress) -> Iterator[None]:
    """Copy the database as it is at one moment; within the block the connection reads that copy."""
    target = writer.place(COPY)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy, progress=_or_give_up(told, "copying the database, page"))
    writer.add_written(COPY)
    with reading(target):
        manifest.counts.update(count_rows(tables()))
        yield


@contextmanager
def replaced(folder: Path, manifest: Manifest, told: Progress) -> Iterator[None]:
    """Put the set's database in the place of this one; within the block the connection reads the new one.

    Permanent when the block ends well; after an exception nothing has happened.
    """
    database = Path(connection.settings_dict["NAME"])
    draft = database.with_name(f"{database.name}.restoring")
    draft.unlink(missing_ok=True)
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(folder / COPY, draft)
        with reading(draft):
            yield
        connection.close()
        if not database.exists() or not database.stat().st_size:
            database.touch()
            database.chmod(0o600)
        with closing(sqlite3.connect(draft)) as source, closing(sqlite3.connect(database, timeout=0)) as target:
            source.backup(target, progress=_or_give_up(told, "writing the database, page"))
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(f"{draft.name}-journal").unlink(missing_ok=True)


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """This thread's connection is one to `file`; other threads keep theirs."""
    usual = connections["default"]
    changed = type(usual)({**usual.settings_dict, "NAME": str(file)}, "default")
    connections["default"] = changed
    try:
        yield
    finally:
        changed.close()
        connections["default"] = usual


def _or_give_up(told: Progress, what: str) -> Callable[[int, int, int], None]:
    """sqlite3 tries a locked database for ever; it calls this at each try, and an exception ends the trying."""
    started = time.monotonic()

    def step(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() - started > WAIT_FOR_OTHERS:
            raise BackupRefused(f"somebody kept the database locked for {WAIT_FOR_OTHERS:.0f} seconds")
        told(what, total - remaining, total)

    return step
