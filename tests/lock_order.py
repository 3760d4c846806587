"""Locks of rows are taken in one order: the edition, people, the session, entries, what hangs on an entry.

Two transactions that lock the same rows in opposite orders wait for each other until PostgreSQL kills one. Every test
on PostgreSQL is watched: the tables that one service call locks are written down, and the call that goes back in ORDER
fails its test.

A transaction that makes an edition (the demonstration: a whole contest at once) may lock as it likes: nobody else sees
its rows. Only calls nested in a test's own transaction are told apart from one another, which is most of them; those
that race on connections of their own are judged by what happens to them.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection

ORDER = (
    "contest_edition",
    "contest_jurymember",
    "accounts_membership",
    "accounts_staffrole",
    "accounts_user",
    "account_emailaddress",
    "mfa_authenticator",
    "units_unit",
    "awards_jurysession",
    "applications_application",
    "applications_numbersequence",
    "applications_applicationversion",
    "applications_attachment",
    "jury_assignment",
    "jury_scoresheet",
    "jury_impartialitydeclaration",
    "jury_sitevisit",
    "awards_certificate",
    "awards_certificatesequence",
    "practices_practice",
    "practices_practiceattachment",
    "notifications_outboxmessage",
    "common_taskrun",
    "common_verification",
)
# `FOR UPDATE OF` names the table; without it the columns do. SKIP LOCKED waits for nobody.
_LOCKING = re.compile(r'^SELECT "(\w+)"\..*\bFOR UPDATE(?: OF "(\w+)")?$', re.DOTALL)


class Watch:
    """An `execute_wrapper` that remembers, for each outermost savepoint, what was locked in it."""

    def __init__(self) -> None:
        self.held: dict[str, list[str]] = defaultdict(list)
        self.making_an_edition: set[str] = set()
        self.wrong: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if connection.savepoint_ids:
            transaction = str(connection.savepoint_ids[0])
            if sql.startswith('INSERT INTO "contest_edition"'):
                self.making_an_edition.add(transaction)
            if (found := _LOCKING.search(sql)) and transaction not in self.making_an_edition:
                self._lock(transaction, found[2] or found[1])
        return execute(sql, params, many, context)

    def _lock(self, transaction: str, table: str) -> None:
        held = self.held[transaction]
        if table in held:
            return
        if table not in ORDER:
            self.wrong.append(f"{table}, which has no place in it")
            return
        if held and ORDER.index(table) < max(map(ORDER.index, held)):
            self.wrong.append(f"{table} after {', '.join(held)}")
        held.append(table)
