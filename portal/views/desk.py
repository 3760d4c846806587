"""Where people land after signing in: what waits for them, then their desks."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import SignedInRequest, signed_in


@signed_in
def desk(request: SignedInRequest) -> HttpResponse:
    return render(request, "portal/desk.html")
