"""Simulated applicants: each writes entries one after another and keeps one for the last moments.

Arrivals: people begin spread over their first think time. Before each form they send they think for an
exponentially distributed time. One finished draft of each is sent in a second window at a moment drawn
from a normal distribution around the deadline. After the deadline they go on saving and trying to send.
"""

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scripts.bench.browser import Answer, Browser, Fields
from scripts.bench.journeys import UnexpectedAnswer, save_page, send_entry, write_entry

ACTS = (
    ("open: start", "GET", r"/zgloszenia/nowe/"),
    ("open: part of the form", "GET", r"/zgloszenia/\d+/formularz/"),
    ("open: attachments", "GET", r"/zgloszenia/\d+/zalaczniki/"),
    ("open: check", "GET", r"/zgloszenia/\d+/sprawdzenie/"),
    ("open: entry", "GET", r"/zgloszenia/\d+/$"),
    ("start an entry", "POST", r"/zgloszenia/nowe/"),
    ("save a part", "POST", r"/zgloszenia/\d+/formularz/"),
    ("add a file", "POST", r"/zgloszenia/\d+/zalaczniki/"),
    ("send", "POST", r"/zgloszenia/\d+/wyslanie/"),
)
NO_ANSWER = 0  # in place of a status: the connection broke or timed out
REST = 3.0  # seconds after which a browser's idle connection is closed
SPREAD = 3.0  # standard deviation, in seconds, of sending around the deadline
SLOW_LINE = 100_000  # bytes a second
LARGE_FILE = 3_000_000
PART = 16 * 1024
OFFICE = "urzad"  # the part of the form that is saved again after the deadline


@dataclass(frozen=True, slots=True)
class Request:
    act: str
    status: int
    seconds: float
    sent_at: float  # of time.time()


@dataclass
class Record:
    """What people did and what they were told; lists are only appended to, which threads may do."""

    requests: list[Request] = field(default_factory=list)
    saves: dict[tuple[int, str], int] = field(default_factory=dict)  # (entry, part of the form): number of its text
    acknowledged: dict[int, float] = field(default_factory=dict)  # entry: when its sending was asked for
    refused: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clock:
    """Moments of time.time()."""

    deadline: float
    end: float
    think: float  # seconds, on average


class Window(Browser):
    """One window of one person: everything it asks is timed, and what was acknowledged is remembered."""

    def __init__(
        self,
        port: int,
        cookies: dict[str, str],
        record: Record,
        think: Callable[[], None] = lambda: None,
        line: int = 0,
    ) -> None:
        super().__init__(port, dict(cookies))
        self.line = line  # bytes a second; 0: as fast as the server takes them
        self.record = record
        self.think = think
        self.number = 0  # of the text now being written
        self.posted_at = 0.0  # of time.time()
        self.asked_at = self.gone_at = time.monotonic()

    def another(self) -> "Window":
        """A second window of the same session, whose person does not hesitate."""
        return Window(self.connection.port, self.cookies, self.record, line=self.line)

    def post(self, path: str, fields: Fields, file: bytes = b"") -> Answer:
        self.think()
        self.posted_at = time.time()
        answer = super().post(path, fields, file)
        if answer.status == http.client.FOUND and (saved := re.fullmatch(r"/zgloszenia/(\d+)/formularz/(.+)/", path)):
            self.record.saves[int(saved[1]), saved[2]] = self.number
        return answer

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if time.monotonic() - self.asked_at > REST:
            self.connection.close()
        sent_at, self.gone_at, status = time.time(), time.monotonic(), NO_ANSWER
        try:
            answer = super()._send(method, path, body, headers)
            status = answer.status
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise UnexpectedAnswer(f"{method} {path}: {error!r}") from error
        finally:
            self.asked_at = time.monotonic()
            act = next((name for name, verb, where in ACTS if verb == method and re.match(where, path)), "other")
            self.record.requests.append(Request(act, status, self.asked_at - self.gone_at, sent_at))
        return answer

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        if not (self.line and body):
            super()._request(method, path, body, headers)
            return
        length = {"Content-Length": str(len(body))}
        self.connection.request(method, path, self._slowly(body), headers | length)
        self.gone_at = time.monotonic()  # what the line took is not the server's

    def _slowly(self, body: bytes) -> Iterator[bytes]:
        began = time.monotonic()
        for place in range(0, len(body), PART):
            time.sleep(max(place / self.line - (time.monotonic() - began), 0))
            yield body[place : place + PART]


class Person(threading.Thread):
    """Writes entries until the end. `kept` is the number of the draft for the last moments."""

    def __init__(self, number: int, window: Window, edition_slug: str, kept: int, file: bytes, clock: Clock) -> None:
        super().__init__(name=f"person {number}", daemon=True)
        self.chance = random.Random(number)
        self.clock, self.record = clock, window.record
        self.edition_slug, self.file = edition_slug, file
        self.kept = self.entry = f"/zgloszenia/{kept}/"  # `entry` is the newest
        self.window, self.last_moments = window, window.another()
        self.window.think = self._think
        self.next_number = number * 100

    def run(self) -> None:
        other = threading.Thread(target=self._guarded, args=(self._send_kept,), daemon=True)
        other.start()
        time.sleep(self.chance.uniform(0, self.clock.think))
        while time.time() < self.clock.end:
            self._guarded(self._write if time.time() < self.clock.deadline else self._try_late)
        other.join()

    def _think(self) -> None:
        left = max(self.clock.end - time.time(), 0)
        time.sleep(min(self.chance.expovariate(1 / self.clock.think), left))

    def _guarded(self, act: Callable[[], None]) -> None:
        """An unexpected page ends this act; its status is in the record, which the rules judge."""
        try:
            act()
        except UnexpectedAnswer:
            time.sleep(1)
        except Exception as error:
            self.record.faults.append(f"{self.name}: {error!r}")
            time.sleep(1)

    def _send_kept(self) -> None:
        moment = self.clock.deadline + max(-3 * SPREAD, min(self.chance.gauss(0, SPREAD), 3 * SPREAD))
        time.sleep(max(moment - time.time(), 0))
        self._send(self.last_moments, self.kept)

    def _write(self) -> None:
        self.window.number = self.next_number = self.next_number + 1
        entry = write_entry(self.window, self.edition_slug, self.next_number, self.file)
        self.entry = entry
        self._send(self.window, entry)

    def _try_late(self) -> None:
        entry = self.entry
        if number_of(entry) not in self.record.acknowledged:
            self.window.number = self.next_number = self.next_number + 1
            save_page(self.window, entry, OFFICE, self.next_number)
            self._send(self.window, entry)
        else:
            self._think()
            self.window.get(entry)

    def _send(self, window: Window, entry: str) -> None:
        page = send_entry(window, entry)
        if page.status == http.client.OK and "SLZ-" in page.text:
            self.record.acknowledged[number_of(entry)] = window.posted_at
        else:
            self.record.refused += 1


def number_of(entry: str) -> int:
    return int(entry.strip("/").rpartition("/")[2])
