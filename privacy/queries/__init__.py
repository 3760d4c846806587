"""What is held about people, whose turn it is to go, and what holds them."""

from privacy.queries.editions import Preview, preview_of
from privacy.queries.people import open_ties
from privacy.queries.retention import due_editions, officers_of, todos_for
from privacy.queries.versions import version_holds

__all__ = ["Preview", "due_editions", "officers_of", "open_ties", "preview_of", "todos_for", "version_holds"]
