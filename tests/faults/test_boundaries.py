"""At every instant where the calendar turns, a second before and a second after, every page opens for everybody."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

import celery_app
from contest.models import Edition
from tests.access.crowd import Crowd, quiet
from tests.access.observe import bare_404, places
from tests.access.world import CALL, build

SECOND = timedelta(seconds=1)


def boundaries(edition: Edition) -> list[datetime]:
    """Every instant of the calendar with the seconds around it; of Warsaw days the first moment."""
    found = set()
    for column in Edition._meta.fields:
        value = getattr(edition, column.name)
        if isinstance(value, datetime) and column.name != "created_at":
            found |= {value - SECOND, value, value + SECOND}
        elif isinstance(value, date) and not isinstance(value, datetime):
            found.add(timezone.make_aware(datetime.combine(value, time.min)))
    return sorted(found)


@pytest.mark.case(54)
@pytest.mark.slow
@pytest.mark.django_db
def test_at_every_boundary_every_page_opens(figure):
    """Each page is asked at each instant by one of those who may see it, another one each time."""
    crowd = Crowd(world := build())
    instants = boundaries(Edition.objects.get(slug=CALL))
    assert len(instants) >= 10
    faults: list[str] = []
    asked = 0
    with quiet(), bare_404():
        pages = places(world)
        seen_by = {
            page.path: [role for role in page.roles if crowd.ask(role, "GET", page.path).status == "200"]
            for page in pages
        }
        for turn, instant in enumerate(instants):
            with time_machine.travel(instant, tick=False):
                crowd = Crowd(world)  # a session of another day is over
                for page in pages:
                    if page.name.startswith("admin:") and turn % 6:
                        continue  # tables, which do not look at the calendar
                    roles = seen_by[page.path] or list(page.roles)
                    role = roles[turn % len(roles)]
                    status = crowd.ask(role, "GET", page.path).status
                    asked += 1
                    # /readyz tells that the background stands still, which it does here.
                    if status.startswith("5") and page.name != "portal:readyz":
                        faults.append(f"{instant.isoformat()} {role} {page.path}: {status}")
    assert not faults, "\n".join(faults[:20])
    figure(f"{len(instants)} instants × {len(pages)} addresses, {asked} pages: no 5xx")


@pytest.mark.case(54)
@pytest.mark.slow
@pytest.mark.django_db
def test_every_task_of_the_timetable_runs_at_every_boundary(figure):
    build()
    celery_app.app.loader.import_default_modules()
    instants = boundaries(Edition.objects.get(slug=CALL))
    for instant in instants:
        with time_machine.travel(instant, tick=False):
            for line in celery_app.BEAT.values():
                celery_app.app.tasks[line["task"]].apply(throw=True)
    figure(f"{len(instants)} instants × {len(celery_app.BEAT)} tasks: none failed")
