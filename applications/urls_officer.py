"""The organiser's desk for entries."""

from django.urls import URLPattern

officer_patterns: list[URLPattern] = []
