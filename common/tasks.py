"""What the worker does for the journal."""

from celery import shared_task

from common.sealing import seal_entries


@shared_task(name="common.tasks.seal_journal")
def seal_journal() -> int:
    return seal_entries()
