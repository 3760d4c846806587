"""What an announcement would do, told before it is done, and a digest that notices any change since."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import active_members
from applications.models import Application
from applications.queries.listing import appealed
from applications.workflow import AWARDED, State
from awards.models import AwardKind
from awards.queries.sessions import decision_of, open_sessions
from common.canonical import sha256_of
from contest.models import ComparisonGroup, Domain, Edition
from contest.phases import Activity, may

NOT_SELECTED = str(State.NOT_SELECTED)
TOLD = (*AWARDED, State.FINALIST, State.NOT_SELECTED)
# Entries the contest has not finished with; announcing over them would leave them in limbo.
_READ = ("number", "state", "title", "domain", "group", "unit__kind", "unit__name", "decision")
UNFINISHED = (State.SUBMITTED, State.RETURNED, State.ELIGIBLE, State.IN_SCORING, State.SCORED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one entry gets, and who is told: pairs of address and language."""

    application_id: int
    number: str
    unit_id: int
    unit_name: str
    title: str
    kind: str  # an AwardKind, or NOT_SELECTED
    domain: Domain | None
    group: ComparisonGroup | None
    place: int | None
    ex_aequo: bool
    special_title: str
    justification: str
    justification_en: str
    recipients: tuple[tuple[str, str], ...]

    @property
    def is_award(self) -> bool:
        return self.kind != NOT_SELECTED

    def canonical(self) -> dict[str, Any]:
        """Everything that would be published or sent, as JSON values."""
        names = (
            "application_id", "number", "unit_id", "unit_name", "title", "kind", "place", "ex_aequo",
            "special_title", "justification", "justification_en",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {
            "domain": self.domain.pk if self.domain else None,
            "group": self.group.pk if self.group else None,
            "recipients": [list(pair) for pair in self.recipients],
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence that blocks, and the page where it is put right."""

    text: str
    where: str
    address: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class AnnouncementPreview:
    """`problems` block; `digest` names exactly this content and these recipients."""

    edition: Edition
    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]
    digest: str

    @property
    def awarded(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.is_award]

    @property
    def award_counts(self) -> dict[str, int]:
        found = Counter(outcome.kind for outcome in self.awarded)
        return {str(kind): found[str(kind)] for kind in AwardKind.values if found[str(kind)]}

    @property
    def mail_count(self) -> int:
        return sum(len(outcome.recipients) for outcome in self.outcomes)

    @property
    def certificate_count(self) -> int:
        return len(self.awarded)

    @property
    def without_recipients(self) -> list[Outcome]:
        """Units that nobody acts for any more: their results are public, but no mail goes out."""
        return [outcome for outcome in self.outcomes if not outcome.recipients]

    def by_kind(self) -> dict[str, list[Outcome]]:
        """Outcomes by kind, the highest first, those not selected last."""
        found: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            found[outcome.kind].append(outcome)
        return {str(kind): found[str(kind)] for kind in (*AwardKind.values, NOT_SELECTED) if found[str(kind)]}


def preview_announcement(edition: Edition) -> AnnouncementPreview:
    """The same number of queries for three entries and for three hundred."""
    entries = list(
        Application.objects.filter(edition=edition, state__in=TOLD)
        .select_related("unit", "domain", "group", "decision")
        .only(*_READ)
        .order_by("number")
    )
    outcomes = tuple(_outcomes(entries, _recipients(entries)))
    content = {"edition": edition.pk, "outcomes": [outcome.canonical() for outcome in outcomes]}
    return AnnouncementPreview(edition, outcomes, tuple(_problems(edition, entries)), sha256_of(content))


def _recipients(entries: list[Application]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for membership in active_members(sorted({entry.unit_id for entry in entries})):
        found[membership.unit_id].add((membership.user.email, membership.user.language))
    return {unit: tuple(sorted(people)) for unit, people in found.items()}


def _outcomes(entries: list[Application], recipients: dict[int, tuple[tuple[str, str], ...]]) -> list[Outcome]:
    shared = Counter(
        (entry.domain_id, entry.group_id, decision.place or 0)
        for entry in entries
        if entry.state == State.LAUREATE and (decision := decision_of(entry)) and decision.place
    )
    outcomes = []
    for entry in entries:
        decision = decision_of(entry) if entry.state != State.NOT_SELECTED else None
        place = decision.place if decision else None
        outcomes.append(
            Outcome(
                application_id=entry.pk,
                number=entry.number or "",
                unit_id=entry.unit_id,
                unit_name=entry.unit.official_name,
                title=entry.title,
                kind=str(entry.state),
                domain=entry.domain,
                group=entry.group,
                place=place,
                ex_aequo=bool(place) and shared[entry.domain_id, entry.group_id, place or 0] > 1,
                special_title=decision.special_title if decision else "",
                justification=decision.justification if decision else "",
                justification_en=decision.justification_en if decision else "",
                recipients=recipients.get(entry.unit_id, ()),
            )
        )
    return outcomes


def _problems(edition: Edition, entries: list[Application]) -> list[Problem]:
    phase = (_("phase and calendar of the edition"), reverse("contest:organiser_edition", args=[edition.slug]))
    sessions = (_("sessions of the jury"), reverse("awards:sessions", args=[edition.slug]))
    listing = (_("entries of the edition"), reverse("applications:officer_list", args=[edition.slug]))
    problems = []
    if not may(edition, Activity.DECIDE):
        problems.append(Problem(_("Results are announced in the decision phase of the edition."), *phase))
    if open_sessions(edition).exists():
        problems.append(Problem(_("A session of the jury is still open: the chair closes it first."), *sessions))
    if undecided := sum(1 for entry in entries if entry.state == State.FINALIST and decision_of(entry) is None):
        text = ngettext(
            "%(count)s finalist waits for the decision of the jury.",
            "%(count)s finalists wait for the decision of the jury.",
            undecided,
        )
        problems.append(Problem(text % {"count": undecided}, *sessions))
    if silent := sum(1 for entry in entries if (decision := decision_of(entry)) and not decision.justification.strip()):
        text = ngettext(
            "%(count)s decision has no justification.", "%(count)s decisions have no justification.", silent
        )
        problems.append(Problem(text % {"count": silent}, *sessions))
    if unfinished := Application.objects.filter(edition=edition, state__in=UNFINISHED).count():
        text = ngettext(
            "%(count)s entry is still without a final result.",
            "%(count)s entries are still without a final result.",
            unfinished,
        )
        problems.append(Problem(text % {"count": unfinished}, *listing))
    if appeals := Application.objects.filter(appealed(), edition=edition).count():
        text = ngettext("%(count)s appeal is not decided.", "%(count)s appeals are not decided.", appeals)
        problems.append(Problem(text % {"count": appeals}, *listing))
    if not any(entry.state in (*AWARDED, State.FINALIST) for entry in entries):
        problems.append(Problem(_("There is no finalist, so there is nothing to announce."), *phase))
    return problems
