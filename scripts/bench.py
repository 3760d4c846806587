"""Figures of the acts that must stay quick, on this machine. Prints, never judges.

    make bench                                    on SQLite
    TEST_DATABASE_URL=postgres://… make bench     on PostgreSQL
    python -m scripts.bench 5000                  with 5,000 entries instead of 1,000

Works in a database of its own, removed at the end.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from common.journal import draft_entry, record_bulk
from common.sealing import seal_entries, verify_chain
from notifications.outbox_types import Message, Recipient
from notifications.services import deliver_due, enqueue_bulk
from tests import factories

ROUNDS = 9
MAILS = 2000


def timed(act: Callable[[], Any]) -> tuple[float, int]:
    """Seconds and queries of one run."""
    with CaptureQueriesContext(connection) as captured:
        started = time.perf_counter()
        act()
        seconds = time.perf_counter() - started
    return seconds, len(captured)


def report(name: str, seconds: float, queries: int, count: int = 1) -> None:
    rate = f"{count / seconds:10,.0f}/s" if count > 1 else " " * 12
    print(f"{name:<58}{seconds * 1000:10,.1f} ms{rate}{queries:8,} queries", flush=True)


def page(client: Client, name: str, address: str) -> None:
    """The median of several requests after one to warm up."""
    status = client.get(address).status_code
    if status != 200:
        print(f"{name:<58}answered {status}")
        return
    runs = [timed(lambda: client.get(address)) for _round in range(ROUNDS)]
    report(name, statistics.median(seconds for seconds, _queries in runs), runs[-1][1])


def make_entries(edition: Any, count: int) -> None:
    units = [factories.make_unit() for _number in range(50)]
    first = factories.make_application(edition, units[0], state="SUBMITTED")
    copies = []
    for number in range(1, count):
        copy = Application.objects.get(pk=first.pk)
        copy.pk, copy.unit, copy.number = None, units[number % 50], f"SLZ-BENCH-{number:05d}"
        copies.append(copy)
    Application.objects.bulk_create(copies)


def background(officer: Any) -> None:
    def write() -> None:
        with transaction.atomic():
            record_bulk([draft_entry(actor=None, action="bench", target=officer, number=n) for n in range(MAILS)])

    people = [Recipient(f"p{number}@example.org") for number in range(MAILS)]
    context = {"at": "2026-05-04T08:00:00+00:00", "link": settings.SITE_URL}
    messages = [Message("bench", person, context) for person in people]
    report(f"journal: write {MAILS} entries", *timed(write), MAILS)
    report(f"journal: seal {MAILS} entries", *timed(seal_entries), MAILS)
    report(f"journal: verify {MAILS} entries", *timed(verify_chain), MAILS)
    report(f"mail: enqueue {MAILS}", *timed(lambda: enqueue_bulk(kind="outbox_alert", messages=messages)), MAILS)
    report(f"mail: render and send {MAILS} (into memory)", *timed(deliver_due), MAILS)


def main(count: int) -> None:
    print(f"{connection.vendor}, {count} entries, median of {ROUNDS} requests after one to warm up")
    edition = factories.make_edition("FORMAL_REVIEW")
    make_entries(edition, count)
    officer = factories.make_officer()
    organiser, visitor = Client(), Client()
    organiser.force_login(officer)
    entries = reverse("applications:officer_list", args=[edition.slug])
    page(organiser, "officer: list of 50 entries", f"{entries}?per_page=50")
    page(organiser, "officer: list of 250 entries", f"{entries}?per_page=250")
    page(organiser, "officer: the edition", reverse("contest:organiser_edition", args=[edition.slug]))
    page(organiser, "officer: desk", reverse("portal:desk"))
    background(officer)
    page(organiser, "officer: messages", reverse("contest:messages"))
    page(organiser, "officer: journal", reverse("contest:journal"))
    page(visitor, "public: home", reverse("portal:home"))
    page(visitor, "public: edition", reverse("contest:edition_detail", args=[edition.slug]))
    page(visitor, "public: practices", reverse("practices:list"))


if __name__ == "__main__":
    name = connection.creation.create_test_db(verbosity=0)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
