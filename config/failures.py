"""What a command or a start says when something outside the code is wrong: a sentence that names what to do.

A traceback of fifty lines hides the one that matters from whoever installs the service at night. What this does not
know stays a traceback, because then the code is at fault; `--traceback` always shows one.
"""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

REFUSED = ("authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry")
UNFINISHED = ("relation ", "no such table", "no such column", "column ")


def in_words(error: BaseException) -> str | None:
    """One sentence for whoever runs the service, or None where only the traceback helps."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, DatabaseError):
        return _of_the_database(_first_line(error))
    if isinstance(error, PermissionError | FileNotFoundError | FileExistsError) or _no_space(error):
        return _of_a_file(error)
    return None


def _of_the_database(said: str) -> str | None:
    if "permission denied" in said or "must be owner" in said:
        return (
            f"The role of the database may not do this ({said}). `migrate` gives the role of DATABASE_URL its rights: "
            "run it with DATABASE_OWNER_URL (docs/operations.md, two roles)."
        )
    if "connection" in said or "unable to open database" in said or "database is locked" in said:
        refused = any(word in said for word in REFUSED)
        step = (
            "Is the role, its password and the name of the database in DATABASE_URL (for `migrate` and `restore`: "
            "DATABASE_OWNER_URL) right?"
            if refused
            else "Does it run, and does DATABASE_URL name it?"
        )
        return f"The database cannot be used: {said}. {step}"
    if any(said.startswith(word) for word in UNFINISHED):
        return f"The tables of this database are not those of this version ({said}). Run `manage.py migrate` first."
    return None


def _of_a_file(error: BaseException) -> str:
    name = getattr(error, "filename", None)
    about = f"{name}: " if name else ""
    step = ""
    if isinstance(error, PermissionError):
        step = " Run the command as the user of the service (docs/operations.md), or let that user use this file."
    return f"{about}{getattr(error, 'strerror', None) or error}.{step}"


def _no_space(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in {28, 30}  # a full disk, one that is read only


def _first_line(error: BaseException) -> str:
    """What the database said; drivers add the statement and hints on lines of their own."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
