"""What a reader asked of the base, taken from the address. What is not understood asks for nothing and is named."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from django.db.models import Q, QuerySet

from common.kernel.spans import RECORDS
from common.numbers import whole_number
from common.taxonomy import SECTION_BY_CODE, SECTIONS, TOOL_BY_CODE
from common.web.filters import beginning
from practices.labels import AWARDS, OUTSIDE_CONTEST
from practices.map import LAYOUT
from practices.models import Practice
from units.models import UnitKind

RELEVANCE, DATE = "relevance", "date"
VOIVODESHIPS = tuple(sorted(LAYOUT))  # TERYT codes
FACETS = ("section", "voivodeship", "unit_type", "tool", "year", "award")
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
        return cls(
            q=" ".join(given.get("q", "")[:MAX_TYPED].replace("\0", " ").split()),
            section=_known(given.get("section", ""), SECTION_BY_CODE),
            voivodeship=_known(given.get("voivodeship", ""), VOIVODESHIPS),
            unit_type=_known(given.get("unit_type", ""), UnitKind.values),
            tool=_known(given.get("tool", ""), TOOL_BY_CODE),
            year=year if len(year) == 4 and is_year(whole_number(year) or 0) else "",
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


FILTERS = tuple(field.name for field in fields(Filters))


def not_understood(given: Mapping[str, str]) -> dict[str, str]:
    """By the name of the filter the beginning of each value that asks for nothing because it means nothing here."""
    understood = Filters.from_address(given).as_query()
    wrong = {name for name in FILTERS if beginning(given.get(name, "")) and name not in understood}
    if beginning(given.get("page", "")) and not whole_number(given["page"]):
        wrong.add("page")
    if len(given.get("q", "")) > MAX_TYPED:
        wrong.add("q")
    return {name: beginning(given[name]) for name in (*FILTERS, "page") if name in wrong}


def is_year(number: int) -> bool:
    """Whether records may have been added in it."""
    return RECORDS.first.year <= number <= RECORDS.last.year


def with_subsections(code: str) -> list[str]:
    return [code, *(term.code for term in SECTIONS if term.parent == code)]


def _known(value: str, choices: object) -> str:
    return value if value in choices else ""  # type: ignore[operator]
