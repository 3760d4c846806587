"""Editions as everybody sees them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contest import queries
from contest.phases import Activity, may


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    return render(request, "contest/edition_list.html", {"editions": queries.public_editions()})


@require_safe
def edition_detail(request: HttpRequest, slug: str) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    context = {
        "edition": edition,
        "is_open": edition.is_call_open(timezone.now()),
        "has_calendar": queries.has_calendar(edition),
        "has_results": may(edition, Activity.SHOW_RESULTS),
        **queries.rules_context(edition),
        "versions": queries.version_history(edition),
    }
    return render(request, "contest/edition_detail.html", context)


@require_safe
def rules(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The published bytes themselves: their SHA-256 is the digest shown on the page."""
    version = queries.published_rules(queries.by_slug(request.user, slug)).filter(number=number).first()
    if version is None:
        raise Http404
    response = HttpResponse(version.canonical_json.encode(), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="regulamin-{slug}-{number}.json"'
    return response
