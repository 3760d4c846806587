"""For machines that watch the service: is it alive, is it ready to work, what are its figures?"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import choose_encoder

from awards.queries.certificates import queue_state
from common.heartbeats import pulse
from common.kernel.lateness import SEALED_WITHIN
from common.queries import unsealed
from notifications.queries import overdue_by
from portal import figures, service_state

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers. Asks nothing of anybody else, so a dead database restarts no web server."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: everything needed to serve people answers, and nothing waits for a background process that died.

    Once the database has not answered, what is read from it is not asked: each question would wait again.
    """
    checks: dict[str, str] = {}
    for name, check in CHECKS.items():
        lost = name in OF_THE_DATABASE and checks["database"] != "ok"
        checks[name] = "unknown" if lost else _answer(name, check)
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse({"status": "ok" if ready else "failing", "checks": checks}, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever holds METRICS_TOKEN; without a token there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    sent = request.headers.get("Authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("401 Unauthorized", status=401, headers={"WWW-Authenticate": "Bearer"})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(figures.registry(timezone.now())), content_type=content_type)


def _answer(name: str, check: Callable[[], str]) -> str:
    """The reason goes to the log: this page is public."""
    try:
        return check()
    except Exception as error:
        logger.warning("not ready, %s: %r", name, error)
        return "failing"


def _database() -> str:
    service_state.ask_database()
    return "ok"


def _migrations() -> str:
    service_state.ask_migrations()
    return "ok"


def _broker() -> str:
    try:
        service_state.ask_broker()
    except service_state.BrokerFull:
        return "full"
    except service_state.BrokerRefuses as error:
        logger.warning("not ready, broker: %s", error)
        return "refusing"
    return "ok"


def _storage() -> str:
    service_state.ask_storage()
    return "ok"


def _disk() -> str:
    free = service_state.disk_free()
    return "ok" if free is None or free >= service_state.DISK_FREE_AT_LEAST else "low"


def _background() -> str:
    return "waiting" if pulse(timezone.now()).silent else "ok"


def _mail() -> str:
    return "ok" if overdue_by(timezone.now()) <= service_state.MAIL_WAITS_AT_MOST else "waiting"


def _certificates() -> str:
    return _waiting(queue_state(timezone.now()).due_since, service_state.CERTIFICATES_WAIT_AT_MOST)


def _journal() -> str:
    return _waiting(unsealed().since, SEALED_WITHIN)


def _waiting(since: datetime | None, limit: timedelta) -> str:
    return "ok" if since is None or timezone.now() - since <= limit else "waiting"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "background": _background,
    "mail": _mail,
    "certificates": _certificates,
    "journal": _journal,
    "storage": _storage,
    "disk": _disk,
}
OF_THE_DATABASE = {"migrations", "background", "mail", "certificates", "journal"}
