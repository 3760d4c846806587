"""The pages on which an entry is written: the start, the sections, the attachments."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.queries import active_units
from applications.forms.applicant import AttachmentForm, SectionForm, StartForm
from applications.models import Application
from applications.queries.applicant import (
    current_attachments,
    editable_fields,
    entries_left,
    fingerprint,
    own_applications,
    requirements_of,
    restorable_attachments,
    with_relations,
)
from applications.queries.problems import missing_documents, page_problems, too_long_notes
from applications.queries.reading import read_answer
from applications.rules import MAX_ATTACHMENTS
from applications.sections import ATTACHMENTS, SECTION_BY_CODE, SECTIONS, Section
from applications.services.attachments import add_attachment, remove_attachment, restore_attachment
from applications.services.drafts import ChangedMeanwhile, save_section, start_application
from applications.snapshots import snapshot
from applications.views.applicant import own_entry
from common.errors import Invalid
from common.web.partly import note_partly_saved, right_values
from contest.queries import public_editions
from units.models import Unit

# The order of the form's pages: files before the statements.
PAGES = [*(section.code for section in SECTIONS[:-1]), ATTACHMENTS, SECTIONS[-1].code]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Choose the unit when there are several, then domain, group and title."""
    edition = get_object_or_404(public_editions(), slug=slug)
    units = list(active_units(request.user))
    if not units:
        return redirect("applications:applicant_list")
    if not edition.is_call_open(timezone.now()) and request.method != "POST":
        return render(request, "applications/applicant_start_closed.html", {"edition": edition})
    unit = _chosen_unit(request, units)
    left = entries_left(edition, units)
    if unit is None:
        choices = [(candidate, left[candidate.pk]) for candidate in units]
        return render(request, "applications/applicant_start_unit.html", {"edition": edition, "choices": choices})
    form = StartForm(request.POST if request.method == "POST" else None, edition=edition, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            application = start_application(
                actor=request.user,
                edition_id=edition.pk,
                unit_id=unit.pk,
                domain_id=form.cleaned_data["domain"].pk,
                group_id=form.cleaned_data["group"].pk,
                title=form.cleaned_data["title"],
                form_key=form.cleaned_data["form_key"],
            )
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return redirect("applications:applicant_detail", pk=application.pk)
    return render(
        request,
        "applications/applicant_start.html",
        {
            "edition": edition,
            "unit": unit,
            "several": len(units) > 1,
            "left": left[unit.pk],
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _chosen_unit(request: SignedInRequest, units: list[Unit]) -> Unit | None:
    if len(units) == 1:
        return units[0]
    asked = request.GET.get("unit", "")
    if not asked:
        return None
    unit = next((unit for unit in units if str(unit.pk) == asked), None)
    if unit is None:
        raise Http404
    return unit


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed meanwhile: what it says now."""

    label: str
    text: str
    rows: list[dict[str, str]]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int, section: str) -> HttpResponse:
    """One page of the form. A page somebody else saved meanwhile is shown with both texts (409)."""
    application = own_entry(request, pk)
    page = SECTION_BY_CODE.get(section)
    if page is None:
        raise Http404
    opened = editable_fields(application) & set(page.fields)
    if not opened and request.method != "POST":
        return redirect("applications:applicant_detail", pk=pk)
    form = SectionForm(
        request.POST if request.method == "POST" else None, application=application, section=page, opened=opened
    )
    seen = fingerprint(application, page)
    differences: list[Difference] = []
    status = 200
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        values = right_values(form)
        try:
            saved = application
            if values or not form.errors:
                saved = save_section(actor=request.user, application_id=pk, section=section, values=values, seen=seen)
        except ChangedMeanwhile as conflict:
            differences = _differences(conflict.application, form, page)
            seen, status = fingerprint(conflict.application, page), conflict.status
        except Invalid as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            if not form.errors:
                _tell_saved(request, form)
                return redirect(_after(request, application, section))
            note_partly_saved(form)
            seen, status = fingerprint(saved, page) if values else seen, 422
    return render(
        request,
        "applications/applicant_section.html",
        {
            "application": application,
            "section": page,
            "form": form,
            "seen": seen,
            "differences": differences,
            "place": PAGES.index(section) + 1,
            "pages": len(PAGES),
            "problems": page_problems(application, section),
        },
        status=status,
    )


def _tell_saved(request: SignedInRequest, form: SectionForm) -> None:
    """A text that is too long is kept all the same, and the writer hears of it on the next page."""
    notes = too_long_notes(form.cleaned_data)
    for note in notes:
        messages.warning(request, note)
    if not notes:
        messages.success(request, _("Saved."))


def _differences(theirs: Application, form: SectionForm, page: Section) -> list[Difference]:
    content = snapshot(theirs, [])
    changed = [name for name in page.fields if getattr(theirs, name) != form.cleaned_data.get(name)]
    answers = [read_answer(name, content[name]) for name in changed]
    return [Difference(answer.label, answer.text, answer.rows) for answer in answers]


def _after(request: SignedInRequest, application: Application, section: str) -> str:
    """Where a saved page leads: the same page, the next one that is open, or the entry."""
    if "stay" in request.POST:
        return reverse("applications:edit", args=[application.pk, section])
    if "next" in request.POST:
        opened = editable_fields(application)
        for code in PAGES[PAGES.index(section) + 1 :]:
            if code == ATTACHMENTS and ATTACHMENTS in opened:
                return reverse("applications:attachments", args=[application.pk])
            if code != ATTACHMENTS and opened & set(SECTION_BY_CODE[code].fields):
                return reverse("applications:edit", args=[application.pk, code])
    return reverse("applications:applicant_detail", args=[application.pk])


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: SignedInRequest, pk: int) -> HttpResponse:
    application = own_entry(request, pk)
    if ATTACHMENTS not in editable_fields(application) and request.method != "POST":
        return redirect("applications:applicant_detail", pk=pk)
    going_on = "next" in request.POST
    if going_on and not AttachmentForm.is_begun(request.POST, request.FILES):
        return redirect("applications:edit", pk, PAGES[-1])
    if request.method == "POST":
        form = AttachmentForm(request.POST, request.FILES, edition=application.edition)
    else:
        form = AttachmentForm(edition=application.edition)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["requirement"]
        try:
            added = add_attachment(
                actor=request.user,
                application_id=pk,
                upload=form.cleaned_data["file"],
                requirement_id=chosen.pk if chosen else None,
                description=form.cleaned_data["description"],
            )
        except Invalid as error:
            form.add_error("file", str(error))
        else:
            _tell_added(request, added.name, going_on=going_on)
            return redirect("applications:attachments", pk=pk)
    files = current_attachments(application)
    requirements = requirements_of(application.edition)
    form.offer(requirements, missing_documents(requirements, files))
    present = {file.requirement_id for file in files}
    return render(
        request,
        "applications/applicant_attachments.html",
        {
            "application": application,
            "form": form,
            "files": files,
            "removed": restorable_attachments(application, timezone.now()),
            "requirements": [(item, item.pk in present) for item in requirements],
            "place": PAGES.index(ATTACHMENTS) + 1,
            "pages": len(PAGES),
            "room": MAX_ATTACHMENTS - len(files),
            "next_section": PAGES[-1],
            "max_bytes": settings.UPLOAD_MAX_BYTES,
        },
        status=422 if form.errors else 200,
    )


def _tell_added(request: SignedInRequest, name: str, *, going_on: bool) -> None:
    """A file chosen but not added when "go on" was pressed is added, and the writer is asked whether it belongs."""
    if going_on:
        text = _(
            "The file %(name)s was chosen but not added, so it was added now. "
            "If it belongs to the entry, go on; if not, remove it from the list."
        )
        messages.warning(request, text % {"name": name})
    else:
        messages.success(request, _("The file %(name)s was added.") % {"name": name})


@signed_in
@require_POST
def attachment_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    owner = get_object_or_404(with_relations(own_applications(request.user)), attachments__pk=pk)
    remove_attachment(actor=request.user, attachment_id=pk)
    messages.success(request, _("The file was removed. Below the list of files you can put it back for a day."))
    return redirect("applications:attachments", pk=owner.pk)


@signed_in
@require_POST
def attachment_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    owner = get_object_or_404(with_relations(own_applications(request.user)), attachments__pk=pk)
    try:
        restored = restore_attachment(actor=request.user, attachment_id=pk)
    except Invalid as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The file %(name)s was put back.") % {"name": restored.name})
    return redirect("applications:attachments", pk=owner.pk)
