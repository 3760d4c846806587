"""What stands between now and the closing of scoring."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from applications.models import Application
from applications.workflow import State
from contest.models import Edition
from jury.queries.progress import COMPLETE, LACKING, NEEDING_THIRD, OPEN, EntryRows, entries_in_scoring


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """How many entries are complete, and how many block; every entry is counted once."""

    complete: int
    lacking_jurors: int
    needing_third: int
    open_sheets: int
    missing: int  # jurors still to be assigned, in all

    @property
    def total(self) -> int:
        return self.complete + self.blocked

    @property
    def blocked(self) -> int:
        return self.lacking_jurors + self.needing_third + self.open_sheets

    @property
    def lacking(self) -> int:
        """Entries to which a juror is still to be assigned, the one called by a gap included."""
        return self.lacking_jurors + self.needing_third

    @property
    def possible(self) -> bool:
        return bool(self.complete) and not self.blocked


def closing_preview(edition: Edition) -> ClosingPreview:
    """Counted by the database in one statement."""
    counts = entries_in_scoring(edition).aggregate(
        complete=Count("pk", filter=COMPLETE),
        lacking_jurors=Count("pk", filter=LACKING),
        needing_third=Count("pk", filter=NEEDING_THIRD),
        open_sheets=Count("pk", filter=OPEN),
        all_missing=Sum("missing", default=0),
    )
    return ClosingPreview(missing=counts.pop("all_missing"), **counts)


def blocking_entries(edition: Edition) -> EntryRows:
    """Those that are not complete yet, by number."""
    return entries_in_scoring(edition).exclude(COMPLETE)


def disqualifiable(edition: Edition) -> QuerySet[Application]:
    """The entries in scoring as a list to choose from: numbers and units only."""
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING).select_related("unit")
    return rows.only("number", "title", "unit__name", "unit__kind").order_by("number")
