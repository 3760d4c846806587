"""How long this piece of work waits for one answer of PostgreSQL, where that is less than DATABASE_ANSWER_SECONDS."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seconds: ContextVar[float | None] = ContextVar("patience", default=None)


def patience() -> float | None:
    return _seconds.get()


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """For a look at whether the database answers. SQLite has nothing to wait for."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)
