"""What tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from common import background
from tests.servers import SECRET_KEY, RedisServer, Web, web

NO_BROKER = "redis://127.0.0.1:1/0"  # refuses at once, for tests that are not about wakes


@pytest.fixture
def broker(redis_server: RedisServer, settings, monkeypatch) -> RedisServer:
    """A private Redis; what this process wakes goes there, with the settings of production."""
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=redis_server.url, broker_transport_options=settings.REDIS_BROKER_OPTIONS)
    monkeypatch.setattr(background, "current_app", app)
    monkeypatch.setattr(background, "_paused_until", 0.0)
    return redis_server


@pytest.fixture
def site(tmp_path: Path, static_root: str, settings) -> Iterator[Web]:
    """A web server on this test's database; `Person` of test_several_machines signs in on it."""
    settings.SECRET_KEY = SECRET_KEY
    with web(tmp_path / "web.log", NO_BROKER, STATIC_ROOT=static_root, MEDIA_ROOT=str(tmp_path / "media")) as running:
        yield running
