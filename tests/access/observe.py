"""Every address asked by everybody, and the table of what they were answered."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tests.access.addresses import address_of, names, samples
from tests.access.crowd import Answer, Crowd, quiet
from tests.access.world import ROLES, World

TABLE = Path(__file__).with_name("table.csv")
FORM = {"stray": "1"}  # makes every form bound, and fills in no field
ADMIN_ROLES = ("anonymous", "officer", "auditor", "admin")  # who is not staff is one case there
KEY = ("address", "sample", "method")
Key = tuple[str, ...]
Row = dict[str, str]


@dataclass(slots=True)
class Place:
    """One address with one sample in it, and the answers to GET and to POST by role."""

    name: str
    sample: str
    path: str
    roles: tuple[str, ...]
    got: dict[str, Answer] = field(default_factory=dict)
    sent: dict[str, Answer] = field(default_factory=dict)


def places(world: World) -> list[Place]:
    return [
        Place(name, label, address_of(name, arguments), ADMIN_ROLES if name.startswith("admin:") else ROLES)
        for name in names()
        for label, arguments in samples(name, world)
    ]


def observe(world: World) -> list[Place]:
    """GET and POST of everything by everybody. The page of a 404 is one and the same, so its frame is left out."""
    crowd, found = Crowd(world), places(world)
    with quiet(), bare_404():
        for place in found:
            place.got = {role: crowd.ask(role, "GET", place.path) for role in place.roles}
            place.sent = {role: crowd.ask(role, "POST", place.path, FORM) for role in place.roles}
    return found


def bare_404() -> "mock._patch[object]":
    def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse("404", status=404)

    return mock.patch("config.urls.handler404", not_found)


def rows(found: list[Place]) -> list[Row]:
    """Of the table: an empty cell where a role was not asked; "health" where an answer tells how the machine is."""
    health = reverse("portal:readyz")
    blank = dict.fromkeys(ROLES, "")
    made: list[Row] = []
    for place in found:
        for method, answers in (("GET", place.got), ("POST", place.sent)):
            told = {role: "health" if place.path == health else answer.status for role, answer in answers.items()}
            made.append({"address": place.name, "sample": place.sample, "method": method, **blank, **told})
    return made


def write(found: list[Row]) -> None:
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*KEY, *ROLES], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def read() -> list[Row]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_key(found: list[Row]) -> Iterator[tuple[Key, Row]]:
    for row in found:
        yield tuple(row[part] for part in KEY), row
