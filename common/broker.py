"""kombu's Redis transport, which a message of garbage would otherwise kill the worker through.

kombu decodes what it takes from the queue before Celery can refuse it; an exception there ends the
worker as an "unrecoverable error". Whoever can write to Redis could stop all mail with one line.
"""

import logging
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

logger = logging.getLogger(__name__)


class Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        """What cannot be a message is dropped: it was already taken from the queue, and no work is only there."""
        try:
            return super()._brpop_read(**options)
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.exception("something in the queue was no message and was thrown away")
            return True


class Transport(redis.Transport):
    Channel = Channel


def use_forgiving_redis() -> None:
    """redis:// means the transport above."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
