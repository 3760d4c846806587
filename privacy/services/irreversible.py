"""What every removal has before it: a word typed by hand, and a rehearsal that changes nothing."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

T = TypeVar("T")
WORDS = ("USUWAM", "REMOVE")


def is_meant(typed_word: str) -> bool:
    """Is this the word that the page asks for, in one of its languages?"""
    return typed_word.strip().upper() in WORDS


def rehearse(act: Callable[[], T]) -> T:
    """What `act` would do: done and rolled back."""
    with transaction.atomic():
        done = act()
        transaction.set_rollback(True)
    return done
