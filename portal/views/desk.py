"""Where people land after signing in: what waits for them, then their desks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from portal.queries import memberships_waiting, open_call, todos_for
from portal.standing import standing_of


@signed_in
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    desks = standing_of(request.user)
    return render(
        request,
        "portal/desk.html",
        {
            "desks": desks,
            "todos": todos_for(request.user),
            "waiting": memberships_waiting(request.user) if desks.applicant else [],
            "call": open_call() if desks.applicant or not desks.any else None,
        },
    )
