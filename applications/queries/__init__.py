"""Every read of entries; `visible_to` is the only door."""

from collections.abc import Sequence

from accounts.models import User
from applications.queries.applicant import submitted_version, visible_to
from applications.queries.desk import applicant_todos_for
from applications.queries.officer import officer_todos_for
from common.todo import Todo
from contest.models import Edition

__all__ = ["submitted_version", "todos_for", "visible_to"]


def todos_for(user: User, organised: Sequence[Edition] | None = None, *, applicant: bool = True) -> list[Todo]:
    """What waits for this person about entries, as an officer and, if they may be one, as an applicant.

    `organised` is contest.queries.organised_by(user), where that was read already.
    """
    return [*(applicant_todos_for(user) if applicant else []), *officer_todos_for(user, organised)]
