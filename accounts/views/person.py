"""A person's own pages: profile, memberships, choosing a unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions, queries, services
from accounts.access import SignedInRequest, signed_in
from accounts.forms import MembershipForm, ProfileForm, RefusalForm
from common.web.shown import answers_changes, is_pressed, sent_by
from units import queries as units

SEARCH_LENGTH = 100


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(
        request.POST or None, initial={"full_name": request.user.full_name, "language": request.user.language}
    )
    if is_pressed(request) and form.is_valid():
        services.update_profile(actor=request.user, shown=sent_by(request), **form.cleaned_data)
        messages.success(request, _("Your details have been saved."))
        return redirect("accounts:profile")
    context = {"form": form, "shown": queries.profile.page(request, request.user)}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def memberships(request: SignedInRequest) -> HttpResponse:
    return render(
        request,
        "accounts/memberships.html",
        {
            "memberships": queries.memberships_of(request.user),
            "pending": queries.pending_memberships(request.user),
        },
    )


@signed_in
@require_safe
def unit_search(request: SignedInRequest) -> HttpResponse:
    """Works as a plain form; htmx only replaces the list while one types."""
    text = request.GET.get("q", "")[:SEARCH_LENGTH]
    template = "accounts/unit_results.html" if request.htmx else "accounts/unit_search.html"  # type: ignore[attr-defined]
    found = units.search(text)
    return render(request, template, {"q": text, "units": found, "loaded": bool(found) or units.open_units().exists()})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def membership_request(request: SignedInRequest, unit_id: int) -> HttpResponse:
    unit = get_object_or_404(units.open_units(), pk=unit_id)
    form = MembershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.request_membership(actor=request.user, unit=unit, **form.cleaned_data)
        messages.success(request, _("Your request has been sent. You will get a message when it is decided."))
        return redirect("accounts:memberships")
    context = {"form": form, "unit": unit, "same_name": units.identical_names(unit)}
    return render(request, "accounts/membership_request.html", context, status=422 if form.errors else 200)


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def membership_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve (one button) or refuse (with a reason)."""
    membership = get_object_or_404(queries.visible_memberships(request.user), pk=pk)
    verdict = permissions.can_decide_membership(request.user, membership)
    form = RefusalForm(request.POST if "refuse" in request.POST else None)
    if is_pressed(request):
        verdict.require()
        if "approve" in request.POST:
            services.approve_membership(actor=request.user, membership_id=pk, shown=sent_by(request))
            messages.success(request, _("The membership has been approved and the person told."))
            return redirect("accounts:membership_approvals")
        if form.is_valid():
            services.refuse_membership(
                actor=request.user, membership_id=pk, reason=form.cleaned_data["reason"], shown=sent_by(request)
            )
            messages.success(request, _("The membership has been refused and the person told."))
            return redirect("accounts:membership_approvals")
    members = queries.active_members([membership.unit_id])
    context = {
        "membership": membership,
        "verdict": verdict,
        "form": form,
        "members": members,
        "shown": queries.deciding.page(request, membership),
    }
    return render(request, "accounts/membership_decide.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def membership_end(request: SignedInRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(queries.visible_memberships(request.user), pk=pk)
    services.end_membership(actor=request.user, membership_id=membership.pk)
    messages.success(request, _("The membership has ended."))
    return redirect("accounts:memberships")


@require_safe
def sent_to_desk(request: HttpRequest) -> HttpResponse:
    """`/konto/` itself: one's profile is where people look for it."""
    return redirect("accounts:profile")
