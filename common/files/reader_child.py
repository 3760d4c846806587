"""The program behind common/files/limited_reader.py: a process that forks a child for each file it is given.

A few hundred kilobytes can unfold to gigabytes, and a parser of other people's bytes may crash or be taken over. So
this process parses nothing itself: each file is read by a child that ends with it. The child may take a few seconds
and a fixed amount of memory, and whatever it does not survive is a failure of that file alone. Being forked from a
process that has the libraries loaded, it starts in milliseconds.

On standard input, a socket: a line of JSON with the operation and its options, and with it three open files: what to
read, where to write the answer, the lock of the turn. Back goes one word: how the child ended.
It imports nothing of the service but the operations.
"""

import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

# module:function, imported here when first asked for and kept: Django and our settings never are.
OPERATIONS = {
    "judge": "common.files.judges:look",
    "pages": "common.files.pages:draw",
}

MEMORY = 280_000_000  # bytes a child may add to what it shares with this process, the file itself included
ANSWER_BYTES = 100 * 1024 * 1024
CPU_SECONDS = 10
SECONDS = 15  # by the clock on the wall
OPEN_FILES = 64
IDLE_SECONDS = 120  # a reader nobody asks for so long gives its memory back

Operation = Callable[..., tuple[Any, list[bytes]]]

# A child tells how it went by how it ends. None is 0 or 1, with which a program may end by accident.
_DONE, _MEMORY, _CRASH = 40, 41, 42
_WORDS = {
    _DONE: "done",
    _MEMORY: "memory",
    -signal.SIGXCPU: "time",
    -signal.SIGALRM: "time",
}


sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from common.files.given_up import give_up_rights  # noqa: E402 — the path comes first


def main() -> None:
    _be_the_first_to_go()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as asking:
        while request := _next_request(asking):
            line, files = request
            word = _read_in_a_child(asking, line, files)
            for file in files:
                os.close(file)
            asking.sendall(f"{word}\n".encode())


def _next_request(asking: socket.socket) -> tuple[bytes, list[int]] | None:
    """None when nobody asks any more."""
    if not select.select([asking], [], [], IDLE_SECONDS)[0]:
        return None
    line, files, _flags, _address = socket.recv_fds(asking, 65_536, 3)
    while line and not line.endswith(b"\n"):
        line += asking.recv(65_536)
    return (line, files) if line else None


def _read_in_a_child(asking: socket.socket, line: bytes, files: list[int]) -> str:
    request = json.loads(line)
    operation = _operation(request["operation"])
    alive, held = os.pipe()  # its other end closes with the child, however that ends
    child = os.fork()
    if child == 0:
        ending = _CRASH
        try:
            os.close(alive)
            asking.close()
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            _limit()
            give_up_rights()
            ending = _answer(operation, request["options"], files)
        finally:
            os._exit(ending)
    os.close(held)
    in_time = True
    select.select([alive, asking.fileno()], [], [], SECONDS)
    if not _has_ended(alive):
        # The server that asked is gone, or the child's time is over: alarms of its own may be switched off in it.
        in_time = False
        os.kill(child, signal.SIGKILL)
    os.close(alive)
    _pid, status = os.waitpid(child, 0)
    return _WORDS.get(os.waitstatus_to_exitcode(status), "crash") if in_time else "time"


def _has_ended(alive: int) -> bool:
    return bool(select.select([alive], [], [], 0)[0])


def _operation(name: str) -> Operation:
    module, _colon, function = OPERATIONS[name].partition(":")
    found: Operation = getattr(importlib.import_module(module), function)
    return found


def _answer(operation: Operation, options: dict[str, Any], files: list[int]) -> int:
    source, answer, _turn = files
    try:
        os.lseek(source, 0, os.SEEK_SET)
        with open(source, "rb", closefd=False) as handle:
            content = handle.read()
        result, outputs = operation(content, **options)
        with open(answer, "wb", closefd=False) as handle:
            for part in (json.dumps(result).encode(), *outputs):
                handle.write(len(part).to_bytes(8, "big"))
                handle.write(part)
    except MemoryError:
        return _MEMORY
    except BaseException:
        os.truncate(answer, 0)
        os.pwrite(answer, traceback.format_exc().encode()[-4000:], 0)
        return _CRASH
    return _DONE


def _limit() -> None:
    """What the child may take."""
    memory = _address_space() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER_BYTES, ANSWER_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)


def _address_space() -> int:
    """Bytes of this process now; what it shares costs nothing again."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 1_000_000_000  # not Linux


def _be_the_first_to_go() -> None:
    """Where memory runs out after all, the kernel ends a reader and not a server."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return  # not Linux, or not allowed


if __name__ == "__main__":
    main()
