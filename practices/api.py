"""Open data of the base: /api/v1/practices/. Read only, the same filters as the page."""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from common.kernel.spans import RECORDS
from common.taxonomy import SECTION_BY_CODE, TOOL_BY_CODE
from practices import queries
from practices.exports import as_dict
from practices.filters import DATE, RELEVANCE, VOIVODESHIPS, Filters, is_year
from practices.labels import AWARDS
from practices.models import Practice
from units.models import UnitKind

router = Router(tags=["practices"])
MAX_PAGE = 100_000
MAX_ID = 2**63 - 1


def _one_of(*choices: str) -> Any:
    """A code from a fixed list; anything else is answered with 422."""
    return Annotated[
        str, Field(default="", json_schema_extra={"enum": ["", *choices]}), AfterValidator(_check(choices))
    ]


def _check(choices: tuple[str, ...]) -> Any:
    def check(value: str) -> str:
        if value and value not in choices:
            raise PydanticCustomError("unknown_value", "should be one of: {choices}", {"choices": ", ".join(choices)})
        return value

    return check


def _check_year(value: int | None) -> int | None:
    if value is not None and not is_year(value):
        words = {"first": RECORDS.first.year, "last": RECORDS.last.year}
        raise PydanticCustomError("unknown_value", "should be a year from {first} to {last}", words)
    return value


class PracticeQuery(Schema):
    """As in the address of the page; empty asks for nothing."""

    q: str = Field("", max_length=200, description="words that a practice must have, in any inflection")
    section: _one_of(*SECTION_BY_CODE) = ""  # type: ignore[valid-type]
    voivodeship: _one_of(*VOIVODESHIPS) = Field("", description="TERYT code of the voivodeship")  # type: ignore[valid-type]
    unit_type: _one_of(*UnitKind.values) = ""  # type: ignore[valid-type]
    tool: _one_of(*TOOL_BY_CODE) = ""  # type: ignore[valid-type]
    year: Annotated[int | None, AfterValidator(_check_year)] = Field(None, description="year in which it was added")
    award: _one_of(*AWARDS) = ""  # type: ignore[valid-type]
    sort: _one_of(RELEVANCE, DATE) = ""  # type: ignore[valid-type]
    page: int = Field(1, ge=1, le=MAX_PAGE)
    per_page: int = Field(20, ge=1, le=100)


class Indicator(Schema):
    name: str
    unit: str
    before: str
    after: str
    year: str


class Contact(Schema):
    name: str
    position: str
    phone: str
    email: str


class AttachmentData(Schema):
    name: str
    description: str
    media_type: str
    size: int
    sha256: str
    address: str


class PracticeSummary(Schema):
    id: int
    address: str
    api_address: str
    section: str
    title: str
    abstract: str
    added_on: str
    unit_name: str
    unit_type: str
    voivodeship: str
    edition_slug: str
    award_kind: str
    is_example: bool


class PracticeRecord(PracticeSummary):
    """Everything the page shows. Unknown texts are empty, unknown numbers and dates null or empty."""

    external_id: str
    unit_code: str
    locality: str
    county_name: str
    postal_code: str
    post_office: str
    implementing_unit: str
    phone: str
    fax: str
    email: str
    population: int | None
    implemented_on: str
    context: str
    goals: str
    actions: str
    cost: str
    results: str
    integration: str
    difficulties: str
    advice: str
    indicators: list[Indicator]
    tools: list[str]
    contacts: list[Contact]
    attachments: list[AttachmentData]
    edition_title: str
    edition_title_en: str
    award_place: int | None
    award_title: str
    justification: str
    justification_en: str
    provenance: str
    licence: str
    verified_on: str


class PracticePage(Schema):
    count: int
    next: str | None
    previous: str | None
    results: list[PracticeSummary]


@router.get("/", response=PracticePage, summary="Practices of the base")
def list_practices(request: HttpRequest, query: Query[PracticeQuery]) -> dict[str, Any]:
    asked = query.dict(exclude={"page", "per_page"})
    filters = Filters.from_address(asked | {"year": str(asked["year"] or "")})
    rows = queries.search(filters)
    count = rows.count()
    start = (query.page - 1) * query.per_page
    chosen = list(queries.for_list(rows)[start : start + query.per_page])
    return {
        "count": count,
        "next": _page(query, query.page + 1) if start + query.per_page < count else None,
        "previous": _page(query, query.page - 1) if query.page > 1 else None,
        "results": [_summary(practice) for practice in chosen],
    }


@router.get("/{practice_id}/", response=PracticeRecord, summary="One practice with all its parts")
def get_practice(request: HttpRequest, practice_id: Annotated[int, Field(ge=1, le=MAX_ID)]) -> Any:
    practice = queries.public_record(practice_id)
    if practice is None:
        raise Http404
    return as_dict(practice) | {
        "api_address": _api_address(practice),
        "attachments": [
            {
                "name": file.name,
                "description": file.description,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
                "address": f"{settings.SITE_URL}{reverse('practices:attachment', args=[file.pk])}",
            }
            for file in practice.attachments.all()
        ],
    }


def _summary(practice: Practice) -> dict[str, Any]:
    return {
        "id": practice.pk,
        "address": f"{settings.SITE_URL}{practice.get_absolute_url()}",
        "api_address": _api_address(practice),
        "section": practice.section,
        "title": practice.title,
        "abstract": practice.abstract,
        "added_on": practice.added_on.isoformat(),
        "unit_name": practice.unit_name,
        "unit_type": practice.unit_type,
        "voivodeship": practice.voivodeship.name if practice.voivodeship else "",
        "edition_slug": practice.edition_slug,
        "award_kind": practice.award_kind,
        "is_example": practice.is_example,
    }


def _api_address(practice: Practice) -> str:
    return f"{settings.SITE_URL}{reverse('api-1:get_practice', args=[practice.pk])}"


def _page(query: PracticeQuery, number: int) -> str:
    given = {name: value for name, value in query.dict().items() if value not in ("", None)}
    return f"{settings.SITE_URL}{reverse('api-1:list_practices')}?{urlencode(given | {'page': number})}"
