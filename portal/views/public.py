"""The pages everybody may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from awards.queries import latest_laureates
from contest.queries import current_edition
from portal.queries import stage_of
from practices.queries import latest

SHOWN = 3


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


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")
