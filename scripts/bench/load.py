"""Many people at once on real server processes: two web workers on PostgreSQL, connections kept."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.test import Client
from django.urls import reverse

from jury.models import Assignment
from scripts.bench.browser import Browser, InProcess, Server, cookies_of, server
from scripts.bench.environment import Place
from scripts.bench.journeys import pdf, sheet_fields, submit_entry
from scripts.bench.pages import client_of, entries, practices
from scripts.bench.report import line, median_ms, queries_of, seconds_of, title
from scripts.bench.seed import JURORS, World

VISITORS = 8
SECONDS = 2.0
SAVES = 15  # of each juror
APPLICANTS = 16
ENTRIES = 3  # of each applicant
ROUNDS = 5
REQUESTS_BEFORE_WEIGHING = 500
T = TypeVar("T")
R = TypeVar("R")


def measure(place: Place, world: World) -> None:
    title(f"Many at once, {world.size:,} entries, 2 server processes")
    with server(place, world.size) as running:
        addresses = _public(running, world)
        _organiser(running, world)
        _weigh(running, addresses)
        _sheets(running, world)
        _submissions(running, world)


def rate(name: str, visitors: list[Browser], address: str) -> None:
    """Requests a second, all visitors asking for as long as the time lasts."""

    def ask(visitor: Browser) -> int:
        done = 0
        while time.perf_counter() < end:
            if visitor.get(address).status != 200:
                raise SystemExit(f"{name}: {address} did not answer 200")
            done += 1
        return done

    for visitor in visitors:
        visitor.get(address)
    started = time.perf_counter()
    end = started + SECONDS
    done = sum(_together(ask, visitors))
    line(name, f"{done / (time.perf_counter() - started):9.1f} requests/s")


def _together(act: Callable[[T], R], people: list[T]) -> list[R]:
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


def _public(running: Server, world: World) -> list[str]:
    pages = {
        "public: home": reverse("portal:home"),
        "public: editions": reverse("contest:edition_list"),
        "public: one edition": reverse("contest:edition_detail", args=[world.call.slug]),
        "public: results, 120 awards": reverse("awards:results", args=[world.past.slug]),
        "public: practices, newest 20": practices()(world),
        "public: practices, searched": practices(q="transport na żądanie")(world),
        "public: one practice": world.practice().get_absolute_url(),
    }
    for name, address in pages.items():
        rate(name, [Browser(running.port, {}) for _number in range(VISITORS)], address)
    return list(pages.values())


def _organiser(running: Server, world: World) -> None:
    officer = cookies_of(client_of(world.officer))
    juror = cookies_of(client_of(world.jurors[0]))
    for name, cookies, address in (
        ("organiser: list, 50 entries a page", officer, entries(world, per_page=50)),
        ("organiser: list, 250 entries a page", officer, entries(world, per_page=250)),
        ("juror: desk, 250 assigned", juror, reverse("jury:desk")),
    ):
        rate(name, [Browser(running.port, dict(cookies)) for _number in range(4)], address)


def _weigh(running: Server, addresses: list[str]) -> None:
    visitor = Browser(running.port, {})
    for number in range(REQUESTS_BEFORE_WEIGHING):
        visitor.get(addresses[number % len(addresses)])
    weights = "; ".join(f"{rss:.0f} MB resident, {pss:.0f} MB proportional" for rss, pss in running.memory())
    line("memory of each web worker", f"  {weights}")


def _open_sheets(world: World) -> dict[int, list[str]]:
    """Addresses of sheets not begun, by juror."""
    found: dict[int, list[str]] = {}
    for juror in world.jurors[:JURORS]:
        rows = Assignment.objects.filter(juror__user=juror, sheet__closed_at=None, sheet__revision=0).order_by("pk")
        found[juror.pk] = [reverse("jury:sheet", args=[pk]) for pk in rows.values_list("pk", flat=True)[:60]]
    return found


def _sheets(running: Server, world: World) -> None:
    jurors, sheets = world.jurors[:JURORS], _open_sheets(world)
    clients = {juror.pk: client_of(juror) for juror in jurors}
    alone = jurors[0].pk
    spare = iter(sheets[alone][-20:])

    def save(client: Client, address: str) -> Callable[[], object]:
        fields = sheet_fields(InProcess(client).get(address), 5) | {"revision": "0"}
        return lambda: client.post(address, fields)

    times = [seconds_of(save(clients[alone], next(spare))) for _round in range(ROUNDS)]
    queries = queries_of(save(clients[alone], next(spare)))
    line("juror: save a sheet, in process", f"{median_ms(times):9.1f} ms, {queries} queries")

    def work(juror_id: int) -> int:
        browser = Browser(running.port, cookies_of(clients[juror_id]))
        addresses = sheets[juror_id][:SAVES]
        pages = [(address, sheet_fields(browser.get(address), 7)) for address in addresses]
        ready.append(juror_id)
        while len(ready) < len(jurors):
            time.sleep(0.005)
        started.append(time.perf_counter())
        for address, fields in pages:
            if browser.post(address, fields | {"revision": "0"}).status != 302:
                raise SystemExit("a sheet was not saved")
        return len(pages)

    ready: list[int] = []
    started: list[float] = []
    saved = sum(_together(work, [juror.pk for juror in jurors]))
    seconds = time.perf_counter() - min(started)
    line(f"juror: save a sheet, {len(jurors)} jurors at once", f"{saved / seconds:9.1f} saves/s")


def _submissions(running: Server, world: World) -> None:
    file = pdf()
    slug = world.call.slug
    people = [InProcess(client_of(user)) for user in world.applicants[: ROUNDS + 1]]
    times = [
        seconds_of(lambda p=person, n=number: submit_entry(p, slug, n, file))
        for number, person in enumerate(people[:ROUNDS])
    ]
    queries = queries_of(lambda: submit_entry(people[-1], slug, 99, file))
    line("applicant: one entry from start to sending", f"{median_ms(times):9.1f} ms of the server, {queries} queries")
    browsers = [Browser(running.port, cookies_of(client_of(user))) for user in world.applicants[10 : 10 + APPLICANTS]]

    def work(browser: Browser) -> None:
        for number in range(ENTRIES):
            submit_entry(browser, slug, number, file)

    seconds = seconds_of(lambda: _together(work, browsers))
    requests = sum(browser.requests for browser in browsers) // (APPLICANTS * ENTRIES)
    done = APPLICANTS * ENTRIES / seconds
    line(f"applicant: the same, {APPLICANTS} applicants at once", f"{done:9.2f} entries/s, {requests} requests each")
