"""Measuring one act and printing its line."""

import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

NAME = 52


def title(text: str, columns: str = "") -> None:
    print(f"\n{text:<{NAME}}{columns}", flush=True)


def line(name: str, text: str) -> None:
    print(f"{name:<{NAME}}{text}", flush=True)


def seconds_of(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def queries_of(act: Callable[[], Any]) -> int:
    """Counted in a pass of its own, because counting costs time."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT")))


def median_ms(seconds: Iterable[float]) -> float:
    return statistics.median(seconds) * 1000
