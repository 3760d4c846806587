"""The one lock of SQLite is waited for, by writers and readers, until the patience ends."""

import sqlite3
import threading

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.django_db


@pytest.fixture
def database(tmp_path):
    """A file of its own and a connection to it by our backend, patient for half a second."""
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE t (n)")
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.5}
    handler = ConnectionHandler({"default": {"ENGINE": "common.backends.sqlite3", "NAME": path, "OPTIONS": options}})
    yield path, handler["default"]
    handler["default"].close()


def hold(path, statement, seconds):
    """Another process's transaction, ended after `seconds`."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute(statement)
    other.execute("INSERT INTO t VALUES (0)")
    threading.Timer(seconds, lambda: (other.commit(), other.close())).start()


def write(connection):
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("INSERT INTO t VALUES (1)")
        cursor.execute("COMMIT")


def count(connection):
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM t").fetchone()[0]


def test_a_writer_waits_for_another(database):
    path, connection = database
    hold(path, "BEGIN IMMEDIATE", 0.2)
    write(connection)
    assert count(connection) == 2


def test_a_reader_waits_for_a_commit(database):
    path, connection = database
    hold(path, "BEGIN EXCLUSIVE", 0.2)
    assert count(connection) == 1


def test_patience_ends(database):
    path, connection = database
    hold(path, "BEGIN EXCLUSIVE", 1.0)
    with pytest.raises(OperationalError, match="locked"):
        write(connection)


def test_another_error_is_told_at_once(database):
    _path, connection = database
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="no such table"):
        cursor.execute("SELECT * FROM nowhere")
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone() == (500,)
