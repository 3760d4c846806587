"""Waking the background worker. The row is the truth and a beat sweep finds it; this only hurries."""

import logging
import time
from functools import partial
from typing import Any

from celery import Task, current_app
from django.db import transaction

from common.logs import current

logger = logging.getLogger(__name__)

# After a failure the broker is left alone for a while, so that a page which wakes several tasks
# waits for a dead broker once and not once a task.
PAUSE_AFTER_FAILURE = 10.0
# Seconds after which a wake nobody heard is worth nothing: by then the sweep has found its work. Without an
# end, a worker that comes back after a night would first run every wake of that night.
WAKE_EXPIRES = 60
REQUEST_ID = "request_id"  # the header of a message that says which request woke the task
_paused_until = 0.0


def wake(task: Task | str, *args: Any) -> bool:
    """Ask a worker to run `task` (or the task of that name) soon. Never raises.

    Blocks at most for the time-out of the broker (REDIS_SECONDS); False when nobody could be asked.
    """
    global _paused_until
    name = task if isinstance(task, str) else task.name
    if time.monotonic() < _paused_until:
        return False
    try:
        headers = {REQUEST_ID: current().request_id}
        current_app.send_task(name, args=args, headers=headers, expires=WAKE_EXPIRES, retry=False, ignore_result=True)
    except Exception as error:
        _paused_until = time.monotonic() + PAUSE_AFTER_FAILURE
        logger.warning("could not wake %s, the sweep will find its work: %r", name, error)
        return False
    return True


def wake_after_commit(task: Task | str, *args: Any) -> None:
    """`wake` once this transaction is committed; asking again for the same in it changes nothing."""
    hooks = transaction.get_connection().run_on_commit
    if not any(isinstance(hook, _Wake) and hook.args == (task, *args) for _sids, hook, *_rest in hooks):
        transaction.on_commit(_Wake(wake, task, *args))


class _Wake(partial[bool]):
    """Recognisable among the hooks of a transaction."""
