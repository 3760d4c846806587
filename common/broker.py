"""kombu's Redis transport, made to deliver nothing but messages as this service writes them.

kombu decodes what it takes from the queue before Celery can refuse it, and Celery believes the headers: a task's
name that is no text, or a time limit of one's own choice, ends the worker as an "unrecoverable error". Whoever
can write to Redis could stop all work with one line.
"""

import logging
from typing import Any

from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import DataError

logger = logging.getLogger(__name__)
EVENTS = "celeryev."  # what workers tell one another where gossip is on; no tasks
# Nothing here sends tasks with these; a stranger's would run at times or after tasks of their choice.
UNUSED = {"eta": None, "retries": 0, "group": None}


class Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        """What cannot be a message is dropped: it was already taken from the queue, and no work is only there."""
        try:
            return super()._brpop_read(**options)
        except (ValueError, KeyError, TypeError, AttributeError, DataError):
            logger.exception("something in the queue was no message and was thrown away")
            return True


class Transport(redis.Transport):
    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        if not (queue.startswith(EVENTS) or is_ours(message)):
            raise ValueError("not a message of this service")
        super()._deliver(message, queue)


def is_ours(message: Any) -> bool:
    """As `send_task` and beat of this service write them (version 2 of Celery's message protocol)."""
    match message:
        case {
            "body": str(),
            "content-type": "application/json",
            "headers": {"task": str(), "id": str(), **headers},
            "properties": {"delivery_tag": str(), "delivery_info": {**_info}, **_properties},
            **_rest,
        }:
            limits = (None, [None, None], [settings.CELERY_TASK_TIME_LIMIT, None])
            unused = all(headers.get(name) in (None, value) for name, value in UNUSED.items())
            return unused and headers.get("timelimit") in limits
    return False


def use_forgiving_redis() -> None:
    """redis:// means the transport above."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
