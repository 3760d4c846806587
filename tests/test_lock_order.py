"""The watcher of locks sees what the service asks of PostgreSQL, and tells of a lock taken backwards."""

from typing import Any

import pytest

from tests.lock_order import Watch

EDITION = 'SELECT "contest_edition"."id" FROM "contest_edition" WHERE "contest_edition"."id" = %s FOR UPDATE'
ENTRY = (
    'SELECT "applications_application"."id", EXISTS(SELECT 1 FROM "jury_assignment") FROM "applications_application" '
    'INNER JOIN "units_unit" ON TRUE FOR UPDATE OF "applications_application"'
)


def watched(monkeypatch: pytest.MonkeyPatch, *statements: tuple[str, str]) -> list[str]:
    """What is told of these (savepoint, statement) in turn."""
    watch = Watch()
    for savepoint, sql in statements:
        monkeypatch.setattr("tests.lock_order.connection", type("Connection", (), {"savepoint_ids": [savepoint]}))
        watch(lambda *_asked: None, sql, (), False, dict[str, Any]())
    return watch.wrong


def test_locks_in_the_order_and_taken_again_are_fine(monkeypatch) -> None:
    assert watched(monkeypatch, ("a", EDITION), ("a", ENTRY), ("a", EDITION)) == []


def test_a_lock_taken_backwards_is_told_with_what_was_held(monkeypatch) -> None:
    told = watched(monkeypatch, ("a", ENTRY), ("a", EDITION))
    assert told == ["contest_edition after applications_application"]


def test_another_transaction_begins_anew(monkeypatch) -> None:
    assert watched(monkeypatch, ("a", ENTRY), ("b", EDITION)) == []


def test_what_skips_locked_rows_waits_for_nobody(monkeypatch) -> None:
    assert watched(monkeypatch, ("a", ENTRY), ("a", EDITION + " SKIP LOCKED")) == []


def test_a_table_without_a_place_is_told(monkeypatch) -> None:
    told = watched(monkeypatch, ("a", EDITION.replace("contest_edition", "contest_secret")))
    assert told == ["contest_secret, which has no place in it"]


def test_who_makes_an_edition_in_the_same_transaction_locks_as_they_like(monkeypatch) -> None:
    making = 'INSERT INTO "contest_edition" ("year") VALUES (%s)'
    assert watched(monkeypatch, ("a", making), ("a", ENTRY), ("a", EDITION)) == []
