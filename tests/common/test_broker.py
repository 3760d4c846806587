"""What counts as a message of this service; the worker that throws the rest away is in tests/faults/test_queue.py."""

import json

import pytest

from celery_app import app
from common.broker import Transport, is_ours
from common.tasks import tick
from notifications.tasks import deliver
from tests.faults.test_queue import message, spoilt


def test_what_the_service_itself_sends_is_accepted(redis_server):
    """By a wake, by beat (which carries the time limit of the task) and Celery's own restoring of it."""
    with app.connection_for_write(url=redis_server.url) as broker:
        app.send_task("common.tasks.tick", connection=broker, expires=60, headers={"request_id": "x"})
        tick.apply_async(connection=broker, expires=60)
        deliver.apply_async(connection=broker)
    for queue, count in (("slz", 2), ("mail", 1)):
        texts = redis_server.client.lrange(queue, 0, -1)
        assert len(texts) == count
        assert all(is_ours(json.loads(text)) for text in texts)


def test_a_message_with_a_field_that_would_end_the_worker_is_refused():
    assert is_ours(message())
    for field, value in (("task", []), ("id", None), ("timelimit", 1), ("eta", "9999"), ("retries", "x")):
        one = message()
        one["headers"][field] = value
        assert not is_ours(one), field
    assert sum(not is_ours(one) for one in spoilt()) > 100


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}])
def test_what_is_no_message_is_not_delivered(odd):
    transport = Transport.__new__(Transport)
    with pytest.raises(ValueError, match="not a message"):
        transport._deliver(odd, "slz")
