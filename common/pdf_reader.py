"""Readers of PDF files: processes that are kept between files, because starting one takes a hundred times longer.

A reader (common/pdf_check.py) has none of our secrets, and reads each file in a child of its own.
"""

import atexit
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path

PROGRAM = Path(__file__).with_name("pdf_check.py")
SECONDS = 15  # a reader ends its child earlier; one that does not answer by then is ended itself
KEPT = 2  # more are started while more files are read at once


class ReaderFailed(Exception):
    """The reader died or did not answer."""


def read_verdict(content: bytes) -> str:
    """The word of common/pdf_check.py for this file; ReaderFailed when there is none."""
    reader = _kept_reader() or _Reader()
    try:
        found = reader.ask(content)
    except OSError as error:
        reader.end()
        raise ReaderFailed from error
    if len(_waiting) < KEPT:
        _waiting.append(reader)
    else:
        reader.end()
    return found


def end_readers() -> None:
    """End those that wait for work."""
    while reader := _kept_reader():
        reader.end()


class _Reader:
    """One process in a group of its own, spoken to over a socket, on which every wait has an end."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(SECONDS)
        with theirs:
            # No shell, nothing of the upload in the command, and none of our secrets in the environment.
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", PROGRAM],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, content: bytes) -> str:
        self.socket.sendall(len(content).to_bytes(8, "big") + content)
        answer = b""
        while not answer.endswith(b"\n"):
            if not (more := self.socket.recv(64)):
                raise ConnectionError("the reader ended")
            answer += more
        return answer.decode(errors="replace").strip()

    def end(self) -> None:
        self.socket.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


# Appending and popping are atomic, so threads need no lock. A fork must not share a reader with its parent.
_waiting: deque[_Reader] = deque()
os.register_at_fork(after_in_child=_waiting.clear)
atexit.register(end_readers)


def _kept_reader() -> _Reader | None:
    """One that waits for work and has not been ended by somebody meanwhile."""
    with suppress(IndexError):
        while True:
            if (reader := _waiting.pop()).is_alive:
                return reader
            reader.end()
    return None
