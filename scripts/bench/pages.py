"""Milliseconds and queries of pages, in one process, at each size.

Sizes take turns, so that noise falls on all. The ratio is that of the fastest runs, because whatever
else the machine does only ever adds time.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from accounts.models import User
from scripts.bench.environment import Place
from scripts.bench.report import line, median_ms, queries_of, seconds_of, title
from scripts.bench.seed import World

TURNS = 4
RUNS = 4  # of each turn, after one to warm up

Address = Callable[[World], str]
Person = Callable[[World], User | None]


def nobody(_world: World) -> None:
    return None


def officer(world: World) -> User:
    return world.officer


def chair(world: World) -> User:
    return world.chair


def juror(world: World) -> User:
    return world.jurors[0]


def applicant(world: World) -> User:
    return world.applicants[0]


def entries(world: World, **query: object) -> str:
    return reverse("applications:officer_list", args=[world.review.slug]) + "?" + urlencode(query)


def at(name: str, edition: str = "") -> Address:
    """The address of a page, of an edition when one is named."""
    return lambda world: reverse(name, args=[getattr(world, edition).slug] if edition else [])


def practices(**query: str) -> Address:
    return lambda _world: reverse("practices:list") + "?" + urlencode(query)


PAGES: tuple[tuple[str, Person, Address], ...] = (
    ("organiser: list, 50 entries a page", officer, lambda w: entries(w, per_page=50)),
    ("organiser: list, 250 entries a page (100 at 100)", officer, lambda w: entries(w, per_page=250)),
    ("organiser: list searched by a word", officer, lambda w: entries(w, q="transport")),
    ("organiser: one entry", officer, lambda w: reverse("applications:officer_detail", args=[w.entry().pk])),
    ("organiser: formal review form", officer, lambda w: reverse("applications:review", args=[w.entry().pk])),
    ("organiser: desk", officer, at("portal:desk")),
    ("organiser: the edition", officer, at("contest:organiser_edition", "review")),
    ("organiser: assignments", officer, at("jury:assignments", "scoring")),
    ("organiser: progress of jurors", officer, at("jury:progress", "scoring")),
    ("organiser: preview of the announcement of 300", officer, at("practices:announce", "decision")),
    ("organiser: diplomas", officer, at("awards:certificates", "past")),
    ("organiser: journal", officer, at("contest:journal")),
    ("juror: desk, 250 assigned", juror, at("jury:desk")),
    ("juror: score sheet", juror, lambda w: reverse("jury:sheet", args=[w.sheet(w.jurors[0]).pk])),
    ("chair: desk", chair, at("portal:desk")),
    ("chair: session with 300 decisions", chair, lambda w: reverse("awards:session_detail", args=[w.decision.slug, 1])),
    ("applicant: own entries", applicant, at("applications:applicant_list")),
    ("applicant: one entry", applicant, lambda w: reverse("applications:applicant_detail", args=[w.draft().pk])),
    ("applicant: a section", applicant, lambda w: reverse("applications:edit", args=[w.draft().pk, "opis"])),
    ("applicant: check before sending", applicant, lambda w: reverse("applications:check", args=[w.draft().pk])),
    ("public: home", nobody, at("portal:home")),
    ("public: editions", nobody, at("contest:edition_list")),
    ("public: one edition", nobody, at("contest:edition_detail", "call")),
    ("public: results, 120 awards", nobody, at("awards:results", "past")),
    ("public: practices, newest 20", nobody, practices()),
    ("public: practices, searched (every eighth matches)", nobody, practices(q="transport na żądanie")),
    ("public: practices, searched (one matches)", nobody, practices(q="program 77")),
    ("public: one practice", nobody, lambda w: w.practice().get_absolute_url()),
    ("public: map", nobody, at("practices:map")),
    ("open data: practices", nobody, lambda _w: "/api/v1/practices/"),
)


def client_of(user: User | None) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    if user:
        client.force_login(user)
    return client


def measure(place: Place, worlds: dict[int, World]) -> None:
    sizes = list(worlds)
    columns = "".join(f"{f'{size:,} ms':>11}" for size in sizes)
    title(f"Pages: median of {TURNS * RUNS}", f"{columns}{'ratio':>8}{'queries':>10}")
    for name, person, address in PAGES:
        times: dict[int, list[float]] = {size: [] for size in sizes}
        queries: set[int] = set()
        ready: dict[int, tuple[Client, str]] = {}
        for turn in range(TURNS):
            for size in sizes:
                place.use(size)
                if turn == 0:
                    ready[size] = client_of(person(worlds[size])), address(worlds[size])
                client, page = ready[size]
                answer = client.get(page)
                if answer.status_code != 200:
                    raise SystemExit(f"{name}: {page} answered {answer.status_code}")
                times[size] += [seconds_of(lambda c=client, p=page: c.get(p)) for _run in range(RUNS)]
                if turn == 0:
                    queries.add(queries_of(lambda c=client, p=page: c.get(p)))
        medians, fastest = [median_ms(times[size]) for size in sizes], [min(times[size]) for size in sizes]
        counted = "–".join(str(count) for count in sorted(queries))
        figures = "".join(f"{value:11.1f}" for value in medians)
        line(name, f"{figures}{fastest[-1] / fastest[0]:8.2f}{counted:>10}")
