"""What the worker does for the outbox."""

from celery import shared_task

from notifications.services import deliver_due


@shared_task(name="notifications.tasks.deliver")
def deliver() -> int:
    """Send what is due; woken by every enqueue and, for what a lost message left, by beat."""
    return deliver_due()
