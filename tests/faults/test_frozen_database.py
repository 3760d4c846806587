"""PostgreSQL frozen: alive, connections open, no answer. No thread of the web server waits for ever."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from common.backends.postgresql.base import DatabaseWrapper
from tests import factories
from tests.faults.person import Person
from tests.faults.test_database import copy_database
from tests.servers import SECRET_KEY, PostgresServer, wait_until, web

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]
ANSWER_SECONDS = 4
THREADS = 8  # of the web server: as many as it has wait at once


@pytest.fixture
def frozen_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    yield postgres_server
    postgres_server.thaw()


def timed(ask: Callable[[], object]) -> tuple[float, object]:
    started = time.monotonic()
    answer = ask()
    return time.monotonic() - started, answer


@pytest.mark.case(15)
def test_a_frozen_database_holds_no_page_for_ever_and_pages_come_back_by_themselves(
    tmp_path, redis_server, static_root, frozen_server, settings, figure
):
    settings.SECRET_KEY = SECRET_KEY
    person = Person(factories.make_member(factories.make_unit()))
    copy_database(frozen_server)
    around = {
        "DATABASE_URL": frozen_server.url,
        "STATIC_ROOT": static_root,
        "DATABASE_ANSWER_SECONDS": str(ANSWER_SECONDS),
    }
    desk = reverse("portal:desk")
    with web(tmp_path / "web.log", redis_server.url, **around) as site, ThreadPoolExecutor(THREADS) as pool:

        def status(path: str) -> int:
            return int(person.get(site.url + path).status_code)

        warm = [pool.submit(status, desk) for _thread in range(THREADS)]  # each thread with a connection it keeps
        assert {answer.result() for answer in warm} == {200}
        frozen_server.freeze()
        ready, code = timed(lambda: status("/readyz"))
        waiting = [pool.submit(timed, lambda: status(desk)) for _thread in range(THREADS)]
        pages = [answer.result() for answer in waiting]
        alive, alive_code = timed(lambda: status("/healthz"))
        again, again_code = timed(lambda: status("/readyz"))
        frozen_server.thaw()
        back = wait_until(lambda: status(desk) == 200, 15, "a page after the thaw")
        wait_until(lambda: status("/readyz") in (200, 503) and status(desk) == 200, 15, "readyz")
    assert (code, alive_code, again_code) == (503, 200, 503)
    assert {page_code for _seconds, page_code in pages} == {503}
    slowest = max(seconds for seconds, _code in pages)
    figure(
        f"frozen: /readyz 503 in {ready:.1f} and {again:.1f} s, {THREADS} pages at once 503 in {slowest:.1f} s,"
        f" /healthz in {alive:.1f} s; a page {back:.1f} s after the thaw"
    )
    assert max(ready, again) < 3.5
    assert slowest < 12
    assert alive < 1


@pytest.mark.case(15)
def test_a_statement_that_takes_too_long_ends_in_an_error_and_on_the_server(frozen_server, figure):
    wrapper = patient_connection(frozen_server, answer_seconds=1)
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with pytest.raises(OperationalError), wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    assert wrapper.connection is None or wrapper.connection.closed
    with psycopg.connect(frozen_server.url, autocommit=True) as watch:
        busy = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        took = wait_until(lambda: not watch.execute(busy, [pid]).fetchall(), 5, "the statement ended")
    wrapper.close()
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
    wrapper.close()
    figure(f"cancelled on the server {took:.1f} s after the page gave up; the next question is answered")


@pytest.mark.case(15, control=True)
def test_without_the_limit_a_frozen_database_is_waited_for(frozen_server):
    """What `answer_seconds` prevents: the question is still waiting after twice as long."""
    wrapper = patient_connection(frozen_server, answer_seconds=0)
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        frozen_server.freeze()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(cursor.execute, "SELECT 1")
            with pytest.raises(TimeoutError):
                asked.result(3)
            frozen_server.thaw()
            asked.result(10)
    wrapper.close()


def patient_connection(server: PostgresServer, *, answer_seconds: float) -> DatabaseWrapper:
    values = {
        **connection.settings_dict,
        "HOST": "127.0.0.1",
        "PORT": server.port,
        "USER": "postgres",
        "NAME": "postgres",
    }
    wrapper = DatabaseWrapper(values | {"OPTIONS": {"connect_timeout": 2, "answer_seconds": answer_seconds}}, "patient")
    wrapper.inc_thread_sharing()
    return wrapper
