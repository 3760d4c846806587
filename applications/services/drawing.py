"""Pages of files, drawn for officers and jurors by the limited reader: rows say what waits, a sweep draws it.

Only files of entries that were sent are drawn: a draft is its authors' business. The newest come first, so files of
old editions, which wait after an upgrade, hold up nobody.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from applications.models import Attachment, Drawing, Rendition
from common import journal
from common.background import wake_after_commit
from common.errors import Invalid, Refusal
from common.files.kinds import OFFICE, PDF
from common.files.limited_reader import ReaderFailed, run_limited
from common.files.uploads import discard, read_stored, store
from common.locking import lock_row

PAGES = 30  # drawn of one document; the rest is in the original
MAX_ATTEMPTS = 5
AT_IT = timedelta(minutes=2)  # how long one who draws a file keeps others from it; longer than drawing takes
RUN_SECONDS = 20  # then the round ends, so other work gets its turn
FOLDER = "renditions"
PUBLISH = "practices.tasks.publish_drawn_pictures"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Page:
    file: str
    facts: dict[str, Any]
    size: int
    sha256: str


def draw_attachments() -> int:
    """Draw what waits until nothing does or time is up; how many files were drawn. May run twice or beside itself."""
    until = time.monotonic() + RUN_SECONDS
    drawn = 0
    while time.monotonic() < until and (attachment := _claim_next()):
        try:
            drawn += _draw(attachment)
        except ReaderFailed:  # busy: people's uploads go first
            Attachment.objects.filter(pk=attachment.pk).update(
                draw_attempts=F("draw_attempts") - 1, draw_due_at=timezone.now()
            )
            break
    return drawn


def _claim_next() -> Attachment | None:
    """The next file to draw. A try is counted before it is made: a file that ends its worker is given up too."""
    now = timezone.now()
    free = Q(draw_due_at=None) | Q(draw_due_at__lte=now)
    waiting = Attachment.objects.filter(
        free, drawing=Drawing.PENDING, removed_at=None, application__submitted_at__isnull=False
    )
    for attachment in waiting.exclude(file="").order_by("-pk")[:10]:
        claim = {"draw_attempts": F("draw_attempts") + 1, "draw_due_at": now + AT_IT}
        if Attachment.objects.filter(free, pk=attachment.pk, drawing=Drawing.PENDING).update(**claim):
            attachment.draw_attempts += 1
            return attachment
    return None


def _draw(attachment: Attachment) -> bool:
    if attachment.media_type in OFFICE:
        Attachment.objects.filter(pk=attachment.pk).update(drawing=Drawing.NONE)
        return False
    pages: list[_Page] = []
    try:
        count = _make_pages(attachment, pages)
    except ReaderFailed as failure:
        if failure.kind == "busy":
            _forget(pages)
            raise
        return _failed(attachment, pages, failure)
    except (Refusal, OSError) as error:
        return _failed(attachment, pages, error)
    if not _keep(attachment.pk, pages, count):
        _forget(pages)
        return False
    return True


def _make_pages(attachment: Attachment, pages: list[_Page]) -> int:
    """Fill `pages` call by call, each with a few seconds of its own; how many the document has."""
    content = read_stored(attachment.file, attachment.sha256)
    most = PAGES if attachment.media_type == PDF else 1
    while True:
        try:
            answer = run_limited(
                "pages", content, in_background=True, media_type=attachment.media_type, first=len(pages), most=most
            )
        except ReaderFailed as failure:
            if not pages or failure.kind == "busy":
                raise
            logger.warning("attachment %s is drawn up to page %s only: %s", attachment.pk, len(pages), failure)
            return max(len(pages), attachment.page_count)
        attachment.page_count = int(answer.result["pages"])
        if not answer.outputs:
            raise Invalid("the document has no page to draw")
        for facts, drawn in zip(answer.result["drawn"], answer.outputs, strict=True):
            pages.append(_Page(store(drawn, FOLDER), facts, len(drawn), hashlib.sha256(drawn).hexdigest()))
        if len(pages) >= min(attachment.page_count, most):
            return attachment.page_count


def _keep(pk: int, pages: list[_Page], count: int) -> bool:
    """The rows of the pages; False when the file was removed, or drawn by another, meanwhile."""
    with transaction.atomic():
        try:
            attachment = lock_row(Attachment.objects.all(), pk=pk)
        except Attachment.DoesNotExist:
            return False
        if attachment.drawing != Drawing.PENDING or not attachment.file:
            return False
        drawn = Rendition.objects.bulk_create(
            Rendition(
                attachment=attachment,
                page=page.facts["page"] + 1,
                file=page.file,
                media_type=page.facts["media_type"],
                width=page.facts["width"],
                height=page.facts["height"],
                size=page.size,
                sha256=page.sha256,
            )
            for page in pages
        )
        attachment.drawing, attachment.page_count = Drawing.DRAWN, count
        attachment.save(update_fields=["drawing", "page_count"])
        application = attachment.application
        journal.record(
            actor=None,
            action="application.draw_file",
            target=application,
            edition_id=application.edition_id,
            facts=drawn,
            attachment=pk,
            pages=count,
        )
        wake_after_commit(PUBLISH)
    return True


def _failed(attachment: Attachment, pages: list[_Page], error: Exception) -> bool:
    """Tried again later; after the last try readers are told to open the original."""
    _forget(pages)
    logger.error("attachment %s could not be drawn, try %s: %s", attachment.pk, attachment.draw_attempts, error)
    if attachment.draw_attempts >= MAX_ATTEMPTS:
        Attachment.objects.filter(pk=attachment.pk, drawing=Drawing.PENDING).update(drawing=Drawing.FAILED)
    return False


def _forget(pages: list[_Page]) -> None:
    for page in pages:
        discard(page.file)
