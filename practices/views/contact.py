"""The way out for a person whose name stands in the base."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, signed_in
from practices import queries, services
from practices.permissions import can_withdraw_contact


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """What will happen, then one press. Anybody but the person and the officers: 404."""
    contact = queries.contact(pk)
    if not can_withdraw_contact(request.user, contact):
        raise Http404
    if request.method == "POST":
        practice = services.withdraw_contact_consent(actor=request.user, contact_id=pk)
        messages.success(
            request, _("The consent was withdrawn: the person is no longer shown in the base or its data.")
        )
        return redirect(practice)
    return render(request, "practices/withdraw_contact.html", {"contact": contact, "practice": contact.practice})
