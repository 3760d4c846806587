"""What keeps rows of the journal as they were written: triggers on both engines, rights of the roles on PostgreSQL.

On PostgreSQL the tables belong to an owner role; the service works as another one, which may only add to and read
these tables, so not even whoever breaks into the service can change them. On SQLite whoever can write the file can
drop a trigger: there it is a guard against mistakes and no proof (docs/adr/0076).

Both are put back after every `migrate` and `restore`: SQLite loses the triggers of a table that a migration rebuilds.
"""

import logging
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection, transaction

logger = logging.getLogger(__name__)

APPEND_ONLY = (
    "common_journalentry",
    "common_journalseal",
    "common_journalcheckpoint",
    "common_journalepoch",
    "common_signingkey",
    "common_filesignature",
)
ENTRIES = "common_journalentry"
REFUSED = "rows of the journal are only ever added, never changed or deleted"
GUARD = "slz_append_only"
NUMBERING = "slz_note_transaction"

# Not definer's functions: they read nothing.
FUNCTIONS = {
    GUARD: f"""
BEGIN
  RAISE EXCEPTION '%: {REFUSED}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    NUMBERING: """
BEGIN
  NEW.transaction_number := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END
""",
}


def _triggers() -> dict[tuple[str, str], str]:
    """(table, name of the trigger) → its statement, of the engine in use."""
    if connection.vendor == "postgresql":
        when = {(table, GUARD): "BEFORE UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT" for table in APPEND_ONLY}
        when[(ENTRIES, NUMBERING)] = "BEFORE INSERT ON {} FOR EACH ROW"
        return {
            (table, name): f"CREATE OR REPLACE TRIGGER {name} {text.format(table)} EXECUTE FUNCTION {name}()"
            for (table, name), text in when.items()
        }
    return {
        (table, f"{GUARD}_{verb}_{table}".lower()): (
            f"CREATE TRIGGER {GUARD}_{verb}_{table} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{table}: {REFUSED}'); END"
        )
        for table in APPEND_ONLY
        for verb, when in (
            ("update", f"UPDATE ON {table}"),
            ("delete", f"DELETE ON {table}"),
            ("replace", f"INSERT ON {table} WHEN {_is_taken(table)}"),
        )
    }


def _is_taken(table: str) -> str:
    """In SQL: is there a row that INSERT OR REPLACE would take away? That fires no trigger of DELETE.

    A table whose key is no INTEGER has a hidden number of rows besides, by which a row can be replaced too.
    """
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    unique = ["rowid", *(field.column for field in model._meta.concrete_fields if field.unique)]
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.{column})"  # noqa: S608 — names of ours
        for column in unique
    )


def missing_triggers() -> list[tuple[str, str]]:
    """Those that are not there, switched off or not what this code makes; (table, trigger) in order."""
    there = _working_triggers()
    return sorted(key for key, statement in _triggers().items() if there.get(key) != _expected(key, statement))


def _expected(key: tuple[str, str], statement: str) -> str:
    return FUNCTIONS[key[1]] if connection.vendor == "postgresql" else statement


def _working_triggers() -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
                "JOIN pg_proc AS p ON p.oid = t.tgfoid "
                "WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A') "
                "AND t.tgname = ANY(%s)",
                [list(FUNCTIONS)],
            )
        else:
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): source for table, name, source in cursor.fetchall()}


def ensure(**_of_the_signal: Any) -> None:
    """Put back what is missing, as the owner of the tables; changes nothing where all is as it should be."""
    with transaction.atomic():
        there = set(connection.introspection.table_names())
        if not there.issuperset(APPEND_ONLY):
            return  # `migrate` to a state before these tables
        if missing := missing_triggers():
            _make(missing)
        _grant()


def _make(missing: list[tuple[str, str]]) -> None:
    statements = _triggers()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
                )
        for table, name in missing:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(statements[(table, name)])
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def _grant() -> None:
    """What the service's role may do, where another one owns the tables; tables of later migrations are included."""
    runtime = settings.DATABASE_RUNTIME_ROLE
    if connection.vendor != "postgresql" or not runtime:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [runtime])
        user, known = cursor.fetchone()
        if user == runtime or not known:
            return
        role = connection.ops.quote_name(runtime)
        schema = _schema(cursor)
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        rows, numbers = "SELECT, INSERT, UPDATE, DELETE", "SELECT, USAGE"
        for what, rights in (("TABLES", rows), ("SEQUENCES", numbers)):
            cursor.execute(f"GRANT {rights} ON ALL {what} IN SCHEMA {schema} TO {role}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON {what} TO {role}")
        cursor.execute(f"REVOKE ALL ON {', '.join(APPEND_ONLY)} FROM {role}")
        cursor.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {role}")


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return connection.ops.quote_name(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Protection:
    """How well the journal's rows are kept from whoever holds the service's own connection."""

    engine: str
    one_role: bool  # the service itself could change or delete them, or take the triggers away


def protection() -> Protection:
    """One statement."""
    if connection.vendor != "postgresql":
        return Protection(connection.vendor, one_role=True)
    asked = " OR ".join(
        f"has_table_privilege('{table}', '{right}')"
        for table in APPEND_ONLY
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {asked} OR EXISTS (SELECT FROM pg_class WHERE oid = '{ENTRIES}'::regclass "  # noqa: S608 — names of ours
            "AND pg_has_role(relowner, 'MEMBER'))"
        )
        return Protection(connection.vendor, one_role=bool(cursor.fetchone()[0]))


ONE_ROLE = (
    "The role of DATABASE_URL owns the tables of the journal, so whoever breaks into the service could change it. "
    "Use two roles: the owner in DATABASE_OWNER_URL, for `migrate` and `restore` only (docs/operations.md)."
)


def warn_of_one_role() -> None:
    """For the start of a process; a database that does not answer is told about elsewhere."""
    if connection.vendor != "postgresql":
        return
    try:
        if protection().one_role:
            logger.warning("%s", ONE_ROLE)
    except Exception as error:
        logger.warning("whether the journal is kept from the service's role is not known: %r", error)
    finally:
        connection.close()


@checks.register(checks.Tags.database)
def check_roles(databases: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Asked by `migrate` and `check --database default`: the service's role must not own what it may only add to."""
    if not databases or connection.vendor != "postgresql" or settings.DEBUG:
        return []
    if connection.settings_dict["USER"] != settings.DATABASE_RUNTIME_ROLE:
        return []  # `migrate` and `restore` as the owner
    return [checks.Warning(ONE_ROLE, id="common.W001")] if _is_one_role() else []


def _is_one_role() -> bool:
    """Before the tables are there: whether the role of the service would own them."""
    try:
        with transaction.atomic():
            return protection().one_role
    except DatabaseError:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_has_role(datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()")
            return bool(cursor.fetchone()[0])
