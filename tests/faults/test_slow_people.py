"""Slow people must not switch the site off: their connections hold no thread, whoever stands in front."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
import requests
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from applications.models import Attachment
from tests import factories
from tests.faults.conftest import NO_BROKER
from tests.servers import ROOT, SECRET_KEY, caddy, caddy_program, environment, free_port, process, wait_until, web

pytestmark = [pytest.mark.slow]
PAGES = ("/", "/edycje/", "/praktyki/", "/konto/login/", "/healthz")
LARGE = 20_000_000
NEARLY_LARGEST = 19_900_000
READERS = 4
QUIET_SECONDS, ATTACK_SECONDS = 6, 12
ALL_AT_ONCE = ("bodies=200", "heads=200", "readers=200")
# Of a machine that does much besides: below this nobody calls a page slow, whatever the quiet figure is.
NOT_SLOW = 0.3


class Readers:
    """Other people: they open one page after another, each on a connection of its own."""

    def __init__(self, address: str) -> None:
        self.address = address

    def read(self, seconds: float, patience: float = 30) -> tuple[float, list[object]]:
        """The 95th percentile of their waits, and every answer that was no 200."""
        times: list[float] = []
        bad: list[object] = []
        end = time.monotonic() + seconds

        def one(number: int) -> None:
            while time.monotonic() < end:
                started = time.monotonic()
                try:
                    status: object = requests.get(
                        self.address + PAGES[number % len(PAGES)], timeout=patience
                    ).status_code
                except requests.RequestException as error:
                    status = repr(error)
                times.append(time.monotonic() - started)
                if status != 200:
                    bad.append(status)
                number += 1
                time.sleep(0.1)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(times)[int(len(times) * 0.95)], bad


@contextmanager
def slow_people(address: str, *words: str, seconds: float = ATTACK_SECONDS + 4) -> Iterator["subprocess.Popen[str]"]:
    port = address.rpartition(":")[2]
    command = [sys.executable, "-m", "tests.slow_people", port, *words, "--seconds", str(seconds)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        yield running
    finally:
        running.kill()
        running.wait()


def ends_of(running: "subprocess.Popen[str]") -> dict[str, dict[str, int]]:
    assert running.stdout
    return json.loads(running.stdout.readline())


@pytest.fixture
def static_with_a_large_file(static_root, tmp_path) -> str:
    folder = tmp_path / "static"
    shutil.copytree(static_root, folder)
    with (folder / "large.bin").open("wb") as file:
        file.truncate(LARGE)
    return str(folder)


@pytest.fixture
def production(tmp_path, redis_server, static_with_a_large_file, settings) -> Iterator[tuple[str, int]]:
    """Two web processes on PostgreSQL and Redis: the address that a proxy before them would have, and their port."""
    settings.SECRET_KEY = SECRET_KEY
    settings.MEDIA_ROOT = tmp_path / "media"
    port = free_port()
    variables = {
        "STATIC_ROOT": static_with_a_large_file,
        "MEDIA_ROOT": str(tmp_path / "media"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "BEHIND_PROXY": "1",
        "CACHE_URL": redis_server.url.replace("/0", "/1"),
    }
    with web(tmp_path / "web.log", redis_server.url, workers=2, **variables) as running:
        yield port, running.port


@pytest.fixture
def proxy(production, tmp_path) -> Iterator[str]:
    if not caddy_program():
        pytest.skip("no caddy here")
    port, behind = production
    with caddy(tmp_path, port, behind) as address:
        yield address


@pytest.fixture
def embedded(tmp_path, static_with_a_large_file) -> Iterator[str]:
    variables = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "CACHE_URL": "locmemcache://",
        "STATIC_ROOT": static_with_a_large_file,
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "dummymail://",
    }
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment(**variables), check=True)
    port, log = free_port(), tmp_path / "serve.log"
    with process("manage.py", "serve", "--port", str(port), log=log, **variables):
        wait_until(lambda: b"Ready:" in log.read_bytes(), 60, "the server being ready")
        yield f"http://127.0.0.1:{port}"


def hold(address: str, figure, where: str) -> None:
    others = Readers(address)
    others.read(2)
    quiet, bad = others.read(QUIET_SECONDS)
    assert bad == []
    with slow_people(address, *ALL_AT_ONCE, "--large", "/static/large.bin") as attack:
        during, bad = others.read(ATTACK_SECONDS)
        ended = ends_of(attack)
    assert bad == []
    assert sum(ended["readers"].values()) == 200
    assert during < max(3 * quiet, NOT_SLOW), f"{during:.3f} s, quiet {quiet:.3f} s"
    figure(f"200 slow bodies, heads and readers at once, {where}: p95 {during / quiet:.1f} × quiet, no 5xx")


@pytest.mark.case(55)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_slow_people_keep_nobody_waiting_who_asks_the_web_server_itself(production, figure):
    hold(f"http://127.0.0.1:{production[1]}", figure, "web server alone")


@pytest.mark.case(55)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_slow_people_keep_nobody_waiting_behind_the_proxy(proxy, figure):
    hold(proxy, figure, "through the proxy")


@pytest.mark.case(55)
def test_slow_people_keep_nobody_waiting_in_the_one_process_form(embedded, figure):
    hold(embedded, figure, "one process")


# The same application under a server whose sixteen threads read for themselves, as most servers' do.
THREADS_READ = """
import sys
from concurrent.futures import ThreadPoolExecutor
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from config.wsgi import application

