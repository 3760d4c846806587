"""The database part of a backup set on PostgreSQL: COPY of every table in one snapshot, over our own connection.

Restoring builds the schema by the migrations the set names and fills it, in one transaction: other
connections see the old database until everything was verified, and for ever when anything fails.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from common.backup_set import BLOCK, DATABASE, BackupRefused, Manifest, Progress, SetWriter

ISOLATION = "REPEATABLE READ"  # every statement sees the moment of the first one
WAIT_FOR_OTHERS = "10s"
# Tables of extensions belong to whoever installed the extension.
TABLES = """
SELECT relname FROM pg_class AS c WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
ORDER BY relname
"""
COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
SEQUENCES = """
SELECT t.relname, a.attname, s.oid::regclass::text FROM pg_class AS s
JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2
"""


def tables() -> list[str]:
    return [row[0] for row in _rows(TABLES)]


@contextmanager
def snapshot(writer: SetWriter, manifest: Manifest, told: Progress) -> Iterator[None]:
    """Copy every table as it is at one moment; within the block the connection still reads that moment."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {ISOLATION} READ ONLY")
        names = tables()
        for number, table in enumerate(names, 1):
            manifest.columns[table] = [row[0] for row in _rows(COLUMNS, [table])]
            manifest.counts[table] = 0
            target = f"{DATABASE}/{table}.copy.gz"
            statement = f"COPY {_target(manifest, table)} TO STDOUT"
            with writer.compressed_part(target) as part, cursor.copy(statement) as copy:
                for block in copy:
                    manifest.counts[table] += bytes(block).count(b"\n")  # a row a line: \n in a value is escaped
                    part.write(block)
            told("copying the database, table", number, len(names))
        for table, column, sequence in _rows(SEQUENCES):
            value, called = _rows(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608 — the server spelt the name
            manifest.sequences.append({"table": table, "column": column, "value": value, "called": called})
        yield


@contextmanager
def replaced(folder: Path, manifest: Manifest, told: Progress) -> Iterator[None]:
    """Put the set's rows in the place of the database; within the block the connection reads them.

    Permanent when the block ends well; after an exception nothing has happened.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # Whoever still works on the tables would make this wait without an end.
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_OTHERS}'")
        # Migrations change tables, which PostgreSQL refuses while checks of their rows are put off.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if old := tables():
            cursor.execute(f"DROP TABLE {_names(old)} CASCADE")
        told("making the tables", 0, 1)
        MigrationExecutor(connection).migrate(last_migrations(manifest))
        told("making the tables", 1, 1)
        known = tables()
        if foreign := sorted(table for table in manifest.columns if table not in known and manifest.counts[table]):
            raise BackupRefused(f"no migration of this service makes these tables of the set: {', '.join(foreign)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"TRUNCATE {_names(known)}")
        chosen = [table for table in manifest.columns if table in known]
        for number, table in enumerate(chosen, 1):
            source = folder / DATABASE / f"{table}.copy.gz"
            statement = f"COPY {_target(manifest, table)} FROM STDIN"
            with gzip.open(source) as packed, cursor.copy(statement) as copy:
                while block := packed.read(BLOCK):
                    copy.write(block)
            told("filling the database, table", number, len(chosen))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for row in manifest.sequences:
            if row["table"] in known:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                    [connection.ops.quote_name(row["table"]), row["column"], row["value"], row["called"]],
                )
        yield
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a fresh table has no statistics: the first pages would be slow


def last_migrations(manifest: Manifest) -> list[tuple[str, str]]:
    """The set's schema as targets: of each app the migrations that no other one of the app stands on."""
    graph = MigrationExecutor(None).loader.graph
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    return sorted(
        node
        for node in applied
        if node in graph.nodes
        and not any(child.key[0] == node[0] and child.key in applied for child in graph.node_map[node].children)
    )


def _target(manifest: Manifest, table: str) -> str:
    return f"{connection.ops.quote_name(table)} ({_names(manifest.columns[table])})"


def _names(names: list[str]) -> str:
    """Quoted; Django leaves quotes inside a name as they are, and a set may come from anywhere."""
    if broken := [name for name in names if '"' in name]:
        raise BackupRefused(f"no name of a table or column: {', '.join(broken)}")
    return ", ".join(connection.ops.quote_name(name) for name in names)


def _rows(statement: str, parameters: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
