"""Asking every address as everybody, with nothing kept, and the table of answers."""

import csv
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.addresses import address_of, names, samples
from tests.access.world import ROLES, World

TABLE = Path(__file__).with_name("table.csv")
FORM = {"stray": "1"}  # makes every form bound, and fills in no field
METHODS = ("GET", "POST")
ADMIN_ROLES = ("anonymous", "officer", "auditor", "admin")  # who is not staff is one case there
KEY = ("address", "sample", "method")
Row = dict[str, str]


def observe(world: World) -> list[Row]:
    cookies = {role: _session_of(world, role) for role in ROLES}
    rows = []
    logging.disable(logging.WARNING)
    for name in names():
        for label, arguments in samples(name, world):
            path = address_of(name, arguments)
            for method in METHODS:
                asked = ADMIN_ROLES if name.startswith("admin:") else ROLES
                answers = {role: _ask(path, method, cookies[role]) for role in asked}
                blank = dict.fromkeys(ROLES, "")
                rows.append({"address": name, "sample": label, "method": method, **blank, **answers})
    logging.disable(logging.NOTSET)
    return rows


def _session_of(world: World, role: str) -> str:
    if role not in world.people:
        return ""
    client = Client()
    client.force_login(world.people[role])
    assert SESSION_KEY in client.session
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _ask(path: str, method: str, session: str) -> str:
    """The status; "login" for a redirect to sign in; "health" where it tells how the machine is.

    Whatever the request did is rolled back.
    """
    cache.clear()
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = client.get(path) if method == "GET" else client.post(path, FORM)
        if response.streaming:
            b"".join(response.streaming_content)  # which closes it
        transaction.set_rollback(True)
    if response.status_code == 302 and response.headers["Location"].startswith(f"{reverse('account_login')}?"):
        return "login"
    return "health" if path == reverse("portal:readyz") else str(response.status_code)


def write(rows: list[Row]) -> None:
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*KEY, *ROLES], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read() -> list[Row]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_key(rows: list[Row]) -> Iterator[tuple[tuple[str, ...], Row]]:
    for row in rows:
        yield tuple(row[part] for part in KEY), row
