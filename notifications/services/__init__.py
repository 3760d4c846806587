"""Every write to the outbox."""

from notifications.services.alerts import alert
from notifications.services.delivery import deliver_due
from notifications.services.enqueue import enqueue, enqueue_bulk
from notifications.services.retry import retry_message

__all__ = ["alert", "deliver_due", "enqueue", "enqueue_bulk", "retry_message"]
