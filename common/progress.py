"""How far long work has come, on one line of a terminal; silent where nobody watches."""

import time
from typing import Any, Protocol

INTERVAL = 0.1  # seconds between two writings


class Stream(Protocol):
    """What `self.stdout` of a command can do."""

    def isatty(self) -> bool: ...
    def write(self, text: str, *, ending: str) -> Any: ...
    def flush(self) -> Any: ...


class TerminalProgress:
    """Called with what is done, how much of it and of how many."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.shown = ""
        self.next_at = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self.stream.isatty():
            return
        now = time.monotonic()
        if done < total and now < self.next_at:
            return
        self.next_at = now + INTERVAL
        line = f"{what} {done:,} of {total:,}"
        self.stream.write("\r" + line.ljust(len(self.shown)), ending="\n" if done >= total else "")
        self.shown = "" if done >= total else line
        self.stream.flush()
