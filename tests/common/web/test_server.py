"""The web server's own rules, with a small application and short limits."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from common.web import server as module
from common.web.server import HEAD_KEPT, TAIL_KEPT, Limits, Server
from common.web.sockets import listening
from tests.servers import wait_until

LIMITS = Limits(
    body_bytes=50_000, dropped_bytes=5_000_000, head_seconds=0.5, grace_seconds=0.5, slowest=10_000_000, idle_seconds=60
)
PATIENT = Limits(body_bytes=50_000, head_seconds=60, grace_seconds=60, idle_seconds=60)
HEAD = b"GET /%b HTTP/1.1\r\nHost: x\r\n"
MUCH = 12_000_000


class Site:
    """An application that tells what it was given; `/wait` takes a while, `/much` answers with a lot."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[tuple[str, int]] = []
        self.bodies: list[bytes] = []
        self.may_end = threading.Event()
        self.file = folder / "much"
        with self.file.open("wb") as file:
            file.truncate(MUCH)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        self.seen.append((environ.get("CONTENT_LENGTH", ""), len(body)))
        self.bodies.append(body)
        if environ["PATH_INFO"] == "/wait":
            self.may_end.wait(10)
        if environ["PATH_INFO"] == "/file":
            start_response("200 OK", [("Content-Length", str(MUCH))])
            return environ["wsgi.file_wrapper"](self.file.open("rb"), 4096)
        content = b"m" * MUCH if environ["PATH_INFO"] == "/much" else b"done"
        status = "413 Content Too Large" if int(environ.get("CONTENT_LENGTH") or 0) > LIMITS.body_bytes else "200 OK"
        start_response(status, [("Content-Length", str(len(content)))])
        return [content]


@pytest.fixture
def site(tmp_path) -> Site:
    return Site(tmp_path)


@contextlib.contextmanager
def running(site: Site, limits: Limits = LIMITS, threads: int = 2) -> Iterator[Server]:
    server = Server(site, listening("127.0.0.1", 0), limits=limits, threads=threads)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        site.may_end.set()
        server.limits = replace(server.limits, stop_seconds=1)
        server.stop()
        thread.join(15)
        assert not thread.is_alive()


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=10)


def asked(server: Server, path: bytes = b"", head: bytes = b"", body: bytes = b"") -> bytes:
    with connected(server) as line:
        line.sendall((HEAD % path).replace(b"GET", b"POST" if head else b"GET") + head + b"\r\n" + body)
        return line.recv(65536)


