"""Every read of entries; `visible_to` is the only door."""

from accounts.models import User
from applications.queries.applicant import submitted_version, visible_to
from applications.queries.desk import applicant_todos_for
from applications.queries.officer import officer_todos_for
from common.todo import Todo

__all__ = ["submitted_version", "todos_for", "visible_to"]


def todos_for(user: User, *, applicant: bool = True) -> list[Todo]:
    """What waits for this person about entries, as an officer and, if they may be one, as an applicant."""
    return [*(applicant_todos_for(user) if applicant else []), *officer_todos_for(user)]
