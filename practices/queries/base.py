"""Every read of the base. What was withdrawn is invisible; nothing here reads entries, scores or awards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import is_officer
from common.copies import remembered
from common.taxonomy import SECTION_BY_CODE, TOOL_BY_CODE
from common.todo import Todo
from contest.models import Edition
from contest.phases import Activity, may
from contest.queries import organised_by
from practices.filters import FACETS, RELEVANCE, Filters, with_subsections
from practices.labels import AWARDS, OUTSIDE_CONTEST
from practices.models import Practice, PracticeAttachment, PracticeContact
from practices.search import find
from units.models import UnitKind, Voivodeship


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool
    indent: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its choices; the count of a choice holds with every other filter as it is."""

    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


def visible_to(user: User | AnonymousUser) -> QuerySet[Practice]:
    """Everybody sees what is published; officers also see what was withdrawn."""
    if isinstance(user, User) and is_officer(user):
        return Practice.objects.all()
    return published()


def published() -> QuerySet[Practice]:
    return Practice.objects.filter(withdrawn_at__isnull=True)


def latest(count: int = 3) -> list[Practice]:
    """For the home page: the newest records."""
    return list(published().select_related("voivodeship").defer(*HEAVY)[:count])


MAX_SUGGESTIONS = 3
NEWEST_FIRST = ("-added_on", "-id")
# What a list never shows and would only carry.
HEAVY = (
    "search_tokens",
    "context",
    "goals",
    "actions",
    "cost",
    "results",
    "integration",
    "difficulties",
    "advice",
    "justification",
    "justification_en",
)


def search(filters: Filters) -> QuerySet[Practice]:
    """The records asked for, in the order asked for."""
    rows = filters.narrow(published())
    if filters.q:
        rows = find(rows, filters.q)
        if filters.order == RELEVANCE:
            return rows.order_by(F("relevance").desc(), *NEWEST_FIRST)
    return rows.order_by(*NEWEST_FIRST)


def words_that_find(words: list[str]) -> list[str]:
    """When all words together find nothing: the first of them that find something alone."""
    return [word for word in words[:MAX_SUGGESTIONS] if find(published(), word).exists()] if len(words) > 1 else []


def for_list(rows: QuerySet[Practice]) -> QuerySet[Practice]:
    return rows.select_related("voivodeship").defer(*HEAVY)


def for_export(rows: QuerySet[Practice]) -> QuerySet[Practice]:
    """Whole records with what belongs to them, in a constant number of queries."""
    return (
        rows.select_related("voivodeship", "unit")
        .defer("search_tokens")
        .prefetch_related("tools", "contacts", Prefetch("attachments", handed_out()))
    )


def record(user: User | AnonymousUser, pk: int) -> Practice:
    """One record with all its parts, else 404."""
    return get_object_or_404(for_export(visible_to(user)), pk=pk)


def public_record(pk: int) -> Practice | None:
    """One published record with all its parts."""
    return for_export(published()).filter(pk=pk).first()


def handed_out() -> QuerySet[PracticeAttachment]:
    """Documents of the base but those in which a virus was found, and pictures whose rendition is not made yet."""
    return PracticeAttachment.objects.filter(withheld_at__isnull=True).exclude(file="")


def attachment(user: User | AnonymousUser, pk: int) -> PracticeAttachment:
    """A document of a record this person may see, else 404."""
    return get_object_or_404(handed_out().filter(practice__in=visible_to(user)), pk=pk)


def with_withheld_files() -> list[tuple[Practice, int]]:
    """Published records with documents that hold a virus, and how many."""
    withheld = Count("attachments", filter=Q(attachments__withheld_at__isnull=False))
    rows = published().defer(*HEAVY).annotate(withheld=withheld).filter(withheld__gt=0)
    return [(practice, practice.withheld) for practice in rows.order_by("pk")]


def contact(pk: int) -> PracticeContact:
    """A contact person with their record; who may act on it is asked by the service."""
    return get_object_or_404(PracticeContact.objects.select_related("practice"), pk=pk)


def similar(practice: Practice, count: int = 3) -> list[Practice]:
    """Others of the same section, the same kind of unit first."""
    rows = for_list(published().filter(section=practice.section).exclude(pk=practice.pk))
    near = list(rows.filter(unit_type=practice.unit_type)[:count]) if practice.unit_type else []
    if len(near) < count:
        near += list(rows.exclude(pk__in=[row.pk for row in near])[: count - len(near)])
    return near


