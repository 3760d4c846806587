"""What an organiser reads of an edition's entries: the list, its counts, what waits for a decision.

An entry that was never sent is nobody's business but its authors': organisers learn how many there
are, never what they say. While an entry is being completed they see it as it was last sent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Membership, User
from accounts.permissions import reads_everything
from applications.models import (
    Appeal,
    AppealStatus,
    Application,
    ApplicationVersion,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)
from applications.permissions_review import TIED
from applications.workflow import State
from common.deadlines import in_time, passed
from common.localized import localized
from common.text import fold
from contest.models import ComparisonGroup, Domain, Edition, JuryMember
from contest.permissions import own_juries
from units.models import Unit, UnitKind, Voivodeship

CRITERIA_COUNT = len(FormalCriterion)

_LIFE = {state: place for place, state in enumerate(State.values)}
SORTS: dict[str, tuple[str, ...]] = {
    "number": ("number",),
    "unit": ("unit__sort_key", "unit__code"),
    "voivodeship": ("unit__voivodeship_id", "unit__sort_key"),
    "domain": ("domain__position", "number"),
    "group": ("group__position", "number"),
    "state": ("life", "number"),
    "submitted": ("submitted_at", "id"),
}


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What the address asks for; an empty value asks for everything."""

    state: str = ""
    domain: int | None = None
    group: int | None = None
    voivodeship: str = ""
    text: str = ""
    needs_me: bool = False
    sort: str = "number"  # a key of SORTS, "-" before it: descending


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the list."""

    pk: int
    url: str
    number: str
    title: str
    unit: str
    unit_code: str
    unit_kind: str
    voivodeship: str
    domain: str
    group: str
    state: str
    state_label: str
    submitted_at: datetime
    submitted_on: str  # the Warsaw day, in figures
    checked: int  # findings on the version last sent
    met: int
    due_at: datetime | None  # of an open call for completion
    overdue: bool
    has_appeal: bool
    is_own: bool  # the reader belongs to this unit

    @property
    def unmet(self) -> int:
        return self.checked - self.met

    @property
    def tone(self) -> str:
        """How the count of criteria met is coloured."""
        if self.unmet:
            return "danger"
        return "success" if self.met == CRITERIA_COUNT else "neutral"

    @property
    def acceptable(self) -> bool:
        return self.state == State.SUBMITTED and self.checked == self.met == CRITERIA_COUNT and not self.is_own


def sent_entries(user: User) -> QuerySet[Application]:
    """The organisers' door: every entry that was ever sent but to a jury one sits on; nothing for other people."""
    if not reads_everything(user):
        return Application.objects.none()
    return Application.objects.filter(submitted_at__isnull=False).exclude(edition__in=own_juries(user))


def filtered_entries(user: User, edition: Edition, wanted: EntryFilter) -> QuerySet[Application]:
    """The entries of an edition that a filter asks for, in the order it asks for."""
    rows = sent_entries(user).filter(edition=edition)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.domain:
        rows = rows.filter(domain_id=wanted.domain)
    if wanted.group:
        rows = rows.filter(group_id=wanted.group)
    if wanted.voivodeship:
        rows = rows.filter(unit__voivodeship_id=wanted.voivodeship)
    if wanted.text:
        rows = rows.filter(_matches(wanted.text))
    if wanted.needs_me:
        rows = rows.filter(waits_for_an_officer(timezone.now())).exclude(unit__in=own_units(user))
    return rows.order_by(*_ordering(wanted.sort)) if wanted.sort.lstrip("-") != "state" else _by_life(rows, wanted.sort)


def list_rows(user: User, entries: QuerySet[Application]) -> QuerySet[Application, Any]:
    """The columns of the list, in one statement, ready for slicing; `entry_rows` finishes them."""
    versions = ApplicationVersion.objects.filter(application=OuterRef("pk")).order_by("-number")
    open_calls = CompletionRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    return entries.annotate(
        version_id=Subquery(versions.values("pk")[:1]),
        sent_title=Case(
            When(
                state=State.RETURNED,
                then=Subquery(versions.annotate(text=KT("content__title")).values("text")[:1]),
            ),
            default=F("title"),
            output_field=CharField(),
        ),
        completion_due_at=Subquery(open_calls.values("due_at")[:1]),
        has_appeal=Exists(Appeal.objects.filter(application=OuterRef("pk"), status=AppealStatus.OPEN)),
        is_own=Exists(Membership.objects.filter(unit=OuterRef("unit"), user=user, status__in=TIED)),
    ).values(
        "pk",
        "number",
        "title",
        "sent_title",
        "state",
        "submitted_at",
        "version_id",
        "completion_due_at",
        "has_appeal",
        "is_own",
        "domain_id",
        "group_id",
        "unit_id",
        "unit__code",
        "unit__name",
        "unit__kind",
        "unit__voivodeship__name",
    )


