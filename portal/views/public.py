"""The pages everybody may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from awards.queries import latest_laureates
from contest.queries import current_edition
from portal.queries import stage_of
from practices.queries import latest
from privacy.register import PURPOSES

SHOWN = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    return render(
        request,
        "portal/home.html",
        {
            "edition": edition,
            "stage": stage_of(edition),
            "practices": latest(SHOWN),
            "laureates": latest_laureates(SHOWN * 2),
        },
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html", {"purposes": PURPOSES.values()})
