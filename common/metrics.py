"""Figures that processes count for themselves, in the format of Prometheus; the rest is read from the database.

With several web processes they are kept in files of PROMETHEUS_MULTIPROC_DIR, so that whichever process answers
a scrape tells for all of them (docs/adr/0044).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from common.errors import Invalid

if settings.PROMETHEUS_MULTIPROC_DIR:  # the library looks at it when it is imported
    Path(settings.PROMETHEUS_MULTIPROC_DIR).mkdir(parents=True, exist_ok=True)

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

_REQUESTS = Counter("slz_http_requests", "Requests answered.", ["method", "route", "status"])
_SECONDS = Histogram(
    "slz_http_request_duration_seconds",
    "How long an answer took to begin.",
    ["route"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_SIGN_IN_FAILURES = Counter("slz_sign_in_failures", "Sign-ins refused: an unknown address, a wrong password or code.")
_RATE_LIMITED = Counter("slz_rate_limited", "Requests refused because they came too often.", ["route"])
_UPLOADS_REFUSED = Counter("slz_uploads_refused", "Files refused by size or content.")


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """`route` is the name of an address, never a path: the number of series must not grow with what people ask."""
    _REQUESTS.labels(method, route, f"{status // 100}xx").inc()
    _SECONDS.labels(route).observe(seconds)
    if status == 429:
        _RATE_LIMITED.labels(route).inc()


def count_sign_in_failure() -> None:
    _SIGN_IN_FAILURES.inc()


@contextmanager
def refused_uploads_counted() -> Iterator[None]:
    try:
        yield
    except Invalid:
        _UPLOADS_REFUSED.inc()
        raise


def counted() -> CollectorRegistry:
    """What all processes of this machine's web server have counted, in a registry of the caller's own."""
    registry = CollectorRegistry()
    if settings.PROMETHEUS_MULTIPROC_DIR:
        MultiProcessCollector(registry)
    else:
        for collector in (_REQUESTS, _SECONDS, _SIGN_IN_FAILURES, _RATE_LIMITED, _UPLOADS_REFUSED):
            registry.register(collector)
    return registry
