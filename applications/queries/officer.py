"""What an officer may read of entries."""

from accounts.models import User
from common.todo import Todo


def officer_todos_for(user: User) -> list[Todo]:
    return []
