"""PostgreSQL goes away: one connection cut in the middle of an act, the whole server stopped at once under a rush."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection, transaction
from django.urls import reverse

from applications.models import Application, ApplicationVersion, NumberSequence
from applications.workflow import State
from awards.models import Announcement, Award, Certificate
from common.locking import lock_row
from common.models import JournalEntry
from notifications.models import OutboxMessage
from notifications.services.delivery import LEASE
from practices.services import announce_edition
from tests import factories, servers
from tests.awards import makers
from tests.faults.person import Person
from tests.pressing import shown_in
from tests.servers import SECRET_KEY, Web, environment, process, wait_until, web

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KEY = 14  # of the advisory lock at which a transaction is held up in its COMMIT
HOLD_UP = f"""
CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({KEY}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER hold_up AFTER INSERT ON common_journalentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_up()
"""


@pytest.fixture
def watch() -> Iterator[psycopg.Connection]:
    """A connection of its own, which sees and ends the others."""
    with psycopg.connect(environment()["DATABASE_URL"], autocommit=True) as watching:
        yield watching


def cut_who_waits(watch: psycopg.Connection, acting: Future[object]) -> None:
    """End the connection that waits for a lock."""
    waiting = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    wait_until(lambda: acting.done() or watch.execute(waiting).fetchall(), 15, "a connection waiting for a lock")


@contextmanager
def held_at_the_number(watch: psycopg.Connection, draft: Application) -> Iterator[None]:
    """Whoever sends waits for the sequence of numbers: the entry is locked, nothing is written yet."""
    with transaction.atomic():
        lock_row(NumberSequence.objects.all(), edition=draft.edition)
        yield


@contextmanager
def held_at_the_commit(watch: psycopg.Connection, draft: Application | None = None) -> Iterator[None]:
    """Whoever writes the journal waits in COMMIT: everything is written and nothing is final."""
    watch.execute(HOLD_UP)
    watch.execute("SELECT pg_advisory_lock(%s)", [KEY])
    try:
        yield
    finally:
        watch.execute("SELECT pg_advisory_unlock(%s)", [KEY])
        watch.execute("DROP FUNCTION hold_up CASCADE")


def cut_in_the_middle(watch: psycopg.Connection, held, act: Callable[[], object]) -> Future[object]:
    """`act` in a thread, cut off where `held` stops it."""
    with ThreadPoolExecutor(1) as pool:
        with held:
            acting = pool.submit(act)
            cut_who_waits(watch, acting)
            wait_until(acting.done, 15, "the end of the act that was cut off")
        return acting


@pytest.mark.case(14)
def test_a_reader_whose_connection_was_cut_is_told_and_nothing_is_half_done(site, watch, figure):
    draft = factories.make_complete_draft()
    NumberSequence.objects.create(edition=draft.edition)
    person = Person(factories.make_member(draft.unit))
    address = reverse("applications:submit", args=[draft.pk])
    read = person.shown(site.url + reverse("applications:check", args=[draft.pk]))

    for held in (held_at_the_number, held_at_the_commit):
        answer = cut_in_the_middle(watch, held(watch, draft), lambda: person.post(site.url + address, read)).result()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "Serwis jest chwilowo niedostępny" in answer.text
        assert "Traceback" not in answer.text
        assert Application.objects.get(pk=draft.pk).state == State.DRAFT
        assert NumberSequence.objects.get().last == 0
        rows = (ApplicationVersion, JournalEntry, OutboxMessage)
        assert [model.objects.count() for model in rows] == [0, 0, 0]

    assert person.post(site.url + address, read).status_code == 302
    assert Application.objects.get(pk=draft.pk).number.endswith("-0001")
    figure("cut before the first write and in COMMIT: both 503, nothing kept; sent again: number 0001")


@pytest.mark.case(14)
def test_an_announcement_cut_at_its_commit_leaves_nothing_and_works_the_second_time(watch, figure):
    edition, _chair = makers.deciding_edition()
    for _ in range(3):
        makers.decided(edition)
    officer = factories.make_officer()
    rows = (Announcement, Award, Certificate, OutboxMessage, JournalEntry)

    def act() -> None:
        close_old_connections()  # as before each request and task
        try:
            announce_edition(actor=officer, edition_id=edition.pk, typed_word="ANNOUNCE")
        finally:
            connection.close()

    with pytest.raises(OperationalError):
        cut_in_the_middle(watch, held_at_the_commit(watch), act).result()
    assert [model.objects.count() for model in rows] == [0] * len(rows)
    act()
    made = [model.objects.count() for model in rows]
    assert made[:3] == [1, 3, 3]
    figure(f"announcement cut in COMMIT: 0 rows; the second time: {made[1]} awards, {made[2]} certificates")


# --- The whole server ------------------------------------------------------------------------------
COUNT, UNITS, CLIENTS, CRASH_AFTER = 200, 20, 6, 60


def copy_database(into: servers.PostgresServer) -> None:
    """Schema and rows of the test's database in the private cluster."""
    programs = servers._postgres_programs()
    dump = subprocess.run(
        [programs / "pg_dump", "--no-owner", environment()["DATABASE_URL"]], check=True, capture_output=True
    )
    load = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", into.url]
    subprocess.run(load, input=dump.stdout, check=True, capture_output=True)


class Rush:
    """Applicants who send every draft again until it is acknowledged."""

    def __init__(self, site: Web, drafts: list[tuple[Person, int]]) -> None:
        self.site = site
        self.drafts = drafts
        self.acknowledged: list[int] = []
        self.refused: list[int] = []
        self.slowest = 0.0

    def send(self, number: int) -> None:
        for person, pk in self.drafts[number::CLIENTS]:
            until = time.monotonic() + 60
            while not self._sent(person, pk):
                assert time.monotonic() < until, f"{pk} was not taken in a minute"
                time.sleep(0.3)

    def _sent(self, person: Person, pk: int) -> bool:
        started = time.monotonic()
        answer = person.get(self.site.url + reverse("applications:check", args=[pk]))
        if answer.status_code == 200 and (token := shown_in(answer.text)):
            answer = person.post(self.site.url + reverse("applications:submit", args=[pk]), {"shown": token})
        self.slowest = max(self.slowest, time.monotonic() - started)
        if answer.status_code == 302:
            self.acknowledged.append(pk)
            return True
        assert answer.status_code == 503, (answer.status_code, answer.text[:2000])
        self.refused.append(pk)
        return False


def answers_while_down(site: Web, person: Person) -> tuple[float, list[int]]:
    """How long the slowest of them took, and the codes of a page, /healthz, /readyz and the API."""
    slowest, codes = 0.0, []
    for path in ("/edycje/", "/healthz", "/readyz", "/api/v1/editions/"):
        started = time.monotonic()
        answer = person.get(site.url + path)
        slowest = max(slowest, time.monotonic() - started)
        codes.append(answer.status_code)
    return slowest, codes


@pytest.mark.slow
@pytest.mark.case(14)
@pytest.mark.case(15)
def test_a_crash_under_200_submissions_loses_none_that_was_acknowledged(
    tmp_path, redis_server, mail_sink, static_root, postgres_server, settings, figure
):
    settings.SECRET_KEY = SECRET_KEY
    edition = factories.make_edition()
    units = [factories.make_unit() for _ in range(UNITS)]
    people = [Person(factories.make_member(unit)) for unit in units]
    drafts = [(people[n % UNITS], factories.make_complete_draft(edition, units[n % UNITS]).pk) for n in range(COUNT)]
    copy_database(postgres_server)
    around = {
        "DATABASE_URL": postgres_server.url,
        "CELERY_BROKER_URL": redis_server.url,
        "EMAIL_URL": mail_sink.url,
    }
    # Mail only: drawing 200 confirmations would take the processors from the rush.
    worker = ["-m", "celery", "-A", "celery_app", "worker", "-c", "1", "-Q", "mail", "-B", "-s", str(tmp_path / "beat")]
    with (
        process(*worker, log=tmp_path / "worker.log", **around),
        web(tmp_path / "web.log", redis_server.url, workers=2, STATIC_ROOT=static_root, **around) as site,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        rush = Rush(site, drafts)
        senders = [pool.submit(rush.send, number) for number in range(CLIENTS)]
        wait_until(lambda: len(rush.acknowledged) >= CRASH_AFTER, 60, "the rush")
        postgres_server.stop("immediate")
        before = len(rush.acknowledged)
        slowest, codes = answers_while_down(site, people[0])
        postgres_server.start()
        started = time.monotonic()
        wait_until(lambda: len(rush.acknowledged) > before, 30, "the first submission after the restart")
        back = time.monotonic() - started
        for sender in senders:
            sender.result()
        assert codes == [503, 200, 503, 503]
        assert rush.refused, "the crash came too late to prove anything"
        assert slowest < 3
        with psycopg.connect(postgres_server.url, autocommit=True) as database:
            kept = database.execute("SELECT id, state, number FROM applications_application ORDER BY number").fetchall()
            assert {row[0] for row in kept if row[1] == State.SUBMITTED} == set(rush.acknowledged)
            assert [row[2].rpartition("-")[2] for row in kept] == [f"{n:04d}" for n in range(1, COUNT + 1)]
            versions = database.execute("SELECT count(*) FROM applications_applicationversion").fetchone()
            assert versions == (COUNT,)
        # What was claimed when the database went is taken up again after its lease.
        patience = LEASE.total_seconds() + 30
        wait_until(
            lambda: len({mail["Message-ID"] for mail in mail_sink.received}) == COUNT, patience, "200 confirmations"
        )
        code = "import django; django.setup(); from common.sealing import seal_entries, verify_chain; "
        sealed = subprocess.run(
            [sys.executable, "-c", code + "print(seal_entries(), verify_chain().problem or 'whole')"],
            cwd=servers.ROOT,
            env=environment(**around),
            capture_output=True,
            text=True,
        )
        # Of each entry its sending, and of each confirmation that it left.
        entries, chain = sealed.stdout.split()
        # Of each entry its sending, of each confirmation that it was written and that it left, whatever was repeated.
        assert (int(entries) >= 3 * COUNT, chain) == (True, "whole"), sealed.stdout + sealed.stderr
    figure(
        f"crash after {before} of {COUNT}: lost 0, numbers 1–{COUNT}, {len(rush.refused)} times told to try again;"
        f" while down pages 503 in {slowest:.1f} s; {back:.1f} s from the start to the next entry;"
        f" {COUNT} mails, journal whole"
    )
