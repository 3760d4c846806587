"""Every read of sessions, awards and certificates. `visible_to` is the only door to documents."""

from awards.queries.certificates import visible_to
from awards.queries.results import announced_edition, announced_editions, latest_laureates, results_of
from awards.queries.todos import todos_for

__all__ = ["announced_edition", "announced_editions", "latest_laureates", "results_of", "todos_for", "visible_to"]
