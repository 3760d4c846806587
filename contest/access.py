"""Doors of the jury's desks: signed in and on a jury, else 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase

from accounts.access import SignedInRequest, View
from accounts.models import User
from contest.queries import jury_seats


def juror_desk(view: View) -> View:
    """Any active member of any jury; which entries they see is asked in jury.queries."""
    return _door(view, chair_only=False)


def chair_desk(view: View) -> View:
    """Active chairs; whether they chair this edition is asked again by the service."""
    return _door(view, chair_only=True)


def _door(view: Callable[..., HttpResponseBase], *, chair_only: bool) -> View:
    @wraps(view)
    @login_required
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _sits(request.user, chair_only=chair_only):
            return view(request, *args, **kwargs)
        raise Http404

    return guarded


def _sits(user: User, *, chair_only: bool) -> bool:
    """Read with the session's person (portal/standing.py); asked now for a person found in another way."""
    known = getattr(user, "is_chair" if chair_only else "is_juror", None)
    return jury_seats(user, chair_only=chair_only).exists() if known is None else bool(known)
