"""Organiser's pages about people: requests for membership, roles."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions, queries, services
from accounts.access import SignedInRequest, View, signed_in
from accounts.forms import RoleForm
from common.errors import Invalid
from common.paging import page_of


def administrators_only(view: View) -> View:
    @wraps(view)
    @signed_in
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.is_admin(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@signed_in
@require_safe
def membership_approvals(request: SignedInRequest) -> HttpResponse:
    """Officers see all requests; signatories those of their units; everybody else an empty list."""
    page = page_of(request, queries.pending_memberships(request.user))
    return render(request, "accounts/membership_approvals.html", {"page": page})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: SignedInRequest) -> HttpResponse:
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.grant_role(actor=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The role has been granted."))
            return redirect("accounts:roles")
    context = {"form": form, "staff": queries.staff()}
    return render(request, "accounts/roles.html", context, status=422 if form.errors else 200)


@administrators_only
@require_POST
def role_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    services.revoke_role(actor=request.user, staff_role_id=pk)
    messages.success(request, _("The role has been taken back."))
    return redirect("accounts:roles")
