"""Whose form it is: every form that carries a CSRF token also says, signed, who it was given to.

A session that has ended tells nothing of the person, and on a shared computer the next one may be signed in by the
time a form arrives. What was typed is given back to the account in the form and to nobody else; a stranger without an
account has no such mark, so nothing is kept for strangers.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

FIELD = "written_by"
_SALT = "common.web.written_by"


def mark_of(user: Any) -> str:
    """Opaque enough for a page of one's own: the number of the account and our signature."""
    return signing.Signer(salt=_SALT).sign(str(user.pk))


def mark_for(request: HttpRequest) -> str:
    """Of whoever the page is made for, made once for all its forms; empty for a stranger."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    known: str | None = getattr(request, "_written_by", None)
    if known is None:
        known = mark_of(user)
        request._written_by = known  # type: ignore[attr-defined]
    return known


def account_in(mark: str) -> int | None:
    """The account of a mark we signed."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(mark))
    except (signing.BadSignature, ValueError):
        return None


def writer_of(sent: QueryDict) -> int | None:
    return account_in(sent.get(FIELD, ""))
