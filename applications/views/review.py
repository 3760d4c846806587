"""The formal review: the checklist and the decisions. Each decision shows what it will do before it does it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, organiser_desk
from accounts.permissions import is_officer
from accounts.queries import active_members
from applications.forms.review import (
    MET,
    NOT_MET,
    AppealForm,
    ChecklistForm,
    CompletionForm,
    DueForm,
    RejectForm,
    VersionForm,
    usual_due_date,
)
from applications.models import Application, EligibilityCheck
from applications.permissions_review import can_review
from applications.queries.entry import Reading, read_entry, sent_entry
from applications.queries.hints import OK
from applications.queries.shown import accepting, calling, deciding_appeal, extending, rejecting
from applications.services import review as services
from applications.services import review_preview
from applications.services.appeals import decide_appeal as decide
from applications.workflow import State
from common.errors import Conflict, Refusal
from common.web.shown import Changed, Shown, answers_changes, is_pressed, sent_by
from notifications.outbox_types import Rendered

POST_OR_GET = ["GET", "HEAD", "POST"]


@organiser_desk
@require_http_methods(POST_OR_GET)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The checklist beside the entry: right answers are saved, wrong ones stay as typed and are named.

    `?fill=1` offers the answers the data already gives; nothing is saved by it.
    """
    application = _reviewable(request, pk)
    form: ChecklistForm | None = None
    refusal: Refusal | None = None
    if request.method == "POST":
        form = ChecklistForm(request.POST)
        try:
            _save_findings(request, pk, form)
        except Conflict as error:
            refusal = error  # also when somebody else decided meanwhile: what was typed stays on the page
        else:
            if form.is_valid():
                messages.success(request, _("The findings were saved."))
                return redirect("applications:officer_detail", pk=pk)
    if refusal is None:
        _require_state(application, State.SUBMITTED)
    reading = read_entry(application)
    if form is None:
        form = ChecklistForm(initial=_answers(reading, fill="fill" in request.GET))
    context = {
        "application": reading.application,
        "edition": reading.application.edition,
        "reading": reading,
        "form": form,
        "seen": services.findings_digest(_checks(reading)),
        "rows": [(row, form[f"met_{row.code}"], form[f"note_{row.code}"]) for row in reading.rows],
        "refusal": refusal,
    }
    return render(request, "applications/officer_review.html", context, status=_status(form, refusal))


def _save_findings(request: SignedInRequest, pk: int, form: ChecklistForm) -> None:
    """Keep the right answers and have the form say which are not; nothing when there are only wrong ones."""
    findings = form.findings()
    if findings or form.is_valid():
        services.save_findings(
            actor=request.user,
            application_id=pk,
            version_number=form.cleaned_data["version"],
            findings=findings,
            seen=form.cleaned_data["seen"],
        )
    form.note_saved(len(findings))


@organiser_desk
@answers_changes
@require_http_methods(POST_OR_GET)
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = _for_review(request, pk, State.SUBMITTED)
    form = VersionForm(request.POST or None, initial={"version": reading.version.number})
    refusal: Refusal | None = None
    if is_pressed(request) and form.is_valid():
        try:
            services.accept_application(
                actor=request.user,
                application_id=pk,
                version_number=form.cleaned_data["version"],
                shown=sent_by(request),
            )
        except Changed:
            raise
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("The entry was accepted."))
            return redirect("applications:officer_detail", pk=pk)
    return _decision_page(
        request,
        reading,
        form,
        refusal,
        shown=accepting.page(request, reading.application, version=reading.version, checks=_checks(reading)),
        title=_("Accept the entry"),
        becomes=State.ELIGIBLE,
        button=_("Accept the entry"),
        mail=review_preview.accepted(reading.application),
    )


