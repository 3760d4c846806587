"""Letting go of stored files: a row in the transaction, the deletion after it, found again if a worker is killed."""

import logging
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import transaction

from privacy.models import FileRemoval

logger = logging.getLogger(__name__)


def let_go(names: Iterable[str]) -> int:
    """Note files to be deleted once the caller's transaction is committed."""
    rows = [FileRemoval(file=name) for name in sorted(set(names)) if name]
    FileRemoval.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(delete_files)
    return len(rows)


def delete_files() -> int:
    """Delete what waits; how many files are gone. A storage that fails keeps its rows for the next turn."""
    gone = 0
    for row in FileRemoval.objects.order_by("pk"):
        try:
            default_storage.delete(str(row.file))
        except OSError:
            logger.exception("a file could not be deleted; it is tried again")
            continue
        row.delete()
        gone += 1
    return gone
