"""What the service writes to its log during a test, in both formats and at every level."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from common.logs import JsonLines, PlainLines


class WrittenLog(logging.Handler):
    """Formats at once, as the real handlers do: later the request may be over."""

    def __init__(self) -> None:
        super().__init__()
        self.formats = [JsonLines(), PlainLines("%(asctime)s %(levelname)s %(name)s %(message)s")]
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [style.format(record) for style in self.formats]

    @property
    def text(self) -> str:
        """As bytes would be read: JSON escapes are undone."""
        return "\n".join(self.lines).encode().decode("unicode_escape", "ignore") + "\n".join(self.lines)


@contextmanager
def written_log() -> Iterator[WrittenLog]:
    root = logging.getLogger()
    handler, level = WrittenLog(), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
