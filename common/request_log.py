"""The outermost middleware: gives each request a number, writes its one line and counts it."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from common import metrics
from common.logs import Activity, busy_with, route_of

logger = logging.getLogger("access")
HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
STATIC = "static"
# Asked every few seconds by machines; their lines would drown those of people.
QUIET = {STATIC, "portal:healthz", "portal:metrics"}
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Takes the number from our own proxy's X-Request-ID, makes one otherwise, and gives it back in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        count = _Count()
        number = request_id(request)
        with busy_with(Activity(request_id=number, request=request)), connection.execute_wrapper(count):
            response = self.get_response(request)
            response.headers[HEADER] = number
            self._tell(request, response.status_code, time.perf_counter() - started, count.queries)
        return response

    def _tell(self, request: HttpRequest, status: int, seconds: float, queries: int) -> None:
        """A stream's duration ends where its sending begins."""
        route = STATIC if request.path.startswith(settings.STATIC_URL) else route_of(request)
        method = request.method if request.method in METHODS else "other"
        metrics.count_request(method=method, route=route, status=status, seconds=seconds)
        level = logging.DEBUG if route in QUIET and status < 400 else logging.INFO
        milliseconds = round(seconds * 1000, 1)
        figures = {"route": route, "status": status, "duration_ms": milliseconds, "queries": queries}
        logger.log(
            level,
            "%s %s %s, %s ms, %s queries",
            method,
            route,
            status,
            milliseconds,
            queries,
            extra={"figures": figures},
        )


def request_id(request: HttpRequest) -> str:
    """Anybody may send the header; only our own proxy is believed."""
    sent = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return sent if WELL_FORMED.fullmatch(sent) else secrets.token_hex(8)


class _Count:
    """How many statements were run, for the line of the request."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)
