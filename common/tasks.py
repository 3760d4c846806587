"""What the worker does for the journal."""

from celery import shared_task

from common.sealing import seal_entries, seal_new_entries


@shared_task(name="common.tasks.seal_journal")
def seal_journal() -> int:
    return seal_new_entries()


@shared_task(name="common.tasks.seal_late_entries")
def seal_late_entries() -> int:
    """Those that a long transaction committed so late that the chain has moved on past them."""
    return seal_entries()
