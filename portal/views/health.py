"""For machines that watch the service: is it alive, is it ready to work?"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.queries import chain_state
from common.sealing import SEALED_WITHIN
from notifications.queries import overdue_by

logger = logging.getLogger(__name__)
BROKER_SECONDS = 0.5
MAIL_WAITS_AT_MOST = timedelta(minutes=10)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers. Asks nothing of anybody else, so a dead database restarts no web server."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: everything needed to serve people answers, and nothing waits for a background process that died."""
    checks = {name: _answer(name, check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse({"status": "ok" if ready else "failing", "checks": checks}, status=200 if ready else 503)


def _answer(name: str, check: Callable[[], str]) -> str:
    """The reason goes to the log: this page is public."""
    try:
        return check()
    except Exception as error:
        logger.warning("not ready, %s: %r", name, error)
        return "failing"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


@cache
def _migrations() -> str:
    """Asked until the answer is yes (an exception is not remembered); then it holds for this process's code."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("some migrations were not run")
    return "ok"


def _broker() -> str:
    url = settings.CELERY_BROKER_URL
    if url.startswith(("redis://", "rediss://", "unix://")):
        client = redis.Redis.from_url(
            url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        with client:
            client.ping()
    else:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    return "ok"


def _mail() -> str:
    return "ok" if overdue_by(timezone.now()) <= MAIL_WAITS_AT_MOST else "waiting"


def _journal() -> str:
    since = chain_state().waiting_since
    return "ok" if since is None or timezone.now() - since <= SEALED_WITHIN else "waiting"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "mail": _mail,
    "journal": _journal,
}
