"""The applicant's desk: the list, one entry, and the acts on it. The form's pages are in views/writing.py."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, signed_in
from accounts.models import MembershipStatus
from accounts.queries import active_units, memberships_of
from applications.forms.applicant import AppealForm, WithdrawalForm
from applications.models import Application, ApplicationVersion
from applications.permissions import can_withdraw
from applications.queries import applicant as queries
from applications.queries.applicant import (
    appeal_deadline,
    current_attachments,
    editable_fields,
    open_completion,
    readable_attachment,
    withdrawal_open,
)
from applications.queries.desk import (
    applicant_todos_for,
    calls_for,
    entry_rows,
    open_codes,
    points_of,
    steps_of,
    timeline,
    versions_of,
    visible_state,
)
from applications.queries.problems import submission_problems
from applications.queries.reading import readable
from applications.queries.renditions import rendition
from applications.queries.shown import appealing, sending, sending_again, withdrawing
from applications.services.applicant import file_appeal, withdraw_application
from applications.services.submission import resubmit_application, submit_application
from applications.snapshots import snapshot
from applications.workflow import State
from common.errors import Invalid
from common.files.uploads import attachment_response, page_response
from common.todo import by_urgency
from common.web.shown import answers_changes, is_pressed, sent_by


def own_entry(request: SignedInRequest, pk: int) -> Application:
    """The entry, when this person acts for its unit; else 404."""
    application = queries.own_entry(request.user, pk)
    if application is None:
        raise Http404
    return application


@signed_in
@require_safe
def applicant_list(request: SignedInRequest) -> HttpResponse:
    units = list(active_units(request.user))
    asked = [] if units else memberships_of(request.user)
    return render(
        request,
        "applications/applicant_list.html",
        {
            "todos": by_urgency(applicant_todos_for(request.user)),
            "entries": entry_rows(request.user),
            "units": units,
            "pending": [row for row in asked if row.status == MembershipStatus.PENDING],
            "calls": calls_for(request.user, timezone.now()),
        },
    )


@signed_in
@require_safe
def applicant_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    application = own_entry(request, pk)
    state = visible_state(application)
    sent = application.submitted_at is not None
    context: dict[str, Any] = {
        "application": application,
        "state": state,
        "state_label": State(state).label,
        "events": timeline(application),
        "versions": versions_of(application) if sent else [],
        "may_withdraw": withdrawal_open(application) and bool(can_withdraw(request.user, application)),
        "appeal_until": appeal_deadline(application),
        "appeals": application.appeals.all() if sent else [],
        "now": timezone.now(),
    }
    if editable_fields(application):
        files = current_attachments(application)
        problems = submission_problems(application, files)
        context |= {
            "steps": steps_of(application, problems, attachments=len(files)),
            "problem_count": len(problems),
            "call_open": application.edition.is_call_open(timezone.now()),
            **_completion(application),
        }
    return render(request, "applications/applicant_detail.html", context)


@signed_in
@require_safe
def version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """A submitted version as it was sent."""
    application = own_entry(request, pk)
    sent = get_object_or_404(ApplicationVersion, application=application, number=number)
    return render(
        request,
        "applications/applicant_version.html",
        {
            "application": application,
            "version": sent,
            "pages": readable(sent.content),
            "files": sent.content["attachments"],
        },
    )


@signed_in
@require_safe
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """All answers for reading before they are sent."""
    application = own_entry(request, pk)
    if application.state != State.DRAFT:
        return redirect("applications:applicant_detail", pk=pk)
    return _check_page(request, application)


def _check_page(
    request: SignedInRequest, application: Application, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    attachments = current_attachments(application)
    content = snapshot(application, attachments)
    completion = _completion(application)
    call = completion["completion"]
    shown = (
        sending_again.page(request, application, files=attachments, call=call)
        if call
        else sending.page(request, application, files=attachments)
    )
    return render(
        request,
        "applications/applicant_check.html",
        {
            "shown": shown,
            "application": application,
            "problems": submission_problems(application, attachments),
            "pages": readable(content),
            "files": content["attachments"],
            "refusal": refusal,
            "call_open": application.edition.is_call_open(timezone.now()),
            "open_codes": open_codes(application),
            **completion,
        },
        status=status,
    )


def _completion(application: Application) -> dict[str, Any]:
    """The open call for completion, and whether the entry is still word for word what was sent before."""
    request = open_completion(application) if application.state == State.RETURNED else None
    if request is None:
        return {"completion": None, "completion_points": [], "unchanged": False}
    sent = versions_of(application)[:1]
    now = snapshot(application, current_attachments(application))
    return {
        "completion": request,
        "completion_points": points_of(request),
        "unchanged": bool(sent) and sent[0].content == now,
    }


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """GET is where a sign-in in the middle of sending returns to: back to the page that asks.

    What a colleague changed meanwhile is shown, both texts, on a page whose button sends it.
    """
    application = own_entry(request, pk)
    if not is_pressed(request):
        return _check_page(request, application) if request.method == "POST" else redirect("applications:check", pk=pk)
    try:
        sent = submit_application(actor=request.user, application_id=application.pk, shown=sent_by(request))
    except Invalid as refusal:
        return _check_page(request, application, refusal=str(refusal), status=refusal.status)
    messages.success(request, _("The entry was sent. Its number is %(number)s.") % {"number": sent.number})
    return redirect("applications:applicant_detail", pk=pk)


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: SignedInRequest, pk: int) -> HttpResponse:
    """The call for completion with what may be changed; sending is the same page's button."""
    application = own_entry(request, pk)
    if not is_pressed(request):
        if application.state != State.RETURNED:
            return redirect("applications:applicant_detail", pk=pk)
        return _check_page(request, application)
    try:
        resubmit_application(actor=request.user, application_id=application.pk, shown=sent_by(request))
    except Invalid as refusal:
        return _check_page(request, application, refusal=str(refusal), status=refusal.status)
    messages.success(request, _("The completed entry was sent."))
    return redirect("applications:applicant_detail", pk=pk)


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    application = own_entry(request, pk)
    if not (withdrawal_open(application) and can_withdraw(request.user, application)) and request.method != "POST":
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_pressed(request):
        withdraw_application(
            actor=request.user,
            application_id=application.pk,
            reason=form.cleaned_data["reason"],
            shown=sent_by(request),
        )
        messages.success(request, _("The entry was withdrawn."))
        return redirect("applications:applicant_detail", pk=pk)
    return render(
        request,
        "applications/applicant_withdraw.html",
        {
            "application": application,
            "form": form,
            "word": form.word,
            "shown": withdrawing.page(request, application),
        },
        status=422 if form.is_bound else 200,
    )


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: SignedInRequest, pk: int) -> HttpResponse:
    application = own_entry(request, pk)
    until = appeal_deadline(application)
    if until is None and request.method != "POST":
        return redirect("applications:applicant_detail", pk=pk)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST or not is_pressed(request):
            return render(
                request,
                "applications/applicant_appeal_check.html",
                {
                    "application": application,
                    "form": form,
                    "text": form.cleaned_data["text"],
                    "until": until,
                    "shown": appealing.page(request, application),
                },
            )
        if "back" not in request.POST:
            file_appeal(
                actor=request.user,
                application_id=application.pk,
                text=form.cleaned_data["text"],
                shown=sent_by(request),
            )
            messages.success(request, _("The appeal was filed. The organiser will decide and write to you."))
            return redirect("applications:applicant_detail", pk=pk)
    return render(
        request,
        "applications/applicant_appeal.html",
        {"application": application, "form": form, "until": until},
        status=422 if form.errors else 200,
    )


@signed_in
@require_safe
def attachment_download(request: SignedInRequest, pk: int) -> HttpResponse:
    """Also for officers and auditors; jurors get theirs through their assignment."""
    attachment = readable_attachment(request.user, pk)
    if attachment is None:
        raise Http404
    return attachment_response(attachment, is_infected=attachment.is_infected)  # type: ignore[return-value]


@signed_in
@require_safe
def attachment_page(request: SignedInRequest, pk: int, page: int) -> HttpResponse:
    """A page of a file, for those who may download it."""
    attachment = readable_attachment(request.user, pk)
    drawn = rendition(attachment, page) if attachment else None
    if drawn is None:
        raise Http404
    return page_response(drawn)
