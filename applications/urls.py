"""Addresses of entries: the applicant's under /zgloszenia/, the officer's under /organizator/."""

from applications.urls_applicant import applicant_patterns
from applications.urls_officer import officer_patterns

app_name = "applications"

urlpatterns = [*applicant_patterns, *officer_patterns]
