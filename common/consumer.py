"""Celery's consumer, made to go on after any message and to find a broker that is back within seconds."""

import logging
from functools import partial
from typing import Any

from celery.worker import consumer
from kombu import Connection, Message

logger = logging.getLogger(__name__)
RECONNECT_PAUSE = 5  # seconds between two tries at most; kombu's own grows to 30 while the broker is away


class Consumer(consumer.Consumer):
    def create_task_handler(self, *args: Any, **kwargs: Any) -> Any:
        """An exception that Celery does not expect here would end the worker; such a message is thrown away instead."""
        handle = super().create_task_handler(*args, **kwargs)
        trouble = (*self.connection_errors, *self.channel_errors)

        def on_message(message: Message) -> None:
            try:
                handle(message)
            except trouble:
                raise
            except Exception:
                logger.exception("a message that could not be read was thrown away")
                if not message.acknowledged:
                    message.reject_log_error(logger, self.connection_errors)

        return on_message

    def ensure_connected(self, conn: Connection) -> Connection:
        within_seconds = partial(conn.ensure_connection, interval_max=RECONNECT_PAUSE)
        conn.ensure_connection = within_seconds  # type: ignore[method-assign]
        return super().ensure_connected(conn)
