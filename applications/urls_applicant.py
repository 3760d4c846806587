"""The applicant's desk."""

from django.urls import URLPattern

applicant_patterns: list[URLPattern] = []
