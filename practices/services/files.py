"""Which file stands for an attachment in the public base.

Documents are published as they were sent. Of a picture only its rendition is: the original may tell where it was
taken and with what, and whoever sent it to a jury did not agree to that. Until it is drawn its row has no file and
nobody sees it.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from django.db import transaction

from applications.models import Attachment, Rendition, ScanStatus
from common import journal
from common.copies import public_content_changed
from common.files.kinds import EXTENSIONS, PICTURES
from common.kernel.seals import differences_of_each
from practices.models import Practice, PracticeAttachment
from practices.versions import make_versions


def published_file(practice: Practice, file: Attachment) -> PracticeAttachment:
    """The row of a document, not saved."""
    row = PracticeAttachment(
        practice=practice,
        source=file,
        file="",
        name=file.name,
        description=file.description,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
    )
    if file.media_type not in PICTURES:
        row.file.name = file.file.name
    elif drawn := next(iter(file.renditions.all()), None):
        _stand_for(row, drawn)
    return row


@transaction.atomic
def publish_drawn_pictures() -> int:
    """Give pictures published before they were drawn their files; how many. Safe to run twice."""
    waiting = (
        PracticeAttachment.objects.select_for_update(of=("self",))
        .filter(file="", withheld_at=None, source__renditions__page=1)
        .exclude(source__scan_status=ScanStatus.INFECTED)
        .select_related("practice")
        .order_by("pk")
    )
    found = list(waiting)
    pages = Rendition.objects.filter(attachment__in=[row.source_id for row in found], page=1)
    drawn = {page.attachment_id: page for page in _as_sealed(pages.select_related("attachment"))}
    rows = [row for row in found if row.source_id in drawn]
    for row in rows:
        _stand_for(row, drawn[row.source_id or 0])
        row.save(update_fields=["file", "name", "media_type", "size", "sha256"])
    if rows:
        practices = {row.practice_id: row.practice for row in rows}
        sealed = make_versions(actor=None, practices=practices.values(), reason="practice.show_picture")
        journal.record_bulk(
            [
                journal.draft_entry(
                    actor=None, action="practice.show_picture", target=practice, facts=sealed[practice.pk]
                )
                for practice in practices.values()
            ]
        )
        public_content_changed()
    return len(rows)


def _as_sealed(pages: Iterable[Rendition]) -> list[Rendition]:
    """Without those changed past the service: verify_all names them, and nobody publishes them."""
    pages = list(pages)
    altered = {found.number for found in differences_of_each(pages)}
    return [page for page in pages if str(page.pk) not in altered]


def _stand_for(row: PracticeAttachment, drawn: Rendition) -> None:
    row.file.name = drawn.file.name
    row.name = str(PurePosixPath(row.name).with_suffix(EXTENSIONS[drawn.media_type]))
    row.media_type, row.size, row.sha256 = drawn.media_type, drawn.size, drawn.sha256
