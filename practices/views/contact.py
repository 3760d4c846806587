"""The way out for a person whose name stands in the base."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, signed_in
from common.web.shown import answers_changes, is_pressed, sent_by
from practices import queries, services
from practices.permissions import can_withdraw_contact
from practices.queries.shown import withdrawing_contact


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """What will happen, then one press. Anybody but the person and the officers: 404."""
    contact = queries.contact(pk)
    if not can_withdraw_contact(request.user, contact):
        raise Http404
    if is_pressed(request):
        practice = services.withdraw_contact_consent(actor=request.user, contact_id=pk, shown=sent_by(request))
        messages.success(
            request, _("The consent was withdrawn: the person is no longer shown in the base or its data.")
        )
        return redirect(practice)
    context = {
        "contact": contact,
        "practice": contact.practice,
        "shown": withdrawing_contact.page(request, contact),
    }
    return render(request, "practices/withdraw_contact.html", context)
