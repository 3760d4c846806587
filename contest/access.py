"""Doors of the jury's desks: signed in and on a jury, else 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase

from accounts.access import SignedInRequest, View
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
        if jury_seats(request.user, chair_only=chair_only).exists():
            return view(request, *args, **kwargs)
        raise Http404

    return guarded
