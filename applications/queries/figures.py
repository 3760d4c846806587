"""How many entries came how far: the one definition of every published figure (ADR 73).

A figure counts entries by the furthest stage they reached, whatever became of them later:

    filed      sent at least once; a draft dropped before it was sent is nobody's business
    accepted   accepted on formal grounds
    scored     has a result of a closed scoring, also of one that was opened again afterwards
    finalists  chosen by the jury
    awarded    laureates and mentions: what the announcement gives, so one disqualified before it is a finalist

The state says it of entries that are still in the contest. Of those that left it (withdrawn, disqualified) and those
whose scoring was opened again the rows say it that stay: results, and the journal's entries of acceptance and choice.

By domain and by comparison group the same entries are counted, so each list adds up to the whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from applications.models import Application
from applications.workflow import AWARDED, State
from common.localized import localized
from common.models import JournalEntry
from contest.models import ComparisonGroup, Domain, Edition

STAGES = ("filed", "accepted", "scored", "finalists", "awarded")
LEFT = (State.WITHDRAWN, State.DISQUALIFIED)
SILENT = (*LEFT, State.IN_SCORING)  # states that do not tell how far an entry came
UNSENT = -1
REACHED = {
    State.ELIGIBLE: 1,
    State.IN_SCORING: 1,
    State.SCORED: 2,
    State.NOT_SELECTED: 2,
    State.FINALIST: 3,
    **dict.fromkeys(AWARDED, 4),
}  # the stage that a state tells of, a place in STAGES; 0 for every other state


@dataclass(frozen=True, slots=True)
class Tally:
    """Entries of one state and stage; `stage` is a place in STAGES."""

    state: str
    stage: int
    count: int


@dataclass(frozen=True, slots=True)
class PartFigures:
    """The figures of one domain or one comparison group, with its names of that day."""

    name: str  # empty: entries without one
    name_en: str
    figures: dict[str, int]

    def __str__(self) -> str:
        return localized(self, "name")

    @property
    def steps(self) -> list[tuple[str, int]]:
        return steps(self.figures)


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """What the announcement freezes and everybody reads."""

    total: dict[str, int]
    by_domain: list[PartFigures]
    by_group: list[PartFigures]

    @property
    def steps(self) -> list[tuple[str, int]]:
        return steps(self.total)

    def as_json(self) -> dict[str, Any]:
        parts = {"by_domain": self.by_domain, "by_group": self.by_group}
        return self.total | {
            name: [{"name": row.name, "name_en": row.name_en, "figures": row.figures} for row in rows]
            for name, rows in parts.items()
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "PublishedFigures":
        """The opposite. Announcements of 0.1.0 keep the whole only; PostgreSQL keeps no order of keys."""

        def ordered(counts: Mapping[str, int]) -> dict[str, int]:
            return {stage: counts[stage] for stage in STAGES}

        def parts(name: str) -> list[PartFigures]:
            return [PartFigures(row["name"], row["name_en"], ordered(row["figures"])) for row in kept.get(name, [])]

        return cls(ordered(kept), parts("by_domain"), parts("by_group"))


def published_figures(edition: Edition) -> PublishedFigures:
    """As they stand now; three statements. Names are read apart: counting by long texts takes twice the time."""
    rows = with_stage(Application.objects.filter(edition=edition, submitted_at__isnull=False))
    counted = rows.order_by().values_list("domain_id", "group_id", "state", "stage").annotate(count=Count("pk"))
    found = [(domain, group, Tally(*tally)) for domain, group, *tally in counted]
    return PublishedFigures(
        total=figures(tally for _domain, _group, tally in found),
        by_domain=_by_part(edition.domains.all(), [(domain, tally) for domain, _group, tally in found]),
        by_group=_by_part(edition.groups.all(), [(group, tally) for _domain, group, tally in found]),
    )


def _by_part(parts: Iterable[Domain | ComparisonGroup], rows: list[tuple[int | None, Tally]]) -> list[PartFigures]:
    """In the edition's own order, also those in which nothing was filed; entries without a part come last."""
    named: list[tuple[int | None, str, str]] = [(part.pk, part.name, part.name_en) for part in parts]
    if any(pk is None for pk, _tally in rows):
        named.append((None, "", ""))
    return [
        PartFigures(name, name_en, figures(tally for part, tally in rows if part == pk)) for pk, name, name_en in named
    ]


def tally_of(edition: Edition) -> list[Tally]:
    """Every figure and every count by state is a sum of these.

    One statement while every state tells how far its entries came; a second one looks at those that are silent.
    """
    entries = Application.objects.filter(edition=edition).order_by()
    counted = list(entries.values_list("state").annotate(count=Count("pk"), sent=Count("submitted_at")))
    tallies = [Tally(state, UNSENT, count - sent) for state, count, sent in counted if count > sent]
    tallies += [Tally(state, REACHED.get(state, 0), sent) for state, _count, sent in counted if state not in SILENT]
    if any(sent for state, _count, sent in counted if state in SILENT):
        silent = with_stage(entries.filter(state__in=SILENT, submitted_at__isnull=False))
        tallies += [Tally(*row) for row in silent.values_list("state", "stage").annotate(count=Count("pk"))]
    return tallies


def with_stage(entries: QuerySet[Application]) -> QuerySet[Any]:
    """Each entry with the furthest stage it reached. Journal and results are looked into where the state is silent."""
    left = Q(state__in=LEFT)
    return entries.annotate(
        stage=Case(
            When(submitted_at__isnull=True, then=Value(UNSENT)),
            When(left & Exists(_journal("application.shortlist")), then=Value(3)),
            When(Q(state__in=SILENT) & Exists(_results()), then=Value(2)),
            When(left & Exists(_journal("application.accept")), then=Value(1)),
            *(When(state=state, then=Value(stage)) for state, stage in REACHED.items()),
            default=Value(0),
            output_field=IntegerField(),
        )
    )


def figures(rows: Iterable[Tally]) -> dict[str, int]:
    """How many came at least so far, by the names of STAGES."""
    rows = list(rows)
    return {name: sum(row.count for row in rows if row.stage >= stage) for stage, name in enumerate(STAGES)}


def states(rows: Iterable[Tally]) -> dict[str, int]:
    """How many sent entries are in each state; "DRAFT" counts those never sent, withdrawn ones apart."""
    found: dict[str, int] = {}
    for row in rows:
        if row.stage != UNSENT or row.state == State.DRAFT:
            found[row.state] = found.get(row.state, 0) + row.count
    return found


def steps(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The figures with their names, the same on every page."""
    labels = {
        "filed": _("filed"),
        "accepted": _("accepted on formal grounds"),
        "scored": _("scored"),
        "finalists": _("finalists"),
        "awarded": _("laureates and mentions"),
    }
    return [(labels[name], counts[name]) for name in STAGES if name in counts]


def _journal(action: str) -> QuerySet[JournalEntry]:
    label = Application._meta.label_lower
    return JournalEntry.objects.filter(target_type=label, target_id=OuterRef("pk"), action=action)


def _results() -> QuerySet[Application]:
    """Any result of the entry: the table belongs to the jury, the relation to the entry."""
    return Application.objects.filter(pk=OuterRef("pk"), round_results__isnull=False)
