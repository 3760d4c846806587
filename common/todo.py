"""What a person should do next and by when; every app tells its own, the desk shows them together."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Todo:
    """One next step. `due_at` is an instant or None; `count` is how many things wait (0: not counted)."""

    title: str
    url: str
    action: str  # the text of the button or link, a verb first
    detail: str = ""
    due_at: datetime | None = None
    count: int = 0
    urgent: bool = False


def by_urgency(todos: list[Todo]) -> list[Todo]:
    """Urgent first, then by date, things without a date last."""
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(todos, key=lambda todo: (not todo.urgent, todo.due_at or never))
