"""What the organisers of an edition should do next."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import is_officer
from common.deadlines import last_minute_of
from common.todo import Todo
from contest.models import Edition
from contest.phases import PHASES, Activity, may
from contest.queries.service_todos import service_todos_for
from contest.readiness import blocking, problems_before_call
from contest.workflow import Phase


def organised_by(user: User) -> list[Edition]:
    """The editions an officer still has work with, the newest first: none whose jury they ever sat on.

    Read once for a desk, on which several apps tell what to do next in them.
    """
    if not is_officer(user):
        return []
    running = Edition.objects.filter(is_historical=False).exclude(phase__in=PHASES[Activity.SHOW_RESULTS])
    return list(running.exclude(jury__user=user).order_by("-year", "-pk"))


def todos_for(user: User, organised: Sequence[Edition] | None = None) -> list[Todo]:
    """For officers: editions to set up, calls to publish or to close; for them and auditors what the service asks.

    Three queries and four prefetches, whatever the number of editions; `organised` is `organised_by(user)`
    where that was read already.
    """
    service = service_todos_for(user)
    if not is_officer(user):
        return service
    organised = organised_by(user) if organised is None else organised
    editions = [row for row in organised if may(row, Activity.SET_UP) or may(row, Activity.FILE)]
    in_preparation = [edition for edition in editions if may(edition, Activity.SET_UP)]
    prefetch_related_objects(in_preparation, "domains", "groups", "criteria", "jury")
    now = timezone.now()
    steps = [
        step
        for edition in editions
        if (step := next_step(edition)) and (may(edition, Activity.SET_UP) or not edition.is_call_open(now))
    ]
    return [*service, *steps]


def next_step(edition: Edition) -> Todo | None:
    """The one thing to do now in this edition, with its date; None when nothing is open any more."""
    if edition.is_historical:
        return None
    match edition.phase:
        case Phase.PREPARATION:
            return _step_before_call(edition)
        case Phase.CALL if edition.is_call_open(timezone.now()):
            return Todo(
                title=_("%(edition)s: entries are coming in") % {"edition": edition},
                url=_page("applications:officer_list", edition),
                action=_("See the entries"),
                due_at=edition.submission_deadline,
            )
        case Phase.CALL:
            return Todo(
                title=_("%(edition)s: close the call") % {"edition": edition},
                detail=_("The deadline for entries has passed. The service closes the call by itself within a minute."),
                url=_page("contest:organiser_edition", edition),
                action=_("Close the call"),
                due_at=edition.submission_deadline,
                urgent=True,
            )
        case Phase.FORMAL_REVIEW:
            return Todo(
                title=_("%(edition)s: check the entries formally") % {"edition": edition},
                detail=_("When every entry has its result, assign jurors and open the scoring."),
                url=_page("applications:officer_list", edition),
                action=_("Go to the formal review"),
                due_at=__end_of(edition.formal_review_until),
            )
        case Phase.SCORING:
            return Todo(
                title=_("%(edition)s: jurors are scoring") % {"edition": edition},
                detail=_("The chair of the jury closes the scoring when every sheet is in."),
                url=_page("jury:progress", edition),
                action=_("See the progress"),
                due_at=edition.scoring_until,
            )
        case Phase.VISITS:
            return Todo(
                title=_("%(edition)s: the jury visits the finalists") % {"edition": edition},
                detail=_("The chair of the jury chooses finalists, plans visits and then opens the decision."),
                url=_page("jury:progress", edition),
                action=_("See the progress"),
                due_at=__end_of(edition.visits_until),
            )
        case Phase.DECISION:
            return Todo(
                title=_("%(edition)s: prepare the announcement") % {"edition": edition},
                detail=_("Results stay under embargo until you announce them."),
                url=_page("practices:announce", edition),
                action=_("Prepare the announcement"),
                due_at=__end_of(edition.announcement_on),
            )
        case Phase.ANNOUNCED:
            return Todo(
                title=_("%(edition)s: see that diplomas have gone out") % {"edition": edition},
                detail=_("When nothing is open any more, archive the edition at the bottom of this page."),
                url=_page("awards:certificates", edition),
                action=_("Go to the diplomas"),
            )
    return None


def __end_of(day: date | None) -> datetime | None:
    """A day's last minute in Warsaw: work due on a day is due until its end."""
    return last_minute_of(day) if day else None


def _step_before_call(edition: Edition) -> Todo:
    problems = blocking(problems_before_call(edition))
    if problems:
        return Todo(
            title=_("%(edition)s: finish the set-up") % {"edition": edition},
            detail=problems[0].text,
            url=_page("contest:edition_tasks", edition),
            action=_("Finish the set-up"),
            count=len(problems),
        )
    return Todo(
        title=_("%(edition)s: publish the call") % {"edition": edition},
        detail=_("The set-up is complete. Publishing the call locks the rules."),
        url=_page("contest:publish_call", edition),
        action=_("Check the rules and publish"),
    )


def _page(name: str, edition: Edition) -> str:
    return reverse(name, args=[edition.slug])
