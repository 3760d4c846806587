"""Pages of files as their readers are shown them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from applications.models import Attachment, Drawing, Rendition, ScanStatus


@dataclass(frozen=True, slots=True)
class ShownPage:
    number: int
    address: str
    width: int
    height: int


@dataclass(slots=True)
class ShownFile:
    """What stands below the name of a file."""

    drawing: str
    page_count: int
    pages: list[ShownPage] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether the original has more pages than are shown."""
        return len(self.pages) < self.page_count

    @property
    def is_pending(self) -> bool:
        return self.drawing == Drawing.PENDING

    @property
    def has_failed(self) -> bool:
        return self.drawing == Drawing.FAILED


def shown_files(
    application_id: int, attachment_ids: Iterable[int], address: Callable[[int, int], str]
) -> dict[int, ShownFile]:
    """By attachment, in one query. Of an infected or emptied file nothing is shown.

    `address(attachment, page)` is where this reader gets a page.
    """
    rows = (
        Attachment.objects.filter(application=application_id, pk__in=list(attachment_ids))
        .exclude(file="")
        .exclude(scan_status=ScanStatus.INFECTED)
        .order_by("pk", "renditions__page")
        .values_list(
            "pk", "drawing", "page_count", "renditions__page", "renditions__width", "renditions__height", "removed_at"
        )
    )
    found: dict[int, ShownFile] = {}
    for pk, drawing, count, page, width, height, removed_at in rows:
        # A file that left the entry before it was drawn never will be.
        state = Drawing.NONE if removed_at and drawing == Drawing.PENDING else drawing
        shown = found.setdefault(pk, ShownFile(state, count))
        if page is not None:
            shown.pages.append(ShownPage(page, address(pk, page), width, height))
    return found


def rendition(attachment: Attachment, page: int) -> Rendition | None:
    """One page of a file whose reader was asked for already; none of an infected one."""
    if attachment.is_infected or not attachment.file:
        return None
    return Rendition.objects.filter(attachment=attachment, page=page).first()
