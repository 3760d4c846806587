"""clamd is asked in its own protocol; a scanner that is down, hangs or talks nonsense is told apart from a verdict."""

import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from common.files import virus_scan
from common.files.virus_scan import ScannerUnavailable, find_virus
from tests.common.files.hostile import EICAR
from tests.servers import free_port


class Handler(socketserver.StreamRequestHandler):
    """What clamd does with INSTREAM; `server.say` replaces the verdict, `server.mute` answers nothing."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen.append(content)
        if self.server.mute:
            time.sleep(2)
            return
        verdict = "stream: Eicar-Signature FOUND" if EICAR in content else "stream: OK"
        self.wfile.write((self.server.say or verdict).encode() + b"\0")


class Scanner(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[bytes] = []
        self.say = ""
        self.mute = False

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_scanner() -> Iterator[Scanner]:
    server = Scanner()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    with running_scanner() as server:
        yield server


@pytest.mark.parametrize("size", [0, 1, virus_scan.PIECE, virus_scan.PIECE + 1, 3_000_000])
def test_a_clean_file_of_any_size_arrives_whole_and_is_clean(scanner, size):
    content = bytes(size)
    assert find_virus(content, address=scanner.url) == ""
    assert scanner.seen == [content]


def test_a_virus_is_named(scanner):
    assert find_virus(b"text " + EICAR, address=scanner.url) == "Eicar-Signature"


def test_a_scanner_that_is_down_gives_no_verdict():
    with pytest.raises(ScannerUnavailable):
        find_virus(b"x", address=f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(ScannerUnavailable):
        find_virus(b"x", address="unix:///nowhere/clamd.ctl")


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "stream:", "OK", "x" * 10_000])
def test_an_answer_that_is_no_verdict_gives_none(scanner, answer):
    scanner.say = answer
    with pytest.raises(ScannerUnavailable):
        find_virus(b"x", address=scanner.url)


def test_a_scanner_that_hangs_is_left_in_time(scanner, monkeypatch):
    scanner.mute = True
    monkeypatch.setattr(virus_scan, "SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(ScannerUnavailable):
        find_virus(b"x", address=scanner.url)
    assert time.monotonic() - started < 1.5
