"""What tests of the queue share."""

import pytest
from celery import Celery

from common import background
from tests.servers import RedisServer


@pytest.fixture
def broker(redis_server: RedisServer, settings, monkeypatch) -> RedisServer:
    """A private Redis; what this process wakes goes there, with the settings of production."""
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=redis_server.url, broker_transport_options=settings.REDIS_BROKER_OPTIONS)
    monkeypatch.setattr(background, "current_app", app)
    monkeypatch.setattr(background, "_paused_until", 0.0)
    return redis_server
