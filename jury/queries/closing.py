"""What stands between now and the closing of scoring."""

from dataclasses import dataclass

from contest.models import Edition
from jury.queries.progress import EntryProgress, entries_progress


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """Every entry is in `complete` or in exactly one of the lists that block."""

    complete: list[EntryProgress]
    lacking_jurors: list[EntryProgress]
    needing_third: list[EntryProgress]
    open_sheets: list[EntryProgress]

    @property
    def entries(self) -> list[EntryProgress]:
        """All of them, by number."""
        every = [*self.complete, *self.lacking_jurors, *self.needing_third, *self.open_sheets]
        return sorted(every, key=lambda entry: entry.number or "")

    @property
    def total(self) -> int:
        return len(self.complete) + self.blocked

    @property
    def blocked(self) -> int:
        return len(self.lacking_jurors) + len(self.needing_third) + len(self.open_sheets)

    @property
    def possible(self) -> bool:
        return bool(self.complete) and not self.blocked


def closing_preview(edition: Edition) -> ClosingPreview:
    preview = ClosingPreview([], [], [], [])
    for entry in entries_progress(edition):
        if entry.needs_third:
            preview.needing_third.append(entry)
        elif entry.missing:
            preview.lacking_jurors.append(entry)
        elif not entry.complete:
            preview.open_sheets.append(entry)
        else:
            preview.complete.append(entry)
    return preview
