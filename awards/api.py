"""Open data of results: /api/v1/editions/<slug>/results/. Nothing before the announcement."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from awards.models import Award
from awards.queries.results import announced_edition, awards_of, figures_of, package_digest
from common.kernel.signing import signature_of
from contest.models import Edition

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


class PartOut(Schema):
    """Figures of one domain or comparison group; with those of the others they add up to `figures`."""

    name: str
    name_en: str
    figures: dict[str, int]


class ResultsOut(Schema):
    """`package_sha256` is the digest of the file at `package_url`; null where no package was published.

    The signature is null for the first seconds, and for packages of before signatures; `package_key_sha256` is the
    fingerprint of its key, as in /.well-known/slz-keys.json.
    """

    edition: str
    title: str
    theme: str
    is_historical: bool
    is_example: bool
    announced_at: str | None
    figures: dict[str, int] | None
    figures_by_domain: list[PartOut] | None
    figures_by_group: list[PartOut] | None
    package_url: str | None
    package_sha256: str | None
    package_signature_url: str | None
    package_key_sha256: str | None
    awards: list[AwardOut]


@router.get("/{slug:slug}/results/", response=ResultsOut, summary="Published results of an edition")
def results(request: HttpRequest, slug: str) -> dict[str, Any]:
    edition = announced_edition(slug)
    if edition is None:
        raise Http404
    digest = package_digest(edition)
    signature = signature_of(digest)
    figures = None if edition.is_historical else figures_of(edition)
    return {
        "edition": edition.slug,
        "title": edition.title,
        "theme": edition.theme,
        "is_historical": edition.is_historical,
        "is_example": edition.is_demo,
        "announced_at": edition.announced_at.isoformat() if edition.announced_at else None,
        "figures": figures.total if figures else None,
        "figures_by_domain": [asdict(row) for row in figures.by_domain] if figures else None,
        "figures_by_group": [asdict(row) for row in figures.by_group] if figures else None,
        "package_url": _address("awards:results_bundle", edition) if digest else None,
        "package_sha256": digest or None,
        "package_signature_url": _address("awards:results_signature", edition) if signature else None,
        "package_key_sha256": signature.key.fingerprint if signature else None,
        "awards": [_award(award) for award in awards_of(edition)],
    }


def _address(name: str, edition: Edition) -> str:
    return settings.SITE_URL + reverse(name, args=[edition.slug])


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
