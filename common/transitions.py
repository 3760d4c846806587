"""Calling a django_fsm transition so that a refusal is a sentence and not a stack trace."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed, can_proceed

from common.errors import Conflict


def advance(instance: models.Model, transition: str, *args: Any) -> None:
    """Run the transition method named `transition`; the caller holds the row lock and saves.

    Raises Conflict when the present state does not allow it (somebody else was quicker, or the
    page is stale).
    """
    require_possible(instance, transition)
    try:
        getattr(instance, transition)(*args)
    except TransitionNotAllowed as error:
        raise _not_now() from error


def require_possible(instance: models.Model, transition: str) -> None:
    """Raises Conflict as `advance` would, for a service that has rows to write before."""
    if not can_proceed(getattr(instance, transition)):
        raise _not_now()


def _not_now() -> Conflict:
    return Conflict(_("This is not possible in the present state. Refresh the page to see what changed."))


def advance_many(rows: QuerySet[Any], transition: str, **fields: Any) -> int:
    """The same for many rows in one statement; how many were moved. `fields` are set along.

    The caller holds the locks of `rows`. Rows whose present state does not allow the transition stay as
    they are, so the caller compares the number. Only for transitions with one fixed target state.
    """
    method = getattr(rows.model, transition)
    metadata = method._django_fsm
    moves = metadata.transitions
    targets = {move.target for move in moves.values()}
    (target,) = targets
    if not isinstance(target, str):
        raise TypeError(f"{transition} has no single target state")
    name = metadata.field.name
    return rows.filter(**{f"{name}__in": [str(source) for source in moves]}).update(**{name: target, **fields})
