"""Published results. Until an edition is announced nothing here knows of it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from applications.queries import figures
from awards.models import Announcement, Award, AwardKind, ResultPackage
from common.canonical import canonical_json
from common.kernel.signing import signature_of
from common.models import FileSignature
from contest.models import ComparisonGroup, Domain, Edition
from contest.phases import PHASES, Activity
from contest.queries import public_editions
from jury.models import ScoringRound

_ORDER = {str(kind): position for position, kind in enumerate(AwardKind.values)}


@dataclass(frozen=True, slots=True)
class Section:
    """Awards of one domain and comparison group, the highest first. None: not in the sources."""

    domain: Domain | None
    group: ComparisonGroup | None
    awards: list[Award]


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Awards of one kind, for editions of which little more is known."""

    kind: str
    label: str
    awards: list[Award]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that the results page of an edition shows."""

    edition: Edition
    sections: list[Section]
    outcomes: list[OutcomeGroup]
    numbers: figures.PublishedFigures | None  # None: a past edition, of which sources tell too little
    counts: dict[str, int]
    voivodeships: int
    units: int
    sources: list[str]
    package_sha256: str  # empty: no package was published
    signature: FileSignature | None  # over the package; None: not signed yet, or published before packages were

    @property
    def has_domains(self) -> bool:
        return any(section.domain for section in self.sections)

    @property
    def funnel_steps(self) -> list[tuple[str, int]]:
        """For the picture: what each step is called, and how many entries reached it."""
        return self.numbers.steps if self.numbers else []


def announced_editions() -> QuerySet[Edition]:
    """Editions whose results are public, newest first."""
    return public_editions().filter(phase__in=PHASES[Activity.SHOW_RESULTS])


def announced_edition(slug: str) -> Edition | None:
    """None before the announcement, exactly as for an address that does not exist."""
    return announced_editions().filter(slug=slug).first()


def awards_of(edition: Edition) -> QuerySet[Award]:
    return (
        Award.objects.filter(edition=edition)
        .select_related("unit__voivodeship", "unit__county", "domain", "group", "practice")
        .order_by("pk")
    )


def results_of(edition: Edition) -> Results:
    """The same number of queries for three awards and for three hundred."""
    awards = sorted(awards_of(edition), key=_rank)
    by_place: dict[tuple[int | None, int | None], list[Award]] = defaultdict(list)
    by_kind: dict[str, list[Award]] = defaultdict(list)
    for award in awards:
        by_place[award.domain_id, award.group_id].append(award)
        by_kind[award.kind].append(award)
    package_sha256 = package_digest(edition)
    sections = [Section(found[0].domain, found[0].group, found) for found in by_place.values()]
    return Results(
        edition=edition,
        sections=sorted(sections, key=_section_rank),
        outcomes=[
            OutcomeGroup(str(kind), str(AwardKind(kind).label), by_kind[kind])
            for kind in AwardKind.values
            if by_kind[kind]
        ],
        numbers=None if edition.is_historical else figures_of(edition),
        counts={str(kind): len(by_kind[kind]) for kind in AwardKind.values},
        voivodeships=len({award.unit.voivodeship_id for award in awards}),
        units=len({award.unit_id for award in awards}),
        sources=sorted({award.source for award in awards if award.source}),
        package_sha256=package_sha256,
        signature=signature_of(package_sha256),
    )


def figures_of(edition: Edition) -> figures.PublishedFigures:
    """As they were published: frozen by the announcement, whatever happens to a row afterwards."""
    announcement = Announcement.objects.filter(edition=edition).first()
    if announcement and announcement.figures:
        return figures.PublishedFigures.read(announcement.figures)
    return figures.published_figures(edition)


def public_bundle(edition: Edition) -> ScoringRound | None:
    """The frozen round behind a published ranking; the caller asked `announced_edition` first."""
    return ScoringRound.objects.filter(edition=edition, superseded_at__isnull=True).first()


def package_of(edition: Edition) -> bytes | None:
    """What everybody may download; the caller asked `announced_edition` first. None where nothing was scored here.

    Editions announced before packages were kept hand out their bundle, in the bytes that its digest is of.
    """
    kept = ResultPackage.objects.filter(edition=edition).values_list("content", flat=True).first()
    if kept is not None:
        return kept.encode()
    round_ = public_bundle(edition)
    return canonical_json(round_.bundle).encode() if round_ else None


def package_digest(edition: Edition) -> str:
    """Of the bytes of `package_of`; empty: there are none."""
    kept = ResultPackage.objects.filter(edition=edition).values_list("sha256", flat=True).first()
    return kept or ranking_digest(edition)


def ranking_digest(edition: Edition) -> str:
    """Of the frozen ranking the jury decides on; empty while scoring is open."""
    rounds = ScoringRound.objects.filter(edition=edition, superseded_at__isnull=True)
    return rounds.values_list("sha256", flat=True).first() or ""


def latest_laureates(count: int) -> list[Award]:
    """The newest laureates whose results are public, for the home page."""
    return list(
        Award.objects.filter(kind=AwardKind.LAUREATE, edition__phase__in=PHASES[Activity.SHOW_RESULTS])
        .select_related("edition", "unit__voivodeship", "domain", "practice")
        .order_by("-edition__year", "-edition_id", "pk")[:count]
    )


def _rank(award: Award) -> tuple[int, int, int]:
    return (_ORDER[award.kind], award.place or 99, award.pk)


def _section_rank(section: Section) -> tuple[int, int, int, int]:
    """Domains and groups in the edition's own order; what the sources do not say comes last."""
    return (
        section.domain is None,
        section.domain.position if section.domain else 0,
        section.group is None,
        section.group.position if section.group else 0,
    )
