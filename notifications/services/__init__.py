"""Every write to the outbox."""

from notifications.services.enqueue import enqueue, enqueue_bulk

__all__ = ["enqueue", "enqueue_bulk"]
