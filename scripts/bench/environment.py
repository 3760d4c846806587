"""A place of its own for measuring: databases, files and a queue that nothing else uses, removed at the end.

Settings are those of a public installation (DEBUG off, second factor required, hashed static files).
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/slz"
REDIS = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/9"
DATABASE = "slz_bench"


@dataclass
class Place:
    """Where figures are taken. `use(n)` points this process at the database of n entries."""

    folder: Path
    server: str  # of PostgreSQL; empty: SQLite
    made: list[str]
    name: str = DATABASE

    @property
    def many_writers(self) -> bool:
        return bool(self.server)

    def name_of(self, size: int) -> str:
        return f"{self.name}_{size}" if self.server else str(self.folder / f"{self.name}_{size}.sqlite3")

    def url_of(self, size: int) -> str:
        if self.server:
            return urlsplit(self.server)._replace(path=f"/{self.name_of(size)}").geturl()
        return f"sqlite:///{self.name_of(size)}"

    def use(self, size: int) -> None:
        from django.contrib.contenttypes.models import ContentType
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.name_of(size)
        ContentType.objects.clear_cache()

    def copy(self, source: int, target: int) -> None:
        """A database of its own with the same rows."""
        from django.db import connection

        connection.close()
        if self.server:
            name = self.name_of(target)
            with admin(self.server) as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name_of(source)}"')
            self.made.append(name)
        else:
            shutil.copy(self.name_of(source), self.name_of(target))


@contextmanager
def prepared(*, sqlite: bool, name: str = DATABASE, own_redis: bool = False, static: str = "") -> Iterator[Place]:
    """Everything made and Django set up; everything removed afterwards, whatever happened.

    With `own_redis` the caller brings a Redis, so none is looked for; `static` is a folder of collected static files.
    """
    folder = Path(tempfile.mkdtemp(prefix="slz-bench-"))
    place = Place(folder, "" if sqlite else POSTGRES, [], name)
    queue = None if sqlite or own_redis else _free_redis()
    try:
        _set_environment(place, queue)
        if static:
            os.environ["STATIC_ROOT"] = static
        if place.server:
            name = place.name_of(0)
            with admin(place.server) as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{name}"')
            place.made.append(name)
        import django

        django.setup()
        from django.core.management import call_command

        if not static:
            call_command("collectstatic", "--noinput", verbosity=0)
        yield place
    finally:
        _remove(place, queue)


def set_up() -> None:
    """Django in a process of its own; called before anything that needs models is imported there."""
    import django

    django.setup()


def described(place: Place) -> str:
    """The machine and its load, without which figures mean nothing."""
    from django.db import connection

    cores = len(os.sched_getaffinity(0))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    engine = "SQLite"
    if place.server:
        with admin(place.server) as cursor:
            version = cursor.connection.info.server_version // 10_000
        engine = f"PostgreSQL {version}"
    connection.close()
    return f"{cores} cores, load {load} at the start (1, 5, 15 minutes); {engine}"


@contextmanager
def admin(server: str) -> Iterator["psycopg.Cursor"]:
    address = urlsplit(server)._replace(path="/postgres").geturl()
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


def _set_environment(place: Place, queue: str | None) -> None:
    for name in ("DEMO", "PORT", "ALLOWED_HOSTS", "SITE_URL", "BEHIND_PROXY", "PRACTICES_PUSH_URL"):
        os.environ.pop(name, None)
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_hex(40),
            "DEBUG": "0",
            "DATABASE_URL": place.url_of(0),
            "REQUIRE_SECOND_FACTOR": "1",
            "CACHE_URL": queue.replace("redis://", "rediscache://") if queue else "locmemcache://",
            "CELERY_BROKER_URL": queue or "memory://",
            "EMAIL_URL": "dummymail://",
            "MEDIA_ROOT": str(place.folder / "media"),
            "STATIC_ROOT": str(place.folder / "static"),
            "LOG_LEVEL": "ERROR",
        }
    )


def _free_redis() -> str:
    """An empty database of the Redis server, so that nothing of others is touched."""
    parts = urlsplit(REDIS)
    for number in range(15, 0, -1):
        address = parts._replace(path=f"/{number}").geturl()
        if redis.Redis.from_url(address, socket_timeout=2).dbsize() == 0:
            return address
    raise SystemExit("Every database of the Redis server is in use; name another server in TEST_REDIS_URL.")


def _remove(place: Place, queue: str | None) -> None:
    from django.db import connections

    connections.close_all()
    if place.server:
        with admin(place.server) as cursor:
            for name in place.made:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if queue:
        redis.Redis.from_url(queue).flushdb()
    shutil.rmtree(place.folder, ignore_errors=True)