def whole(line: socket.socket) -> bytes:
    """Until the other side hangs up."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while data := line.recv(65536):
            found += data
    return found


def test_a_head_that_does_not_end_is_hung_up_on(site):
    with running(site) as server, connected(server) as line:
        line.sendall(HEAD % b"")
        started = time.monotonic()
        assert whole(line) == b""
        assert time.monotonic() - started < 5
    assert site.seen == []


def test_a_body_that_drips_gets_a_sentence_in_polish(site):
    with running(site) as server, connected(server) as line:
        line.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 1000\r\n\r\nx")
        answer = whole(line).decode()
    assert answer.startswith("HTTP/1.1 408 ")
    assert "Wysyłanie trwało za długo" in answer
    assert site.seen == []


@pytest.mark.parametrize("path", [b"much", b"file"])
def test_a_reader_who_does_not_read_is_hung_up_on_and_holds_no_thread(site, path):
    with running(site, threads=1) as server, connected(server) as line:
        line.sendall(HEAD % path + b"\r\n")
        wait_until(lambda: site.seen, 5, "the application being asked")
        assert asked(server).endswith(b"done")
        wait_until(lambda: not server.active_channels, 8, "the slow reader being dropped")
        assert len(whole(line)) < MUCH


def test_with_longer_limits_all_of_them_stay(site):
    """The control of the tests above: what removes slow people is the limits, nothing else."""
    with running(site, PATIENT) as server, contextlib.ExitStack() as lines:
        for sent in (HEAD % b"", HEAD % b"" + b"Content-Length: 1000\r\n\r\nx", HEAD % b"much" + b"\r\n"):
            lines.enter_context(connected(server)).sendall(sent)
        wait_until(lambda: len(server.active_channels) == 3, 5, "three connections")
        time.sleep(3)
        assert len(server.active_channels) == 3


def test_a_line_that_is_slow_and_steady_may_finish(site):
    with running(site, replace(LIMITS, slowest=2_000)) as server, connected(server) as line:
        line.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 10000\r\n\r\n")
        for _part in range(20):
            line.sendall(b"x" * 500)
            time.sleep(0.1)
        assert b"200 OK" in line.recv(65536)
    assert site.seen == [("10000", 10_000)]


def test_a_body_or_an_answer_has_a_limit_for_the_whole_however_steady():
    limits = Limits(body_bytes=1, whole_seconds=10)
    assert not limits.is_too_slow(10**9, 9)
    assert limits.is_too_slow(10**9, 11)


def test_many_slow_people_hold_no_thread(site):
    with running(site, PATIENT, threads=1) as server, contextlib.ExitStack() as lines:
        for number in range(60):
            line = lines.enter_context(connected(server))
            body = (HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 1000\r\n\r\nx"
            line.sendall([body, HEAD % b"", HEAD % b"file" + b"\r\n"][number % 3])
        wait_until(lambda: len(site.seen) == 20, 10, "the large answers being made")
        started = time.monotonic()
        assert asked(server).endswith(b"done")
        assert time.monotonic() - started < 2


def test_a_reader_of_a_large_answer_gets_every_byte(site):
    with running(site, PATIENT) as server:
        for path in (b"much", b"file"):
            with connected(server) as line:
                line.sendall(HEAD % path + b"Connection: close\r\n\r\n")
                assert len(whole(line).partition(b"\r\n\r\n")[2]) == MUCH


@pytest.mark.parametrize("length", [50_001, 300_000, 4_000_000])
def test_of_a_body_beyond_the_limit_the_application_is_given_its_length_and_its_two_ends(site, length):
    body = b"".join(b"%09d " % number for number in range(length // 10 + 1))[:length]
    with running(site) as server:
        assert b"413" in asked(server, head=b"Content-Length: %d\r\n" % length, body=body)
    assert [told for told, _length in site.seen] == [str(length)]
    assert site.bodies == [body[:HEAD_KEPT] + body[HEAD_KEPT:][-TAIL_KEPT:]]


def test_a_chunked_body_beyond_the_limit_is_refused_too(site):
    body = b"".join(b"2710\r\n" + b"x" * 10_000 + b"\r\n" for _part in range(6)) + b"0\r\n\r\n"
    with running(site) as server:
        assert b"413" in asked(server, head=b"Transfer-Encoding: chunked\r\n", body=body)
    assert int(site.seen[0][0]) > LIMITS.body_bytes


def test_a_body_at_the_limit_is_taken(site):
    with running(site) as server:
        assert b"200" in asked(server, head=b"Content-Length: 50000\r\n", body=b"x" * 50_000)
    assert site.seen == [("50000", 50_000)]


def test_who_asks_before_sending_too_much_is_answered_before(site):
    with running(site) as server, connected(server) as line:
        line.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n")
        assert whole(line).startswith(b"HTTP/1.1 413")


def test_nobody_reads_an_endless_body(site):
    with running(site) as server, connected(server) as line:
        line.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 900000000000\r\n\r\n")
        with contextlib.suppress(OSError):
            for _part in range(2_000):
                line.sendall(b"x" * 10_000)
            pytest.fail("it went on reading")


def test_a_full_server_makes_room_for_who_comes(site):
    with running(site, replace(PATIENT, connections=40)) as server, contextlib.ExitStack() as lines:
        module_new, module.NEW_SECONDS = module.NEW_SECONDS, 0
        lines.callback(setattr, module, "NEW_SECONDS", module_new)
        for _number in range(60):
            lines.enter_context(connected(server)).sendall(HEAD % b"")
            time.sleep(0.005)
        assert asked(server).endswith(b"done")
        assert len(server.active_channels) <= 40


def test_a_disk_that_is_nearly_full_costs_whoever_holds_most(site):
    with running(site, PATIENT) as server, connected(server) as large, connected(server) as small:
        small.sendall(HEAD % b"")
        large.sendall(HEAD % b"much" + b"\r\n")
        wait_until(lambda: site.seen, 5, "the large answer being made")
        server.limits = replace(PATIENT, spare_bytes=10**15)
        wait_until(lambda: len(server.active_channels) <= 1, 5, "the holder being dropped")
        assert len(whole(large)) < MUCH


def test_what_is_under_way_is_finished_when_the_server_stops(site):
    server = Server(site, listening("127.0.0.1", 0), limits=PATIENT, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    with connected(server) as working, connected(server) as sending, connected(server) as idle:
        working.sendall(HEAD % b"wait" + b"\r\n")
        sending.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 10\r\n\r\nhalf ")
        wait_until(lambda: site.seen and len(server.active_channels) == 3, 5, "the requests being under way")
        server.stop()
        assert whole(idle) == b""
        with pytest.raises(OSError):
            connected(server).close()
        sending.sendall(b"other")
        site.may_end.set()
        assert b"done" in working.recv(65536)
        assert b"done" in sending.recv(65536)
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b"no request\r\n\r\n", b"400", "odśwież stronę"),
        (HEAD % b"" + b"X-Long: " + b"x" * 40_000 + b"\r\n\r\n", b"431", "za długi nagłówek"),
    ],
)
def test_what_is_no_request_is_refused_in_polish(site, sent, status, words):
    with running(site) as server, connected(server) as line:
        line.sendall(sent)
        answer = line.recv(65536)
    assert answer.split()[1] == status
    assert words in answer.decode()


def test_bodies_wait_in_files_without_a_name(site, tmp_path, monkeypatch):
    """So nobody reads them and nothing is left when the process is killed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spool"))
    (tmp_path / "spool").mkdir()
    with running(site, PATIENT) as server, connected(server) as line:
        line.sendall((HEAD % b"").replace(b"GET", b"POST") + b"Content-Length: 50000\r\n\r\n" + b"x" * 40_000)
        wait_until(lambda: any("spool" in name for name in open_files()), 5, "the body in a file")
        assert list((tmp_path / "spool").iterdir()) == []


def open_files() -> list[str]:
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(link.readlink()))
    return found
