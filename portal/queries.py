"""What the menu, the home page and the desk show; every app tells its own part."""

from typing import cast

from django.core.cache import caches
from django.utils import timezone

import accounts.queries
import applications.queries
import awards.queries
import contest.queries
import jury.queries
import practices.queries
import privacy.queries
from accounts.models import Membership, MembershipStatus, User
from accounts.permissions import reads_everything
from common.todo import Todo, by_urgency
from contest.models import Edition
from contest.phases import Activity, may
from portal.service_state import WorkState, work_state
from portal.standing import standing_of
from portal.state_words import warning

LOOK_EVERY = 15  # seconds


def demonstration_accounts() -> list[User]:
    return list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def stage_of(edition: Edition | None) -> str:
    """What the home page says of the current edition: none, call, judging or announced.

    The call ends at its deadline, whether or not somebody has closed it by then.
    """
    if edition is None:
        return "none"
    if may(edition, Activity.FILE):
        return "call" if edition.is_call_open(timezone.now()) else "judging"
    return "announced" if may(edition, Activity.SHOW_RESULTS) else "judging"


def todos_for(user: User) -> list[Todo]:
    """What waits for this person anywhere in the service, the most urgent first.

    Nobody is asked for a desk they do not have, and the running editions are read once for all.
    """
    desks = standing_of(user)
    organised = contest.queries.organised_by(user)
    told = [
        service_warnings(user),
        accounts.queries.todos_for(user),
        contest.queries.todos_for(user, organised),
        applications.queries.todos_for(user, organised, applicant=desks.applicant),
        jury.queries.todos_for(user, organised, juror=desks.juror, chair=desks.chair),
        awards.queries.todos_for(user, chair=desks.chair),
        practices.queries.todos_for(user, organised),
        privacy.queries.todos_for(user),
    ]
    return by_urgency([todo for todos in told for todo in todos])


def service_warnings(user: User) -> list[Todo]:
    """For those who organise, when something in the background does not work.

    Stands on pages that are opened all day, so each process looks at most every `LOOK_EVERY` seconds.
    """
    if not reads_everything(user):
        return []
    state = caches["copies"].get_or_set("work-state", lambda: work_state(timezone.now()), LOOK_EVERY)
    found = warning(cast("WorkState", state))
    return [found] if found else []


def memberships_waiting(user: User) -> list[Membership]:
    """Requests of this person that nobody has decided yet."""
    return list(
        user.memberships.filter(status=MembershipStatus.PENDING).select_related("unit").order_by("requested_at")
    )


def open_call() -> Edition | None:
    """The edition in which an entry can be filed now."""
    edition = contest.queries.current_edition()
    return edition if stage_of(edition) == "call" else None
