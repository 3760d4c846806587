"""Locks that make the rules hold when many people press a button at once."""

from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import QuerySet

from common.prepared import Prepared, Values

ModelT = TypeVar("ModelT", bound=models.Model)

_DEADLINE_LOCK_SPACE = 0x534C  # any constant: keeps our advisory keys apart from other uses


def lock_row(queryset: QuerySet[ModelT], **lookup: Any) -> ModelT:
    """Fetch one row and hold its lock until the transaction ends; raises Model.DoesNotExist.

    On SQLite the IMMEDIATE transaction already excludes every other writer.
    """
    return queryset.select_for_update(of=("self",)).get(**lookup)


def lock_prepared(statement: Prepared[ModelT], values: Values) -> ModelT:
    """The same by a statement kept ready, which asks `select_for_update` itself."""
    _require_transaction()
    row = statement.first(values)
    if row is None:
        raise statement.model.DoesNotExist  # type: ignore[attr-defined]
    return row


def share_deadline(edition_id: int) -> None:
    """Submitters share this lock; `exclude_submitters` waits for them and keeps new ones out.

    Read the clock in the statement AFTER this one: the lock may have been waited for.
    """
    _advisory("pg_advisory_xact_lock_shared", edition_id)


def exclude_submitters(edition_id: int) -> None:
    """Closing a call holds this alone, so nobody submits while the edition moves on."""
    _advisory("pg_advisory_xact_lock", edition_id)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a lock outside a transaction protects nothing")


def _advisory(function: str, key: int) -> None:
    _require_transaction()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [_DEADLINE_LOCK_SPACE, key])
