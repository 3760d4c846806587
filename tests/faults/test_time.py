"""The deadline to the second, whatever the network, the night of the year and the zones of the machines do."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Attachment
from applications.workflow import State
from contest.models import Edition
from tests import factories, servers
from tests.applications.entry_pages import returned
from tests.common.files import hostile
from tests.faults.person import Person
from tests.pressing import shown_on

pytestmark = pytest.mark.django_db(transaction=True)
WARSAW = ZoneInfo("Europe/Warsaw")
CLOSED = "Nabór jest zamknięty"


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


# --- Seconds ------------------------------------------------------------------------------------
@pytest.mark.case(19)
@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, True), (1, False)])
def test_sending_starting_and_completing_keep_their_date_to_the_second(client, figure, seconds, taken):
    draft = factories.make_complete_draft()
    member = factories.make_member(draft.unit)
    call = returned(factories.make_complete_draft(draft.edition, draft.unit), member).completion_requests.get()
    edition = Edition.objects.get(pk=draft.edition_id)
    start = {"form_key": "6b1f6e52-5a3e-4b2f-9d2b-0d7a4f0f6a11", "title": "Nowa", "domain": edition.domains.first().pk}
    start["group"] = edition.groups.first().pk
    complete = url("complete", call.application_id)
    answers = []
    for deadline, address, data in (
        (edition.submission_deadline, url("submit", draft.pk), read(client, member, url("check", draft.pk))),
        (edition.submission_deadline, url("start", edition.slug), start),
        (call.due_at, complete, read(client, member, complete)),
    ):
        with time_machine.travel(deadline.replace(microsecond=0) + timedelta(seconds=seconds), tick=False):
            client.force_login(member)
            answers.append(client.post(address, data).status_code)
    assert answers == [302 if taken else 409] * 3
    assert (Application.objects.get(pk=draft.pk).state == State.SUBMITTED) is taken
    figure(f"three forms at {seconds:+} s: {'yes' if taken else 'no'}")


def read(client, member, page: str) -> dict[str, str]:
    """The page before sending, opened in good time."""
    client.force_login(member)
    return {"shown": shown_on(client.get(page))}


def padded(document) -> None:
    """A file that takes several packets."""
    document.Root["/Padding"] = document.make_stream(os.urandom(50_000))


# --- A slow network -----------------------------------------------------------------------------
class SlowPost:
    """A POST over a plain socket whose body is sent in parts, as a bad network would."""

    def __init__(self, site: servers.Web, person: Person, address: str, body: bytes, kind: str) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in person.browser.cookies.items())
        head = (
            f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {cookies}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.waiting = body
        self.wire = socket.create_connection(("127.0.0.1", site.port), timeout=30)
        self.wire.sendall(head.encode())

    def send(self, count: int) -> None:
        self.wire.sendall(self.waiting[:count])
        self.waiting = self.waiting[count:]

    def drip_until(self, moment: datetime) -> None:
        """A few bytes every fifth of a second; the last ones are kept back."""
        while timezone.now() < moment:
            self.send(min(100, len(self.waiting) - 1))
            time.sleep(0.2)

    def answer(self) -> tuple[int, str]:
        """What is left of the body is sent, then the answer is read."""
        self.send(len(self.waiting))
        received = b""
        while part := self.wire.recv(65536):
            received += part
        self.wire.close()
        return int(received.split(b" ", 2)[1]), received.decode()


def form_body(person: Person, **fields: str) -> tuple[bytes, str]:
    body = urlencode({"csrfmiddlewaretoken": person.token, **fields}).encode()
    return body, "application/x-www-form-urlencoded"


def file_body(person: Person, content: bytes) -> tuple[bytes, str]:
    def part(name: str, value: bytes, more: str = "") -> bytes:
        return f'--cut\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"

    body = part("csrfmiddlewaretoken", person.token.encode()) + part("description", b"")
    return body + part("file", content, '; filename="a.pdf"') + b"--cut--\r\n", "multipart/form-data; boundary=cut"


@pytest.mark.postgres
@pytest.mark.case(21)
def test_a_form_that_arrives_across_the_deadline_is_late_and_the_draft_is_kept(site, figure):
    edition = factories.make_edition()
    late, early, filed = (factories.make_complete_draft(edition) for _ in range(3))
    people = {draft.pk: Person(factories.make_member(draft.unit)) for draft in (late, early, filed)}
    seen = {draft.pk: people[draft.pk].shown(site.url + url("check", draft.pk)) for draft in (late, early, filed)}
    deadline = (timezone.now() + timedelta(seconds=4)).replace(microsecond=0)
    Edition.objects.filter(pk=edition.pk).update(submission_deadline=deadline)
    after = deadline + timedelta(seconds=1.2)

    quick = SlowPost(site, people[early.pk], url("submit", early.pk), *form_body(people[early.pk], **seen[early.pk]))
    assert quick.answer()[0] == 302
    slow = form_body(people[late.pk], note="x" * 50_000, **seen[late.pk])
    dripped = SlowPost(site, people[late.pk], url("submit", late.pk), *slow)
    upload = SlowPost(
        site,
        people[filed.pk],
        url("attachments", filed.pk),
        *file_body(people[filed.pk], hostile.pdf(padded)),
    )
    assert timezone.now() < deadline, "begun too late to prove anything"
    upload.send(20_000)
    dripped.drip_until(after)

    code, page = dripped.answer()
    assert code == 409
    assert CLOSED in page
    kept = Application.objects.get(pk=late.pk)
    assert (kept.state, kept.number, kept.title) == (State.DRAFT, None, late.title)
    # A file is no sending: it is kept with the draft, and the draft can no longer be sent.
    assert upload.answer()[0] == 302
    assert Attachment.objects.filter(application=filed).count() == 2
    assert people[filed.pk].post(site.url + url("submit", filed.pk), seen[filed.pk]).status_code == 409
    figure("body begun 3 s before the deadline, ended 1 s after it: 409, draft kept; whole before it: taken")


# --- Zones and the nights the clocks change -----------------------------------------------------
NIGHTS = (  # in the order in which they come; the first two differ in `fold` only, so no dict
    (datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=0), "25 października 2026, 02:30"),
    (datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1), "25 października 2026, 02:30"),
    (datetime(2026, 10, 25, 23, 59, tzinfo=WARSAW), "25 października 2026, 23:59"),
    (datetime(2027, 3, 28, 3, 0, tzinfo=WARSAW), "28 marca 2027, 03:00"),
)
AROUND = (-1, 0, 60)  # a deadline holds to the end of its minute


def said(zone: str, plan: list[dict[str, object]]) -> list[object]:
    """What tests/faults/clock.py prints where the machine lives in `zone`."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.clock", json.dumps(plan)],
        cwd=servers.ROOT,
        env=servers.environment(TZ=zone, PGTZ=zone),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: list[object] = json.loads(ended.stdout.splitlines()[-1])
    return found


