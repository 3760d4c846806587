"""The home page and where people land after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")
