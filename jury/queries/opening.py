"""What opening the scoring would do."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from applications.models import Application
from applications.queries.listing import appealed
from applications.workflow import State
from contest.models import Edition


@dataclass(frozen=True, slots=True)
class OpeningPreview:
    """`undecided` block the opening and are named; `by_domain` counts what would be scored."""

    entries: list[Application]
    by_domain: list[tuple[str, int]]
    undecided: list[Application]
    jurors: int
    readings: int

    @property
    def ready(self) -> int:
        return len(self.entries)

    @property
    def possible(self) -> bool:
        return bool(self.ready) and not self.undecided


def awaiting_scoring(edition: Edition) -> QuerySet[Application]:
    return Application.objects.filter(edition=edition, state=State.ELIGIBLE).order_by("pk")


def still_under_review(edition: Edition) -> QuerySet[Application]:
    """Entries without a formal decision, and rejections that are appealed against."""
    undecided = Q(state__in=(State.SUBMITTED, State.RETURNED)) | appealed()
    return Application.objects.filter(undecided, edition=edition).order_by("number")


def opening_preview(edition: Edition) -> OpeningPreview:
    ready = list(awaiting_scoring(edition).select_related("domain"))
    counts: dict[str, int] = {}
    for entry in sorted(ready, key=lambda entry: (entry.domain.position, entry.domain.pk) if entry.domain else (0, 0)):
        counts[str(entry.domain or "–")] = counts.get(str(entry.domain or "–"), 0) + 1
    return OpeningPreview(
        entries=ready,
        by_domain=list(counts.items()),
        undecided=list(still_under_review(edition).select_related("unit")),
        jurors=edition.jury.filter(is_active=True).count(),
        readings=len(ready) * edition.jurors_per_application,
    )