def rows_in_order(user: User, pks: Sequence[int]) -> list[dict[str, Any]]:
    """The same columns for entries found already, in the order in which they were found."""
    rows = {row["pk"]: row for row in list_rows(user, Application.objects.filter(pk__in=pks))}
    return [rows[pk] for pk in pks if pk in rows]


def entry_rows(
    rows: Collection[dict[str, Any]], domains: dict[int, str], groups: dict[int, str], now: datetime
) -> list[EntryRow]:
    """Rows as the page shows them; the findings of all of them are counted in one statement."""
    findings = finding_counts(row["version_id"] for row in rows)
    kinds: dict[str, str] = {value: str(label) for value, label in UnitKind.choices}
    states: dict[str, str] = {value: str(label) for value, label in State.choices}
    address = reverse("applications:officer_detail", args=[0])  # resolved once, not once a row
    shown = []
    for row in rows:
        checked, met = findings.get(row["version_id"], (0, 0))
        due_at = row["completion_due_at"] if row["state"] == State.RETURNED else None
        shown.append(
            EntryRow(
                pk=row["pk"],
                url=address.replace("/0/", f"/{row['pk']}/"),
                number=row["number"],
                title=row["sent_title"] or row["title"],
                unit=Unit(name=row["unit__name"], kind=row["unit__kind"]).official_name,
                unit_code=row["unit__code"] or "",
                unit_kind=kinds[row["unit__kind"]],
                voivodeship=row["unit__voivodeship__name"],
                domain=domains.get(row["domain_id"], ""),
                group=groups.get(row["group_id"], ""),
                state=row["state"],
                state_label=states[row["state"]],
                submitted_at=row["submitted_at"],
                submitted_on=date_format(timezone.localtime(row["submitted_at"]), "SHORT_DATE_FORMAT"),
                checked=checked,
                met=met,
                due_at=due_at,
                overdue=not in_time(now, due_at),
                has_appeal=row["has_appeal"],
                is_own=row["is_own"],
            )
        )
    return shown


def finding_counts(version_ids: Any) -> dict[int, tuple[int, int]]:
    """How many criteria were checked and how many are met, by version."""
    counted = (
        EligibilityCheck.objects.filter(version_id__in=[pk for pk in version_ids if pk])
        .values("version_id")
        .annotate(checked=Count("pk"), met=Count("pk", filter=Q(met=True)))
    )
    return {row["version_id"]: (row["checked"], row["met"]) for row in counted}


def edition_with_seat(user: User, slug: str) -> QuerySet[Edition]:
    """The edition, and whether this reader sits (or sat) on its jury: such a person organises nothing in it."""
    seat = JuryMember.objects.filter(edition=OuterRef("pk"), user=user)
    return Edition.objects.filter(slug=slug).annotate(reader_on_jury=Exists(seat))


def domain_names(edition: Edition) -> dict[int, str]:
    return {row.pk: localized(row, "name") for row in Domain.objects.filter(edition=edition)}


def group_names(edition: Edition) -> dict[int, str]:
    return {row.pk: localized(row, "name") for row in ComparisonGroup.objects.filter(edition=edition)}


def voivodeship_names() -> dict[str, str]:
    return dict(Voivodeship.objects.values_list("code", "name"))


def own_units(user: User) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(user=user, status__in=TIED).values("unit")


def overdue(now: datetime) -> Q:
    """Returned entries whose date has passed, by the same minute as `in_time`."""
    waiting = CompletionRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    late = waiting.filter(passed("due_at", now))
    return Q(Exists(late), state=State.RETURNED)


def appealed() -> Q:
    """Rejections that wait for the decision on an appeal. Of an entry that left the contest nobody decides any more."""
    return Q(
        Exists(Appeal.objects.filter(application=OuterRef("pk"), status=AppealStatus.OPEN)), state=State.INELIGIBLE
    )


def waits_for_an_officer(now: datetime) -> Q:
    return Q(state=State.SUBMITTED) | overdue(now) | appealed()


def _matches(text: str) -> Q:
    """By number, which is in capitals, by unit or by title.

    SQLite knows no capital letters beyond ASCII, so common spellings are tried.
    """
    folded = fold(text)
    titles = Q()
    common = {text.lower(), text.capitalize(), text.upper()} if connection.vendor == "sqlite" else set()
    for spelling in {text, *common}:
        titles |= Q(title__icontains=spelling)
    units = Q(unit__search_text__contains=folded) if folded else Q()
    return Q(number__contains=text.upper()) | units | titles


def _ordering(sort: str) -> list[str]:
    """Every sort ends in something unique, so that pages never repeat or skip an entry."""
    descending = sort.startswith("-")
    fields = SORTS.get(sort.lstrip("-"), SORTS["number"])
    return [f"-{field}" if descending else field for field in (*fields, "pk")]


def _by_life(rows: QuerySet[Application], sort: str) -> QuerySet[Application]:
    steps = [When(state=state, then=Value(place)) for state, place in _LIFE.items()]
    return rows.annotate(life=Case(*steps, output_field=IntegerField())).order_by(*_ordering(sort))
