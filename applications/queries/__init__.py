"""Every read of entries; `visible_to` is the only door."""

from accounts.models import User
from applications.queries.applicant import submitted_version, visible_to
from applications.queries.desk import applicant_todos_for
from applications.queries.officer import officer_todos_for
from common.todo import Todo

__all__ = ["submitted_version", "todos_for", "visible_to"]


def todos_for(user: User) -> list[Todo]:
    """What waits for this person about entries, as an applicant and as an officer."""
    return [*applicant_todos_for(user), *officer_todos_for(user)]