def set_database_zone(zone: str) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET timezone TO '{zone}'")


@pytest.fixture
def far_database():
    """The server of the database lives in New Zealand."""
    set_database_zone("Pacific/Auckland")
    yield
    set_database_zone("UTC")


def acts_around(deadline: datetime) -> list[dict[str, object]]:
    """A second before and at the reminder, the dates as pages and mails write them, sending around the deadline."""
    edition = factories.make_edition(submission_deadline=deadline, call_announced_on=deadline.date())
    acts: list[dict[str, object]] = [
        {"at": deadline - timedelta(days=30), "dates": 1},
        {"at": deadline - timedelta(days=1, seconds=1), "remind": 1},
        {"at": deadline - timedelta(days=1), "remind": 1},
    ]
    for seconds in AROUND:
        draft = factories.make_complete_draft(edition)
        actor = factories.make_member(draft.unit)
        acts.append({"at": deadline + timedelta(seconds=seconds), "submit": draft.pk, "actor": actor.pk})
    return [act | {"at": act["at"].isoformat(), "edition": edition.pk} for act in acts]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.case(22)
def test_in_another_zone_and_on_the_nights_the_clocks_change_a_deadline_is_the_same_instant(far_database, figure):
    answers = {}
    for zone in ("America/New_York", "Europe/Warsaw"):
        nights = [night.astimezone(UTC) for night, _shown in NIGHTS]
        said_there = iter(said(zone, [act for night in nights for act in acts_around(night)]))
        answers[zone] = [[next(said_there) for _ in range(3 + len(AROUND))] for _night in nights]
        for night, (_local, shown), found in zip(nights, NIGHTS, answers[zone], strict=True):
            dates, early, due, *sent = found
            assert (dates[-1], early, due) == (shown, 0, len(AROUND))
            assert sent == [(night - timedelta(seconds=1)).isoformat(), night.isoformat(), "late"]
    assert answers["America/New_York"] == answers["Europe/Warsaw"]
    figure(
        f"process in New York, PostgreSQL in Auckland, {len(NIGHTS)} deadlines at the changes of the clock:"
        " −1, 0, +60 s yes, yes, no; reminder 24 h before to the second; the same words"
    )


@pytest.mark.case(22)
@pytest.mark.parametrize("hour", ["2026-10-25T02:30", "2027-03-28T02:30"])
def test_an_hour_that_comes_twice_or_never_is_refused_as_a_deadline(hour, figure):
    form = modelform_factory(Edition, fields=["submission_deadline"])({"submission_deadline": hour})
    assert "Europe/Warsaw" in form.errors["submission_deadline"][0]
    figure(f"{hour} as a deadline: refused")
