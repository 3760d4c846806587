"""Open data of results: /api/v1/editions/<slug>/results/. Nothing before the announcement."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from awards.models import Award
from awards.queries.results import announced_edition, awards_of, figures_of, package_digest

router = Router(tags=["results"])


class AwardOut(Schema):
    """What is not in the sources of a historical edition is null or empty."""

    kind: str
    unit: str
    teryt: str | None
    voivodeship: str
    title: str
    domain: str | None
    group: str | None
    place: int | None
    ex_aequo: bool
    special_title: str
    justification: str
    justification_en: str
    note: str
    source: str


class ResultsOut(Schema):
    """`package_sha256` is the digest of the file at `package_url`; null where no package was published."""

    edition: str
    title: str
    theme: str
    is_historical: bool
    is_example: bool
    announced_at: str | None
    figures: dict[str, int] | None
    package_url: str | None
    package_sha256: str | None
    awards: list[AwardOut]


@router.get("/{slug:slug}/results/", response=ResultsOut, summary="Published results of an edition")
def results(request: HttpRequest, slug: str) -> dict[str, Any]:
    edition = announced_edition(slug)
    if edition is None:
        raise Http404
    digest = package_digest(edition)
    return {
        "edition": edition.slug,
        "title": edition.title,
        "theme": edition.theme,
        "is_historical": edition.is_historical,
        "is_example": edition.is_demo,
        "announced_at": edition.announced_at.isoformat() if edition.announced_at else None,
        "figures": None if edition.is_historical else figures_of(edition),
        "package_url": settings.SITE_URL + reverse("awards:results_bundle", args=[edition.slug]) if digest else None,
        "package_sha256": digest or None,
        "awards": [_award(award) for award in awards_of(edition)],
    }


def _award(award: Award) -> dict[str, Any]:
    names = (
        "kind",
        "title",
        "place",
        "ex_aequo",
        "special_title",
        "justification",
        "justification_en",
        "note",
        "source",
    )
    return {name: getattr(award, name) for name in names} | {
        "unit": award.unit_name,
        "teryt": award.unit.code,
        "voivodeship": award.unit.voivodeship.name,
        "domain": award.domain.name if award.domain else None,
        "group": award.group.name if award.group else None,
    }
