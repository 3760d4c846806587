"""Files that no scanner has seen yet, because it was down when they came: asked about again."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from applications.models import Attachment, ScanStatus
from common import journal
from common.background import wake_after_commit
from common.errors import Conflict
from common.files.uploads import open_stored
from common.files.virus_scan import ScannerUnavailable, find_virus
from common.locking import lock_row

logger = logging.getLogger(__name__)
AT_ONCE = 50
GIVE_UP_AFTER = 3
WITHHOLD = "practices.tasks.withhold_infected_files"


@dataclass(slots=True)
class Scanned:
    """How many files were judged, how many of them hold a virus, and how many nobody could judge."""

    judged: int = 0
    infected: int = 0
    unjudged: int = 0


def scan_attachments() -> int:
    """Ask the scanner about files that wait for it, in any order; how many were judged.

    Nothing happens where no scanner is set (CLAMD_URL). An infected file stays as evidence and is handed out to
    nobody.
    """
    if not settings.CLAMD_URL:
        return 0
    return _scan(_present().filter(scan_status=ScanStatus.NOT_SCANNED).order_by("?")[:AT_ONCE]).judged


def scan_everything(*, again: bool) -> Scanned:
    """All that no scanner has seen; `again`: also what was clean, for a scanner that has learnt since."""
    asked = [ScanStatus.NOT_SCANNED, *([ScanStatus.CLEAN] if again else [])]
    return _scan(_present().filter(scan_status__in=asked).order_by("pk").iterator(chunk_size=AT_ONCE))


def _present() -> QuerySet[Attachment]:
    return Attachment.objects.filter(removed_at__isnull=True).exclude(file="")


def _scan(waiting: Iterable[Attachment]) -> Scanned:
    """One file that the scanner chokes on does not keep others from being judged; a silent scanner ends the round."""
    done, silent = Scanned(), 0
    for attachment in waiting:
        done.unjudged += 1
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
        done.unjudged -= 1
        done.judged += 1
        done.infected += bool(virus)
    return done


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
            wake_after_commit(WITHHOLD)
