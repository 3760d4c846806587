"""What only the owner of the database can do to the journal: tests change rows behind the triggers' back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection
from django.db.backends.base.operations import BaseDatabaseOperations

from common.kernel import guards

_flush = BaseDatabaseOperations.execute_sql_flush


@contextmanager
def as_owner() -> Iterator[None]:
    """Within the block no trigger refuses anything (PostgreSQL: nor does a foreign key)."""
    if connection.vendor == "postgresql":
        _on_postgres("replica")
        try:
            yield
        finally:
            with suppress(Error):  # a failed transaction takes the setting back itself
                _on_postgres("origin")
        return
    lifted = guards._triggers().keys() - set(guards.missing_triggers())
    with connection.cursor() as cursor:
        for _table, name in lifted:
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        guards._make(sorted(lifted))


def _on_postgres(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET session_replication_role = {role}")


def flush_as_owner(self, sql_list) -> None:  # type: ignore[no-untyped-def]
    """In place of Django's: after a test with transactions of its own the tables of the journal are emptied too."""
    with as_owner():
        _flush(self, sql_list)
