"""With DEBUG off, an unsafe setting stops the start with a sentence that says which and why.

`manage.py` asks through Django's system checks, the web server through config/wsgi.py, the worker by a signal.
"""

import ipaddress
import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.signals import beat_init, worker_init
from celery.worker import WorkController
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

SECRET_LENGTH = 50
TOKEN_LENGTH = 20
SHORTEST_NAME = 5
# What people leave in a form they mean to fill in later. The beginning of a word, so that an institute of
# "metodologia" is none.
PLACEHOLDER = re.compile(r"\bexample\.|@localhost|\b(?:przykład|przyklad|uzupełnij|todo\b|xxx\b|changeme|lorem)|\.\.\.")


def problems() -> list[str]:
    """Every unsafe setting, one sentence each; empty when the service may start."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    public = not _is_loopback(host)
    secret = _secret_key()
    found = []
    if not secret:
        found.append(
            "SECRET_KEY is missing: sessions and links in mail could not be signed. "
            "Set it, or let `python3 scripts/prepare.py` write var/secret_key."
        )
    if settings.DEBUG:
        exposed = "DEBUG is on while SITE_URL is public: error pages would show secrets."
        return [*found, exposed] if public else found
    if secret and len(secret) < SECRET_LENGTH:
        found.append(f"SECRET_KEY is shorter than {SECRET_LENGTH} characters: signed sessions could be forged.")
    if site.scheme not in ("http", "https") or not host or site.path or site.query:
        found.append("SITE_URL is not an address such as https://konkurs.example.org: links in mail would not work.")
        return found
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS does not name the hosts: a forged Host header would end up in links.")
    elif not _is_allowed(host):
        found.append(f"ALLOWED_HOSTS does not contain {host} of SITE_URL: every link in mail would be refused.")
    if public and settings.DEMO:
        found.append("DEMO is on while SITE_URL is public: everybody knows the password of the demonstration accounts.")
    if public and site.scheme != "https":
        found.append("SITE_URL begins with http:// and is public: passwords would travel in the open.")
    if public and _keeps_mail():
        found.append("EMAIL_URL is not set while SITE_URL is public: mail would stay in files and reach nobody.")
    if public and "@localhost" in settings.DEFAULT_FROM_EMAIL:
        found.append("DEFAULT_FROM_EMAIL is not set while SITE_URL is public: mail servers would refuse the sender.")
    if site.scheme == "https" and not settings.BEHIND_PROXY:
        found.append(
            "BEHIND_PROXY is off while SITE_URL begins with https://: the web server itself speaks no TLS, "
            "so every page would lead to itself for ever."
        )
    if public and not settings.REQUIRE_SECOND_FACTOR:
        found.append(
            "REQUIRE_SECOND_FACTOR is off while SITE_URL is public: one stolen password would open the contest."
        )
    if public and (missing := _operator_unknown()):
        found.append(
            f"{', '.join(missing)} not set, or still an example, while SITE_URL is public: the statement of "
            "accessibility and the privacy page must name who runs the service."
        )
    if 0 < len(settings.METRICS_TOKEN) < TOKEN_LENGTH:
        found.append(f"METRICS_TOKEN is shorter than {TOKEN_LENGTH} characters: it could be guessed.")
    if _is_postgres() and str(settings.CACHES["default"]["BACKEND"]).endswith("LocMemCache"):
        found.append("CACHE_URL is not set while DATABASE_URL is PostgreSQL: sign-in attempts would be counted apart.")
    return found


def refuse_unsafe() -> None:
    """For the web server."""
    found = problems_of_processes()
    if _styles_are_missing():
        found.append(
            f"{settings.STATIC_ROOT} holds no styles and scripts, so every page would fail: "
            "run `manage.py collectstatic --noinput` as the user of the service."
        )
    if found:
        raise ImproperlyConfigured(" ".join(found))


def problems_of_processes() -> list[str]:
    """Besides, for processes that stand apart: they share a broker and a database, or they do not work together."""
    found = problems()
    if settings.DEBUG:
        return found
    if settings.CELERY_BROKER_URL.startswith("memory"):
        found.append("CELERY_BROKER_URL is not set: a worker in another process would never hear of work to do.")
    if not _is_postgres():
        found.append(
            "DATABASE_URL is not set, or is SQLite: several processes need PostgreSQL. "
            "On one machine, for a few people, `manage.py serve` does all in one process."
        )
    return found


@checks.register(checks.Tags.security)
def check_settings(**_kwargs: Any) -> list[checks.CheckMessage]:
    return [checks.Error(text, id="config.unsafe") for text in problems()]


@worker_init.connect
@beat_init.connect
def refuse_unsafe_worker(sender: Any = None, **_kwargs: Any) -> None:
    """Celery runs Django's checks and ignores their answer; only SystemExit ends it from here.

    Worker and beat inside `manage.py serve` say the same word; that command has asked already, and is one process.
    """
    inside_serve = type(sender) is WorkController or threading.current_thread() is not threading.main_thread()
    if not inside_serve and (found := problems_of_processes()):
        raise SystemExit(" ".join(found))


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_allowed(host: str) -> bool:
    name = f"[{host}]" if ":" in host else host
    return validate_host(name, settings.ALLOWED_HOSTS)


def _operator_unknown() -> list[str]:
    """Variables of the operator that are empty or an example. A telephone and a data officer not everybody has."""
    named = {"SITE_OPERATOR_NAME": "name", "SITE_OPERATOR_ADDRESS": "address", "SITE_OPERATOR_EMAIL": "email"}
    return [name for name, key in named.items() if _is_placeholder(str(settings.SITE_OPERATOR[key]))]


def _is_placeholder(text: str) -> bool:
    plain = text.strip().lower()
    return len(plain) < SHORTEST_NAME or PLACEHOLDER.search(plain) is not None


def _styles_are_missing() -> bool:
    """The list that `collectstatic` writes last; pages look their styles up in it."""
    hashed = str(settings.STORAGES["staticfiles"]["BACKEND"]).endswith("ManifestStaticFilesStorage")
    return hashed and not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()


def _keeps_mail() -> bool:
    return settings.EMAIL_BACKEND.rpartition(".")[0].endswith((".filebased", ".console", ".dummy"))


def _is_postgres() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")