@organiser_desk
@answers_changes
@require_http_methods(POST_OR_GET)
def request_completion(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = _for_review(request, pk, State.SUBMITTED)
    initial = {"version": reading.version.number, "due_on": usual_due_date()}
    form = CompletionForm(request.POST or None, initial=initial)
    refusal: Refusal | None = None
    mail = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if request.POST.get("step") == "send" and is_pressed(request):
            try:
                services.request_completion(
                    actor=request.user,
                    application_id=pk,
                    version_number=given["version"],
                    due_on=given["due_on"],
                    message=given["message"],
                    shown=sent_by(request),
                )
            except Changed:
                raise
            except Refusal as error:
                refusal = error
            else:
                messages.success(request, _("The call for completion was sent."))
                return redirect("applications:officer_detail", pk=pk)
        elif request.POST.get("step") in ("preview", "send"):
            mail = review_preview.completion_requested(
                reading.application, reading.version, given["due_on"], given["message"]
            )
    return _decision_page(
        request,
        reading,
        form,
        refusal,
        shown=calling.page(request, reading.application, version=reading.version, checks=_checks(reading)),
        title=_("Call for completion"),
        becomes=State.RETURNED,
        button=_("Send the call"),
        mail=mail,
        writes=True,
    )


@organiser_desk
@answers_changes
@require_http_methods(POST_OR_GET)
def extend_completion(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = _for_review(request, pk, State.RETURNED)
    form = DueForm(request.POST or None, initial={"due_on": usual_due_date()})
    refusal: Refusal | None = None
    mail = None
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        if request.POST.get("step") == "send" and is_pressed(request):
            try:
                services.extend_completion(actor=request.user, application_id=pk, due_on=due_on, shown=sent_by(request))
            except Changed:
                raise
            except Refusal as error:
                refusal = error
            else:
                messages.success(request, _("The new date was set."))
                return redirect("applications:officer_detail", pk=pk)
        elif request.POST.get("step") in ("preview", "send") and reading.open_request:
            mail = review_preview.completion_extended(reading.application, reading.open_request, due_on)
    return _decision_page(
        request,
        reading,
        form,
        refusal,
        shown=extending.page(request, reading.application, call=reading.open_request),
        title=_("Give more time to complete the entry"),
        becomes=State.RETURNED,
        button=_("Set the new date"),
        mail=mail,
        writes=True,
    )


@organiser_desk
@answers_changes
@require_http_methods(POST_OR_GET)
def reject(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = _for_review(request, pk, State.SUBMITTED, State.RETURNED)
    form = RejectForm(request.POST or None, initial={"version": reading.version.number})
    refusal: Refusal | None = None
    mail = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if request.POST.get("step") == "send" and is_pressed(request):
            try:
                services.reject_application(
                    actor=request.user,
                    application_id=pk,
                    version_number=given["version"],
                    reason=given["reason"],
                    shown=sent_by(request),
                )
            except Changed:
                raise
            except Refusal as error:
                refusal = error
            else:
                messages.success(request, _("The entry was rejected."))
                return redirect("applications:officer_detail", pk=pk)
        elif request.POST.get("step") in ("preview", "send"):
            mail = review_preview.rejected(reading.application, reading.version, given["reason"])
    return _decision_page(
        request,
        reading,
        form,
        refusal,
        shown=rejecting.page(
            request, reading.application, version=reading.version, checks=_checks(reading), call=reading.open_request
        ),
        title=_("Reject the entry"),
        becomes=State.INELIGIBLE,
        button=_("Reject the entry"),
        mail=mail,
        writes=True,
        danger=True,
    )


@organiser_desk
@answers_changes
@require_http_methods(POST_OR_GET)
def decide_appeal(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = _for_review(request, pk, State.INELIGIBLE)
    appeal = reading.open_appeal
    if appeal is None:
        raise Conflict(_("This appeal was decided already. Refresh the page to see how."))
    form = AppealForm(request.POST or None, initial={"appeal": appeal.pk})
    refusal: Refusal | None = None
    mail = None
    upheld = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upheld = given["decision"] == "uphold"
        if request.POST.get("step") == "send" and is_pressed(request):
            try:
                decide(
                    actor=request.user,
                    application_id=pk,
                    appeal_id=given["appeal"],
                    uphold=upheld,
                    reason=given["reason"],
                    shown=sent_by(request),
                )
            except Changed:
                raise
            except Refusal as error:
                refusal = error
            else:
                messages.success(request, _("The appeal was decided."))
                return redirect("applications:officer_detail", pk=pk)
        elif request.POST.get("step") in ("preview", "send"):
            mail = review_preview.appeal_decided(reading.application, given["reason"], upheld=upheld)
    return _decision_page(
        request,
        reading,
        form,
        refusal,
        shown=deciding_appeal.page(request, reading.application, appeal=appeal),
        title=_("Decide the appeal"),
        becomes=State.SUBMITTED if upheld else State.INELIGIBLE,
        button=_("Decide the appeal"),
        mail=mail,
        writes=True,
        appeal=appeal,
    )


def _for_review(request: SignedInRequest, pk: int, *states: State) -> Reading:
    """The entry in one of these states, if this person may review it; readers without that right get 404."""
    application = _reviewable(request, pk)
    _require_state(application, *states)
    return read_entry(application)


def _reviewable(request: SignedInRequest, pk: int) -> Application:
    if not is_officer(request.user):
        raise Http404
    application = sent_entry(request.user, pk)
    can_review(request.user, application).require()
    return application


def _require_state(application: Application, *states: State) -> None:
    if application.state not in states:
        raise Conflict(_("This is not possible in the present state. Refresh the page to see what changed."))


def _answers(reading: Reading, *, fill: bool) -> dict[str, Any]:
    """What the form starts with: saved findings; asked to, also what the data and the version before say is met."""
    answers: dict[str, Any] = {"version": reading.version.number}
    for row in reading.rows:
        if row.check:
            answers[f"met_{row.code}"] = MET if row.check.met else NOT_MET
            answers[f"note_{row.code}"] = row.check.note
        elif fill and (row.hint.level == OK or (row.earlier and row.earlier.met)):
            answers[f"met_{row.code}"] = MET
    return answers


def _decision_page(
    request: SignedInRequest,
    reading: Reading,
    form: Any,
    refusal: Refusal | None,
    *,
    shown: Shown,
    title: str,
    becomes: State,
    button: str,
    mail: Rendered | None,
    writes: bool = False,
    danger: bool = False,
    appeal: Any = None,
) -> HttpResponse:
    """What will happen: the state after, who is told, the mail; then the button."""
    application: Application = reading.application
    context = {
        "application": application,
        "edition": application.edition,
        "reading": reading,
        "form": form,
        "refusal": refusal,
        "shown": shown,
        "title": title,
        "becomes": becomes.value,
        "becomes_label": becomes.label,
        "button": button,
        "mail": mail,
        "writes": writes,
        "danger": danger,
        "appeal": appeal,
        "told": [membership.user for membership in active_members([application.unit_id])],
        "now": timezone.now(),
    }
    return render(request, "applications/officer_decision.html", context, status=_status(form, refusal))


def _checks(reading: Reading) -> list[EligibilityCheck]:
    return [row.check for row in reading.rows if row.check]


def _status(form: Any, refusal: Refusal | None) -> int:
    if refusal is not None:
        return refusal.status
    return 422 if form.errors else 200
