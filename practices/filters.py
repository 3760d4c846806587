"""What a reader asked of the base, taken from the address. Unknown values ask for nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.db.models import Q, QuerySet

from common.taxonomy import SECTION_BY_CODE, SECTIONS, TOOL_BY_CODE
from practices.labels import AWARDS, OUTSIDE_CONTEST
from practices.models import Practice
from units.models import UnitKind

RELEVANCE, DATE = "relevance", "date"
FACETS = ("section", "voivodeship", "unit_type", "tool", "year", "award")
FIRST_YEAR, LAST_YEAR = 1990, 2999
MAX_TYPED = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty strings ask for nothing. `section` of a higher level includes its subsections."""

    q: str = ""
    section: str = ""
    voivodeship: str = ""
    unit_type: str = ""
    tool: str = ""
    year: str = ""
    award: str = ""
    sort: str = ""

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> "Filters":
        """From request.GET, which may hold anything at all."""
        year = given.get("year", "")
        voivodeship = given.get("voivodeship", "")
        return cls(
            q=" ".join(given.get("q", "")[:MAX_TYPED].replace("\0", " ").split()),
            section=_known(given.get("section", ""), SECTION_BY_CODE),
            voivodeship=voivodeship if _is_code(voivodeship, 2) else "",
            unit_type=_known(given.get("unit_type", ""), UnitKind.values),
            tool=_known(given.get("tool", ""), TOOL_BY_CODE),
            year=year if _is_code(year, 4) and FIRST_YEAR <= int(year) <= LAST_YEAR else "",
            award=_known(given.get("award", ""), AWARDS),
            sort=_known(given.get("sort", ""), (RELEVANCE, DATE)),
        )

    @property
    def order(self) -> str:
        """By relevance when there is a query, unless the reader chose the date."""
        return RELEVANCE if self.q and self.sort != DATE else DATE

    def as_query(self) -> dict[str, str]:
        """The non-empty ones, for an address."""
        return {name: value for name, value in asdict(self).items() if value}

    def without(self, name: str) -> "Filters":
        return replace(self, **{name: ""})

    def narrow(self, practices: QuerySet[Practice]) -> QuerySet[Practice]:
        """Every filter but the text query, which is practices.search."""
        if self.section:
            practices = practices.filter(section__in=with_subsections(self.section))
        if self.voivodeship:
            practices = practices.filter(voivodeship=self.voivodeship)
        if self.unit_type:
            practices = practices.filter(unit_type=self.unit_type)
        if self.tool:
            practices = practices.filter(tools__code=self.tool)
        if self.year:
            practices = practices.filter(added_on__year=int(self.year))
        if self.award:
            practices = practices.filter(Q(award_kind="" if self.award == OUTSIDE_CONTEST else self.award))
        return practices


def with_subsections(code: str) -> list[str]:
    return [code, *(term.code for term in SECTIONS if term.parent == code)]


def _known(value: str, choices: object) -> str:
    return value if value in choices else ""  # type: ignore[operator]


def _is_code(value: str, length: int) -> bool:
    return len(value) == length and value.isascii() and value.isdigit()
