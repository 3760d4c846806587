"""Files that no scanner has seen yet, because it was down when they came: asked about again."""

import logging

from django.conf import settings
from django.db import transaction

from applications.models import Attachment, ScanStatus
from common import journal
from common.errors import Conflict
from common.files import open_stored
from common.locking import lock_row
from common.virus_scan import ScannerUnavailable, find_virus

logger = logging.getLogger(__name__)
AT_ONCE = 50
GIVE_UP_AFTER = 3


def scan_attachments() -> int:
    """Ask the scanner about files that wait for it, in any order; how many were judged.

    Nothing happens where no scanner is set (CLAMD_URL). One file it chokes on does not keep others from being
    judged. An infected file stays as evidence and is handed out to nobody.
    """
    if not settings.CLAMD_URL:
        return 0
    waiting = Attachment.objects.filter(scan_status=ScanStatus.NOT_SCANNED, removed_at__isnull=True).exclude(file="")
    judged = silent = 0
    for attachment in waiting.order_by("?")[:AT_ONCE]:
        try:
            with open_stored(attachment.file) as handle:
                virus = find_virus(handle.read(), address=settings.CLAMD_URL)
        except ScannerUnavailable as error:
            logger.error("the virus scanner gives no answer: %s", error)
            silent += 1
            if silent == GIVE_UP_AFTER:
                break
            continue
        except (Conflict, OSError):
            logger.exception("attachment %s cannot be read and stays not scanned", attachment.pk)
            continue
        _judge(attachment.pk, virus)
        judged += 1
    return judged


def _judge(pk: int, virus: str) -> None:
    with transaction.atomic():
        try:
            attachment = lock_row(Attachment.objects.select_related("application"), pk=pk)
        except Attachment.DoesNotExist:  # removed from the entry while the scanner read it
            return
        attachment.scan_status = ScanStatus.INFECTED if virus else ScanStatus.CLEAN
        attachment.save(update_fields=["scan_status"])
        if virus:
            logger.error("attachment %s holds %s and is handed out to nobody", pk, virus)
            journal.record(
                actor=None,
                action="application.withhold_file",
                target=attachment.application,
                edition_id=attachment.application.edition_id,
                attachment=pk,
            )
