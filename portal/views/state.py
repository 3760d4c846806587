"""The organiser's page about the service itself."""

import platform

import django
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, organiser_desk
from common.version import service_version
from portal import state_words
from portal.service_state import work_state

ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@never_cache
@require_safe
@organiser_desk
def service_state(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    state = work_state(now)
    parts = state_words.parts(state)
    context = {
        "now": now,
        "parts": parts,
        "troubles": state_words.troubles(parts),
        "beats": [(state_words.task_name(beat), beat) for beat in state.pulse.all],
        "versions": {
            "version": service_version(),
            "django": django.__version__,
            "python": platform.python_version(),
            "database": ENGINES.get(connection.vendor, connection.vendor),
        },
    }
    return render(request, "portal/service_state.html", context)
