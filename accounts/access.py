"""Doors of whole desks. Who may do what to one object is asked in permissions.py.

Anonymous people are sent to sign in and come back; a signed-in person without the role gets 404,
so an address tells nothing about what it holds.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Role, User
from accounts.permissions import READERS

View = Callable[..., HttpResponseBase]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SignedInRequest(HttpRequest):
    """A request behind one of these doors: `user` is a real person."""

    user: User


signed_in = cast("Callable[[View], View]", login_required)


def organiser_desk(view: View) -> View:
    """Officers work here; auditors and administrators read (safe methods only)."""

    @wraps(view)
    @login_required
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        roles = request.user.roles
        if Role.OFFICER in roles or (roles & READERS and request.method in SAFE_METHODS):
            return view(request, *args, **kwargs)
        raise Http404

    return guarded