class Pool(WSGIServer):
    pool = ThreadPoolExecutor(16)
    request_queue_size = 1000
    def process_request(self, request, address):
        self.pool.submit(self.work, request, address)
    def work(self, request, address):
        try:
            self.finish_request(request, address)
        finally:
            self.shutdown_request(request)

server = Pool(("127.0.0.1", int(sys.argv[1])), WSGIRequestHandler)
server.set_app(application)
server.serve_forever()
"""


@pytest.mark.case(55, control=True)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["bodies", "heads", "readers"])
def test_without_that_sixteen_slow_people_switch_it_off(kind, tmp_path, static_with_a_large_file, figure):
    port, log = free_port(), tmp_path / "log"
    address = f"http://127.0.0.1:{port}"
    variables = {"STATIC_ROOT": static_with_a_large_file, "CELERY_BROKER_URL": NO_BROKER, "SITE_URL": address}
    with process("-c", THREADS_READ, str(port), log=log, **variables):
        wait_until(lambda: answers(address), 60, "the server answering")
        with slow_people(address, f"{kind}=16", "--large", "/static/large.bin"):
            _wait, bad = Readers(address).read(1, patience=5)
    assert bad
    figure(f"threads that read for themselves, 16 slow {kind}: nobody else is answered in 5 s")


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


@pytest.mark.case(56)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_thirty_large_files_over_slow_lines_arrive_and_keep_nobody_waiting(proxy, tmp_path, figure):
    """Through the proxy, to the real page of attachments: each file is read, judged and stored."""
    assert NEARLY_LARGEST < django_settings.UPLOAD_MAX_BYTES
    file = tmp_path / "skan.pdf"
    large_pdf(file)
    plan, edition, token = [], None, "a" * 32
    for _number in range(30):
        draft = factories.make_complete_draft(edition=edition)
        edition = draft.edition
        person = Client()
        person.force_login(factories.make_member(draft.unit))
        plan.append(
            {
                "to": reverse("applications:attachments", args=[draft.pk]),
                "cookie": f"csrftoken={token}; sessionid={person.cookies['sessionid'].value}",
                "fields": {"csrfmiddlewaretoken": token, "description": "Duży skan"},
            }
        )
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    words = ("uploads=30", "--rate", "400000", "--file", str(file), "--plan", str(tmp_path / "plan.json"))
    people = Readers(proxy)
    people.read(2)
    quiet, _bad = people.read(3)
    with slow_people(proxy, *words, seconds=100) as sending:
        others, bad = people.read(NEARLY_LARGEST / 400_000 + 4)
        ended = ends_of(sending)
    assert bad == []
    assert ended == {"uploads": {"302": 30}}
    assert Attachment.objects.filter(description="Duży skan", size=file.stat().st_size).count() == 30
    assert others < 1, f"{others:.3f} s, quiet {quiet:.3f} s"
    figure(f"thirty files of 20 MB at 400 kB/s: all arrived, others' p95 {others * 1000:.0f} ms")


def large_pdf(path: Path) -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].obj["/PieceInfo"] = document.make_stream(bytes(NEARLY_LARGEST - 2_000))
        document.save(path, compress_streams=False)
