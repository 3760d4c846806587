"""Every read of the jury. Jurors reach entries through `assignments_for`, values through `results`."""

from jury.queries.closing import closing_preview
from jury.queries.conflicts import conflict_of, conflicts
from jury.queries.desk import assignments_for, desk_for
from jury.queries.progress import entries_in_scoring, jurors_progress, proposal_for
from jury.queries.results import current_round, ranking_for, results_for, sheets_visible_to, visible_entries
from jury.queries.todos import todos_for
from jury.queries.visits import finalists

__all__ = [
    "assignments_for",
    "closing_preview",
    "conflict_of",
    "conflicts",
    "current_round",
    "desk_for",
    "entries_in_scoring",
    "finalists",
    "jurors_progress",
    "proposal_for",
    "ranking_for",
    "results_for",
    "sheets_visible_to",
    "todos_for",
    "visible_entries",
]
