"""No page of a juror and no POST asks more than 12 queries, errors and entries with files included."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from applications.models import ApplicationVersion
from applications.snapshots import snapshot
from tests.factories import make_attachment
from tests.jury.helpers import add_entry, assign, close_sheet
from tests.jury.test_views_juror import sheet_data, url
from tests.pressing import shown_on

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture
def entry(jury):
    """An entry with two files in its submitted version."""
    entry = jury.entries[0]
    files = [make_attachment(entry), make_attachment(entry)]
    ApplicationVersion.objects.filter(application=entry).update(content=snapshot(entry, files))
    return entry


def statements(act: Callable[[], HttpResponse], status: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = act()
    assert response.status_code == status
    return len([one for one in asked if "SAVEPOINT" not in one["sql"]])


def test_a_sheet_that_is_sent_takes_at_most_twelve_queries_however_wrong(jury, juror, client, entry, figure):
    row = assign(entry, juror)
    address = url("sheet", row.pk)
    whole = sheet_data(jury.edition)
    points = next(name for name in whole if name.startswith("points_"))
    cases = [
        ("a wrong value", {**whole, points: "11"}, 422),
        ("everything wrong", dict.fromkeys(whole, "x" * 6000) | {"revision": 1}, 422),
        ("from an older page", whole, 409),
        ("wrong and from an older page", {**whole, points: "11"}, 409),
        ("without a revision", {**whole, "revision": "x"}, 422),
        ("unfinished, to be closed", {**whole, points: "", "revision": 2, "action": "close"}, 422),
        ("to be closed", {**whole, "revision": 3, "action": "close"}, 302),
    ]
    counts = {}
    for name, data, status in cases:
        counts[name] = statements(lambda data=data: client.post(address, data), status)
    closing = url("submit_sheet", row.pk)
    counts["before closing"] = statements(lambda: client.get(closing), 200)
    counts["closing unseen"] = statements(lambda: client.post(closing), 409)
    shown = shown_on(client.get(closing))
    counts["closing"] = statements(lambda: client.post(closing, {"shown": shown}), 302)
    counts["after closing"] = statements(lambda: client.post(address, whole | {"revision": 5}), 409)
    figure(", ".join(f"{name}: {count}" for name, count in counts.items()))
    assert {name: count for name, count in counts.items() if count > MOST} == {}


def test_pages_of_a_sheet_take_at_most_twelve_queries_open_and_closed(jury, juror, client, entry):
    row = assign(entry, juror)
    assert statements(lambda: client.get(url("sheet", row.pk)), 200) <= MOST
    close_sheet(row, 7)
    close_sheet(assign(entry, jury.jurors[1]), 5)
    assert statements(lambda: client.get(url("sheet", row.pk)), 200) <= MOST


def test_declaring_and_recusing_take_at_most_twelve_queries(jury, juror, client, entry):
    one, two = assign(entry, juror, declared=False), assign(add_entry(jury.edition), juror, declared=False)
    assert statements(lambda: client.post(url("declare", one.pk)), 302) <= MOST
    chosen = {"assignment": [two.pk]}
    assert statements(lambda: client.post(url("declare_many"), chosen), 200) <= MOST
    assert statements(lambda: client.post(url("declare_many"), chosen | {"confirm": "1"}), 302) <= MOST
    shown = shown_on(client.get(url("recuse", one.pk)))
    assert statements(lambda: client.post(url("recuse", one.pk), {"ground": "", "shown": shown}), 422) <= MOST
    assert statements(lambda: client.post(url("recuse", one.pk), {"ground": "OTHER", "shown": shown}), 302) <= MOST


def test_a_summary_that_is_too_long_leaves_the_saved_one(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, summary="Zapisana"))
    data = sheet_data(jury.edition, 8, revision=1, summary="x" * 6000)
    assert client.post(url("sheet", row.pk), data).status_code == 422
    row.sheet.refresh_from_db()
    assert row.sheet.summary == "Zapisana"
    assert set(row.sheet.scores.values_list("points", flat=True)) == {8}
