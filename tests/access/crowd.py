"""Asking any address as anybody: one handler for all, nothing kept, and what was written on the way."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import caches
from django.core.handlers.base import BaseHandler
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.access.world import ROLES, World

CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
INSERTED = re.compile(r'^INSERT INTO "(\w+)"')
NOT_A_FACT = '"django_session"'  # a visit is remembered, nothing is changed by it


@dataclass(frozen=True, slots=True)
class Answer:
    """`writes`: the statements that changed rows, with their parameters."""

    status: str
    media_type: str
    is_download: bool
    body: bytes
    writes: tuple[str, ...]
    headers: Mapping[str, str]


class Crowd:
    """Everybody of a world, signed in. Requests go past the test client, which copies every template's context."""

    def __init__(self, world: World) -> None:
        self._sessions = {role: _session_of(world, role) for role in ROLES}
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._sign_in = reverse("account_login")

    def ask(
        self,
        role: str,
        method: str,
        path: str,
        data: Any = None,
        *,
        with_token: bool = True,
        keep: bool = False,
        look: Callable[[], object] | None = None,
    ) -> Answer:
        """The answer; unless `keep`, whatever the request did is rolled back, after a `look` at it.

        `with_token`: past the CSRF check.
        """
        for cache in caches.all():
            cache.clear()
        factory = RequestFactory()
        if session := self._sessions[role]:
            factory.cookies[settings.SESSION_COOKIE_NAME] = session
        if method == "POST":
            request = factory.post(path, data)
        else:
            request = factory.get(path, data) if data else factory.generic(method, path)
        request._dont_enforce_csrf_checks = with_token  # type: ignore[attr-defined]
        with _written() as writes, transaction.atomic():
            response = self._handler.get_response(request)
            body = _body_of(response)
            if look:
                look()
            transaction.set_rollback(not keep)
        if not keep:
            _rewind(writes)
        return Answer(
            status=self._status_of(response),
            media_type=response.headers.get("Content-Type", "").partition(";")[0],
            is_download=response.headers.get("Content-Disposition", "").startswith(("attachment", "inline")),
            body=body,
            writes=tuple(writes),
            headers=dict(response.headers),
        )

    def session_of(self, role: str) -> str:
        return self._sessions[role]

    def _status_of(self, response: HttpResponseBase) -> str:
        """ "login" for a redirect to sign in."""
        if response.status_code == 302 and response.headers["Location"].startswith(f"{self._sign_in}?"):
            return "login"
        return str(response.status_code)


def _rewind(writes: list[str]) -> None:
    """PostgreSQL numbers new rows outside the transaction: what was rolled back gives its numbers back."""
    tables = {table for text in writes for table in INSERTED.findall(text)}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@contextmanager
def quiet() -> Iterator[None]:
    """Thousands of refusals on purpose are no news."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _session_of(world: World, role: str) -> str:
    if role not in world.people:
        return ""
    client = Client()
    client.force_login(world.people[role])
    assert SESSION_KEY in client.session
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _body_of(response: HttpResponseBase) -> bytes:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return bytes(response.content)  # type: ignore[attr-defined]


@contextmanager
def _written() -> Iterator[list[str]]:
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(CHANGES) and NOT_A_FACT not in sql:
            found.append(f"{sql} {params}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
