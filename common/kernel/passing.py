"""Errors that say nothing about the rows that were read: the database, the machine or the time was short for a moment.

Whoever names what cannot be read lets them through: trying again is right, and nobody changed anything.
"""

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError

PASSING = (InterfaceError, MemoryError, OperationalError, SoftTimeLimitExceeded)
UNDECODABLE = "decode"  # in the words of SQLite and PostgreSQL about text in the wrong encoding


def is_undecodable(error: Exception) -> bool:
    return isinstance(error, DatabaseError) and UNDECODABLE in str(error)


def raise_passing(error: Exception) -> None:
    """SQLite calls text that it cannot decode an operational error; that one stays for good."""
    if isinstance(error, PASSING) and not is_undecodable(error):
        raise error
