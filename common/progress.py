"""How far long work has come, on one line of a terminal; silent where nobody watches."""

import time
from typing import TextIO

INTERVAL = 0.1  # seconds between two writings


class TerminalProgress:
    """Called with what is done, how much of it and of how many."""

    def __init__(self, stream: TextIO) -> None:
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
        self.stream.write("\r" + line.ljust(len(self.shown)))
        self.shown = line
        if done >= total:
            self.stream.write("\n")
            self.shown = ""
        self.stream.flush()
