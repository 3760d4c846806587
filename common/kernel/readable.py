"""Reading rows that somebody may have spoilt: what cannot be read is named, and everything else goes on.

Whoever changes the database past the service may leave what no code of ours can read: text that is no UTF-8, a list
where an object belongs. One such row must not hide what else was changed (`verify_all`), and an act that meets it ends
with a sentence.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.kernel.passing import is_undecodable, raise_passing
from common.kernel.seals import NotAsSealed

logger = logging.getLogger(__name__)

# What reading spoilt data raises. Refusals of ours are none of these.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, SuspiciousOperation, TypeError, ValidationError, ValueError)


def in_words(what: str, error: Exception) -> str:
    return f"{what}: cannot be read ({type(error).__name__})"


def guarded(what: str, run: Callable[[], Iterable[str]]) -> list[str]:
    """What `run` gives in words, and after it the exception that ended it, when one did."""
    found: list[str] = []
    try:
        found.extend(run())  # what came before an exception stays
    except Exception as error:
        raise_passing(error)
        logger.warning("%s", in_words(what, error))  # no traceback: it may tell what the row holds
        found.append(in_words(what, error))
    return found


def read_all(
    rows: QuerySet[Any],
    *,
    size: int,
    unreadable: Callable[[int, Exception], None],
    number_of: Callable[[Any], int] = attrgetter("pk"),
) -> Iterator[Any]:
    """Each row, in the order of numbers; where a chunk cannot be read, it is read again row by row."""
    after: int | None = None
    while True:
        waiting = rows if after is None else rows.filter(pk__gt=after)
        try:
            for row in waiting.iterator(chunk_size=size):
                after = number_of(row)
                yield row
            return
        except Exception as error:
            raise_passing(error)
            waiting = rows if after is None else rows.filter(pk__gt=after)
            numbers = list(waiting.values_list("pk", flat=True)[:size])
            if not numbers:
                raise
        for number in numbers:
            after = number
            try:
                row = rows.filter(pk=number).first()
            except Exception as error:
                raise_passing(error)
                unreadable(number, error)
            else:
                if row is not None:
                    yield row


@contextmanager
def readable() -> Iterator[None]:
    """Within it an act reads what was sealed: what cannot be read is not what was sealed (NotAsSealed)."""
    try:
        yield
    except UNREADABLE as error:
        raise _not_as_sealed(error) from error
    except DatabaseError as error:
        if not is_undecodable(error):
            raise
        raise _not_as_sealed(error) from error


def _not_as_sealed(error: Exception) -> NotAsSealed:
    logger.exception("an act met data that cannot be read")
    return NotAsSealed([_("data that cannot be read (%(kind)s)") % {"kind": type(error).__name__}])
