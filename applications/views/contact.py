"""The way out for the contact person of a sent entry."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, signed_in
from accounts.permissions import can_act_for
from applications.permissions import can_withdraw_contact
from applications.queries.applicant import visible_to, with_relations
from applications.queries.shown import withdrawing_contact
from applications.services.contact_consent import withdraw_contact_consent
from common.web.shown import answers_changes, is_pressed, sent_by


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    """What it means, then one press. Members of the unit and organisers; for others there is nothing here."""
    application = get_object_or_404(with_relations(visible_to(request.user)), pk=pk)
    if not can_withdraw_contact(request.user, application):
        raise Http404
    if is_pressed(request):
        withdraw_contact_consent(actor=request.user, application_id=pk, shown=sent_by(request))
        messages.success(request, _("The consent was withdrawn: the person will not be published."))
        return redirect("applications:withdraw_contact", pk=pk)
    context = {
        "application": application,
        "acts_for_unit": can_act_for(request.user, application.unit),
        "shown": withdrawing_contact.page(request, application),
    }
    return render(request, "applications/withdraw_contact.html", context)