def facet_labels() -> dict[str, str]:
    return {
        "section": _("Section"),
        "voivodeship": _("Voivodeship"),
        "unit_type": _("Unit type"),
        "tool": _("Management tool"),
        "year": _("Year added"),
        "award": _("Award"),
    }


def facets(filters: Filters) -> list[Facet]:
    """Choices with counts. Counts without words in them are made once until the base changes."""
    if filters.q:
        counts = _counts(filters)
    else:
        counts = remembered(f"facets {sorted(filters.as_query().items())}", lambda: _counts(filters))
    labels = facet_labels()
    choices: dict[str, dict[str, Any]] = {
        "section": SECTION_BY_CODE,
        "voivodeship": dict(Voivodeship.objects.order_by("name").values_list("code", "name")),
        "unit_type": dict(UnitKind.choices),
        "tool": TOOL_BY_CODE,
        "award": AWARDS,
        "year": {year: year for year in sorted({*counts["year"], filters.year} - {""}, reverse=True)},
    }
    return [
        Facet(name, labels[name], _options(name, choices[name], counts[name], getattr(filters, name)))
        for name in FACETS
    ]


def _options(name: str, known: dict[str, Any], counts: dict[str, int], chosen: str) -> list[Option]:
    """Choices that lead somewhere, and the chosen one even when it no longer does."""
    options = []
    for value, label in known.items():
        count = counts.get(value, 0)
        if name == "section":
            count = sum(counts.get(code, 0) for code in with_subsections(value))
        if count or value == chosen:
            indent = name == "section" and bool(SECTION_BY_CODE[value].parent)
            options.append(Option(value, str(label), count, value == chosen, indent))
    return options


_COLUMN = {"voivodeship": "voivodeship_id", "tool": "tools__code", "award": "award_kind", "year": "added_on"}


def _counts(filters: Filters) -> dict[str, Counter[str]]:
    """How many records each choice of each filter would leave.

    Filters that are not chosen count the same records, so these are read once for all of them;
    a record may have several tools, so tools are always counted apart. Words are looked up once.
    """
    base = published().order_by()
    if filters.q:
        base = base.filter(pk__in=list(find(published(), filters.q).values_list("pk", flat=True)))
    together = [name for name in FACETS if name != "tool" and not getattr(filters, name)]
    rows = list(filters.narrow(base).values_list(*(_COLUMN.get(name, name) for name in together))) if together else []
    counts = {name: Counter(_choice(name, row[place]) for row in rows) for place, name in enumerate(together)}
    for name in FACETS:
        if name not in counts:
            column = _COLUMN.get(name, name)
            grouped = filters.without(name).narrow(base).values_list(column).annotate(found=Count("id"))
            counts[name] = Counter()
            for value, found in grouped.values_list(column, "found"):
                counts[name][_choice(name, value)] += found
    return counts


def _choice(name: str, value: Any) -> str:
    """What a filter calls the value of its column."""
    if name == "year":
        return str(value.year)
    if name == "award" and not value:
        return OUTSIDE_CONTEST
    return "" if value is None else str(value)


def voivodeship_counts() -> dict[str, int]:
    """How many records each voivodeship has, by its code."""
    grouped = published().exclude(voivodeship=None).order_by().values_list("voivodeship_id").annotate(Count("id"))
    return dict(grouped)


def last_change() -> tuple[int, datetime | None]:
    """How many records there are and when one last changed: enough to know a copy is still good."""
    found = Practice.objects.aggregate(count=Count("id"), changed=Max("updated_at"))
    return found["count"], found["changed"]


def managed(query: str) -> QuerySet[Practice]:
    """For officers: every record, withdrawn ones too, optionally those matching a query."""
    rows = Practice.objects.select_related("voivodeship").defer(*HEAVY)
    return find(rows, query).order_by(F("relevance").desc(), "-id") if query else rows


def managed_record(pk: int) -> Practice:
    """For officers: any record with all its parts, else 404."""
    return get_object_or_404(for_export(Practice.objects.all()), pk=pk)


def todos_for(user: User, organised: Sequence[Edition] | None = None) -> list[Todo]:
    """An officer announces the results of editions whose jury is deciding."""
    organised = organised_by(user) if organised is None else organised
    waiting = [edition for edition in reversed(organised) if may(edition, Activity.DECIDE)]
    return [
        Todo(
            title=_("Announce the results: %(edition)s") % {"edition": edition},
            url=reverse("practices:announce", args=[edition.slug]),
            action=_("See what will be announced"),
            detail=_("The jury is deciding. The preview shows whether everything is ready."),
        )
        for edition in waiting
    ]
