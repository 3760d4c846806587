"""What every removal has before it: a word typed by hand, and a rehearsal that changes nothing."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy

T = TypeVar("T")
WORD = gettext_lazy("REMOVE")


def rehearse(act: Callable[[], T]) -> T:
    """What `act` would do: done and rolled back."""
    with transaction.atomic():
        done = act()
        transaction.set_rollback(True)
    return done
