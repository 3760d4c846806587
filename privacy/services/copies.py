"""Noting that a person took a copy of their data."""

from django.db import transaction

from accounts.models import User
from common import journal


@transaction.atomic
def note_copy(*, actor: User, form: str) -> None:
    """A copy taken by somebody else under a stolen password can be found afterwards."""
    journal.record(actor=actor, action="account.copy_data", target=actor, form=form)
