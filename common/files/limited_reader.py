"""Reading foreign bytes without trusting them: every decoder runs in a process of its own, under limits.

    answer = run_limited("judge", content)            # or a Path; more options as keywords, plain JSON values
    answer.result                                     # what the operation said, a dict
    answer.outputs                                    # bytes it made, such as pages drawn as pictures

`ReaderFailed.kind` says why there is no answer: "memory", "time", "crash", or "busy" when no turn came in time.
The operations are the functions named in `reader_child.OPERATIONS`: `function(content, **options) ->
(result, outputs)`. They are pure: no Django, nothing of the service but `common.files`; what they need of the heavy
libraries they import at the top of their module, which only the reader ever loads.

A reader is kept between files, because starting one takes a hundred times longer than reading with it; it reads
nothing itself, but forks a child for each file. It has none of our secrets and none of our connections: only the
file, a file for the answer, and the lock of its turn are handed to it.

**The ceiling.** On one machine no more than `READERS_AT_ONCE` files are read at a time, by whichever process: each
reading holds a lock on one of as many files in `READERS_FOLDER`. The child holds it too, so a turn is over when the
child is, whatever became of those who asked. Others wait, up to `TURN_SECONDS`.
"""

import atexit
import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from django.conf import settings

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("reader_child.py")
SECONDS = 20  # a reader ends its child earlier; one that does not answer by then is ended itself
TURN_SECONDS = 30.0
LOOK_EVERY = 0.02  # seconds, for a turn
KEPT = 1  # more are started while more files are read at once
RESULT_BYTES = 1_000_000

Kind = Literal["memory", "time", "crash", "busy"]
_FAILURES: dict[str, Kind] = {"memory": "memory", "time": "time"}


class ReaderFailed(Exception):
    """There is no answer; `kind` says why."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    result: Mapping[str, Any]
    outputs: list[bytes]


def run_limited(operation: str, content: bytes | Path, *, in_background: bool = False, **options: Any) -> ReaderAnswer:
    """The answer of one operation about one file; ReaderFailed when there is none.

    Work that nobody waits for is done `in_background`: it leaves one turn to those who wait.
    """
    with ExitStack() as stack:
        turn = stack.enter_context(_turn(settings.READERS_AT_ONCE - in_background))
        source = stack.enter_context(_as_file(content))
        answer = stack.enter_context(tempfile.TemporaryFile())
        reader = _kept_reader() or _Reader()
        try:
            ending = reader.ask({"operation": operation, "options": options}, [source, answer, turn])
        except OSError as error:
            reader.end()
            raise ReaderFailed("time" if isinstance(error, TimeoutError) else "crash") from error
        if len(_waiting) < KEPT:
            _waiting.append(reader)
        else:
            reader.end()
        if ending != "done":
            logger.warning("a reader ended with %s at the operation %s: %s", ending, operation, _last_words(answer))
            raise ReaderFailed(_FAILURES.get(ending, "crash"))
        return _unpack(answer)


def end_readers() -> None:
    """End those that wait for work."""
    while reader := _kept_reader():
        reader.end()


@contextmanager
def _as_file(content: bytes | Path) -> Iterator[IO[bytes]]:
    """Open for reading. Bytes go through a file without a name, so the reader takes both alike."""
    if isinstance(content, Path):
        with content.open("rb") as source:
            yield source
        return
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.flush()
        yield source


def _last_words(answer: IO[bytes]) -> str:
    """The error of an operation that failed by a fault of ours."""
    answer.seek(0)
    return answer.read(4000).decode(errors="replace") if os.fstat(answer.fileno()).st_size < 4001 else ""


def _unpack(answer: IO[bytes]) -> ReaderAnswer:
    """What the child wrote: the length of each part in eight bytes, then the part; the first is the result."""
    answer.seek(0)
    size = os.fstat(answer.fileno()).st_size
    parts: list[bytes] = []
    try:
        while head := answer.read(8):
            length = int.from_bytes(head, "big")
            if length > size or (not parts and length > RESULT_BYTES):
                raise ReaderFailed("crash")
            parts.append(answer.read(length))
        result = json.loads(parts[0])
    except (ValueError, IndexError, RecursionError) as error:
        raise ReaderFailed("crash") from error
    if not isinstance(result, dict):
        raise ReaderFailed("crash")
    return ReaderAnswer(result, parts[1:])


@contextmanager
def _turn(among: int) -> Iterator[IO[bytes]]:
    """One of the machine's turns at reading, held until the block and the child are over."""
    folder = Path(settings.READERS_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + TURN_SECONDS
    with ExitStack() as stack:
        turns = [stack.enter_context(_lock_file(folder / f"{number}")) for number in range(max(among, 1))]
        while True:
            for turn in turns:
                with suppress(BlockingIOError):
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # Never unlocked by name: closing leaves the lock to the child for as long as it lives.
                    yield turn
                    return
            if time.monotonic() > deadline:
                raise ReaderFailed("busy")
            time.sleep(LOOK_EVERY)


def _lock_file(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb")


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
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, request: Mapping[str, Any], files: list[IO[bytes]]) -> str:
        """How the child ended, in a word. The request is one line, the answer another."""
        line = json.dumps(request).encode() + b"\n"
        socket.send_fds(self.socket, [line], [file.fileno() for file in files])
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
