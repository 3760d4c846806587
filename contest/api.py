"""Open data: editions and the rules they publish. Read-only, what the public pages show and no more."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from contest import queries
from contest.models import Edition

router = Router(tags=["editions"])


class DomainOut(Schema):
    name: str
    name_en: str


class GroupOut(Schema):
    name: str
    name_en: str
    unit_kinds: list[str]
    population_above: int | None
    population_up_to: int | None


class CriterionOut(Schema):
    code: str
    name: str
    name_en: str
    weight: int
    tie_break: int | None


class EditionOut(Schema):
    """`rules_sha256` is the digest of the newest published rules; empty for a historical record."""

    slug: str
    year: int
    title: str
    title_en: str
    theme: str
    theme_en: str
    phase: str
    is_historical: bool
    is_demo: bool
    call_announced_on: date | None
    submission_deadline: datetime | None
    announcement_on: date | None
    announced_at: datetime | None
    rules_sha256: str

    @staticmethod
    def resolve_rules_sha256(edition: Edition) -> str:
        return edition.locked_sha256


class EditionDetailOut(EditionOut):
    description: str
    description_en: str
    formal_review_until: date | None
    scoring_until: datetime | None
    visits_from: date | None
    visits_until: date | None
    decision_on: date | None
    domains: list[DomainOut]
    groups: list[GroupOut]
    criteria: list[CriterionOut]

    @staticmethod
    def resolve_domains(edition: Edition) -> list[Any]:
        return list(edition.domains.all())

    @staticmethod
    def resolve_groups(edition: Edition) -> list[Any]:
        return list(edition.groups.all())

    @staticmethod
    def resolve_criteria(edition: Edition) -> list[Any]:
        return list(edition.criteria.all())


@router.get("/", response=list[EditionOut], url_name="editions", summary="Editions, newest first")
def list_editions(request: HttpRequest) -> Any:
    return list(queries.public_editions())  # read here: a database that is away is no fault of the answer


@router.get("/{slug:slug}/", response=EditionDetailOut, url_name="edition", summary="One edition")
def get_edition(request: HttpRequest, slug: str) -> Any:
    edition = queries.public_editions().filter(slug=slug).first()
    if edition is None:
        raise Http404
    return edition
