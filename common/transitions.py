"""Calling a django_fsm transition so that a refusal is a sentence and not a stack trace."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed, can_proceed

from common.errors import Conflict


def advance(instance: models.Model, transition: str, *args: Any) -> None:
    """Run the transition method named `transition`; the caller holds the row lock and saves.

    Raises Conflict when the present state does not allow it (somebody else was quicker, or the
    page is stale).
    """
    method = getattr(instance, transition)
    refusal = Conflict(_("This is not possible in the present state. Refresh the page to see what changed."))
    if not can_proceed(method):
        raise refusal
    try:
        method(*args)
    except TransitionNotAllowed as error:
        raise refusal from error
