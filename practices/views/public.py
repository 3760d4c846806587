"""The public base. Nothing here reads entries, scores or awards: every word shown stands in the base's own tables."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from accounts.models import User
from common.copies import ASK_AGAIN, kept_until_changed
from common.files.uploads import attachment_response
from common.localized import localized
from common.paging import page_of
from common.taxonomy import SECTION_BY_CODE, TOOL_BY_CODE
from common.text import sort_key
from common.web.filters import require_understood
from practices import queries
from practices.exports import address_of, csv_of, indicators_of
from practices.feed import atom_of
from practices.filters import DATE, RELEVANCE, Filters, not_understood
from practices.labels import AWARDS, LICENCE_ADDRESS, PRESENTATION
from practices.map import tiles
from practices.models import Practice
from practices.permissions import can_curate, can_withdraw_contact
from practices.search_words import query_words

PER_PAGE = 20
FEED_LENGTH = 30


@require_safe
@kept_until_changed
def practice_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.from_address(request.GET.dict())
    page = page_of(request, queries.for_list(queries.search(filters)), PER_PAGE)
    found = queries.facets(filters)
    narrowed = [(facet, facet.chosen, _address(filters.without(facet.name))) for facet in found if facet.chosen]
    return render(
        request,
        "practices/list.html",
        {
            "filters": filters,
            "not_understood": _not_understood(request),
            "export_address": f"{reverse('practices:export')}?{urlencode(filters.as_query())}",
            "page": page,
            "rows": [_summary(practice) for practice in page.object_list],
            "facets": found,
            "narrowed": narrowed,
            "narrowing": bool(narrowed or filters.q),
            "curates": _curates(request),
            "sorts": [(RELEVANCE, _("best match first")), (DATE, _("newest first"))],
            "single_words": [] if page.object_list else queries.words_that_find(query_words(filters.q)),
        },
    )


def _not_understood(request: HttpRequest) -> list[tuple[str, str]]:
    """The label and the value of each filter that narrows nothing because nobody knows what it means."""
    labels = {**queries.facet_labels(), "q": _("Words searched for"), "sort": _("Order"), "page": _("Page")}
    return [(labels[name], value) for name, value in not_understood(request.GET.dict()).items()]


def _curates(request: HttpRequest) -> bool:
    return request.user.is_authenticated and bool(can_curate(request.user))


def _address(filters: Filters) -> str:
    return f"{reverse('practices:list')}?{urlencode(filters.as_query())}"


def _summary(practice: Practice) -> dict[str, Any]:
    """What a row of a list needs, with its codes named."""
    return {
        "practice": practice,
        "section": SECTION_BY_CODE.get(practice.section, ""),
        "award": AWARDS.get(practice.award_kind, ""),
    }


@require_safe
def record(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    practice = queries.record(request.user, pk)
    if slug != practice.slug:
        return HttpResponsePermanentRedirect(practice.get_absolute_url())
    section = SECTION_BY_CODE.get(practice.section)
    return render(
        request,
        "practices/record.html",
        {
            "practice": practice,
            "indicators": indicators_of(practice),
            "section": section,
            "parent": SECTION_BY_CODE.get(section.parent) if section else None,
            "award": AWARDS.get(practice.award_kind, ""),
            "edition": localized(practice, "edition_title") or practice.edition_slug,
            "justification": localized(practice, "justification"),
            "presentation": [(heading, text) for name, heading in PRESENTATION if (text := getattr(practice, name))],
            "tools": [TOOL_BY_CODE[tool.code] for tool in practice.tools.all() if tool.code in TOOL_BY_CODE],
            "licence_address": LICENCE_ADDRESS.get(practice.licence, ""),
            "address": address_of(practice),
            "similar": [_summary(other) for other in queries.similar(practice)],
            "curates": _curates(request),
            "withdrawable": _withdrawable(request, practice),
            "read_on": timezone.localdate(),
        },
    )


def _withdrawable(request: HttpRequest, practice: Practice) -> set[int]:
    """Contact persons whose consent this reader may withdraw."""
    if not isinstance(request.user, User):
        return set()
    return {person.pk for person in practice.contacts.all() if can_withdraw_contact(request.user, person)}


@require_safe
def record_by_number(request: HttpRequest, pk: int) -> HttpResponse:
    """A link without the readable part still leads to the record."""
    return HttpResponsePermanentRedirect(queries.record(request.user, pk).get_absolute_url())


@require_safe
@kept_until_changed
def practice_map(request: HttpRequest) -> HttpResponse:
    counts = queries.voivodeship_counts()
    shown = tiles(counts)
    return render(
        request,
        "practices/map.html",
        {
            "tiles": shown,
            "by_name": sorted(shown, key=lambda tile: sort_key(tile.name)),
            "total": sum(counts.values()),
            "list_url": reverse("practices:list"),
        },
    )


def _etag(request: HttpRequest, **_kwargs: Any) -> str:
    count, changed = queries.last_change()
    return f'"{count}-{changed.timestamp() if changed else 0}-{get_language()}"'


def _last_modified(request: HttpRequest, **_kwargs: Any) -> datetime | None:
    return queries.last_change()[1]


@require_safe
@condition(_etag, _last_modified)
def atom(request: HttpRequest) -> HttpResponse:
    """The newest records for feed readers."""
    feed = atom_of(queries.latest(FEED_LENGTH))
    response = HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@require_safe
@condition(_etag, _last_modified)
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, as a file for a spreadsheet; the same filters, each of them understood."""
    require_understood(_not_understood(request))
    rows = queries.for_export(queries.search(Filters.from_address(request.GET.dict())))
    response = StreamingHttpResponse(csv_of(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="praktyki.csv"'
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    return attachment_response(queries.attachment(request.user, pk))
