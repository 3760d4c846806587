"""The juror's desk, declarations, and the reading desk with its score sheet."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from common.errors import Conflict, Refusal
from common.files.uploads import attachment_response, page_response
from common.numbers import whole_number
from common.web.partly import note_partly_saved
from common.web.shown import answers_changes, is_pressed, sent_by
from contest.access import juror_desk
from contest.models import Edition
from contest.workflow import Phase
from jury import services
from jury.forms.acts import RecusalForm
from jury.forms.sheet import SheetForm
from jury.models import Assignment, AssignmentStatus, Score, ScoreSheet
from jury.permissions import can_read
from jury.queries import desk as queries
from jury.queries.conflicts import GROUND_LABELS, conflict_of
from jury.queries.entry import entry_view
from jury.queries.results import criteria_of, rules_of, sheets_visible_to
from jury.queries.shown import recusing
from jury.scoring import partial_total


@juror_desk
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    editions = queries.editions_of(request.user)
    edition = _chosen(editions, request.GET.get("edition", ""))
    state, domain = request.GET.get("state", ""), request.GET.get("domain", "")
    found = queries.desk_for(request.user, edition, state=state, domain=domain)
    following = queries.next_to_score(request.user, edition) if edition.phase == Phase.SCORING else None
    return render(
        request,
        "jury/desk.html",
        {
            "edition": edition,
            "editions": editions,
            "desk": found,
            "following": following,
            "state": state,
            "domain": domain,
            "open": edition.phase == Phase.SCORING,
        },
    )


@juror_desk
@require_http_methods(["POST"])
def declare_many(request: SignedInRequest) -> HttpResponse:
    """First the list of units the juror is about to declare on, then the declaration itself."""
    ids = [pk for value in request.POST.getlist("assignment") if (pk := whole_number(value)) is not None]
    if "confirm" in request.POST:
        count = services.declare_impartiality(actor=request.user, assignment_ids=ids)
        text = ngettext(
            "Impartiality declared towards %(count)d entry. It is open to you now.",
            "Impartiality declared towards %(count)d entries. They are open to you now.",
            count,
        )
        messages.success(request, text % {"count": count})
        return redirect("jury:desk")
    rows = queries.to_declare(request.user, ids)
    if not rows:
        messages.warning(request, _("Choose at least one entry that waits for your declaration."))
        return redirect(f"{reverse('jury:desk')}?state=declare")
    return render(request, "jury/declare_many.html", {"rows": rows})


@juror_desk
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: SignedInRequest, pk: int) -> HttpResponse:
    assignment = _own(request, pk)
    if request.method == "POST":
        services.declare_impartiality(actor=request.user, assignment_ids=[pk])
        messages.success(request, _("Impartiality declared. The entry is open to you now."))
        return redirect("jury:sheet", pk)
    if assignment.status != AssignmentStatus.ASSIGNED:
        return redirect("jury:sheet" if can_read(request.user, assignment) else "jury:desk", *_sheet_args(assignment))
    ground = conflict_of(assignment.application, assignment.juror)
    return render(
        request,
        "jury/declare.html",
        {
            "assignment": assignment,
            "ground": GROUND_LABELS[ground] if ground else "",
            "form": RecusalForm(),
        },
    )


@juror_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: SignedInRequest, pk: int) -> HttpResponse:
    assignment = _own(request, pk)
    form = RecusalForm(request.POST or None)
    status = 200
    if is_pressed(request):
        if form.is_valid():
            services.recuse(
                actor=request.user, assignment_id=pk, ground=form.cleaned_data["ground"], shown=sent_by(request)
            )
            messages.success(request, _("You are recused from this entry. The organiser will find another juror."))
            return redirect("jury:desk")
        status = 422
    context = {"assignment": assignment, "form": form, "shown": recusing.page(request, assignment)}
    return render(request, "jury/recuse.html", context, status=status)


@juror_desk
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The reading desk. Saving needs no more than the sheet: the entry is read only to be shown."""
    if request.method == "POST":
        return _save(request, pk)
    assignment = _own(request, pk)
    if not can_read(request.user, assignment):
        if assignment.status == AssignmentStatus.ASSIGNED:
            return redirect("jury:declare", pk)
        raise Http404
    saved = queries.marks_of(assignment)
    criteria = criteria_of(assignment.application.edition)
    form = SheetForm.from_sheet(assignment.sheet, criteria, saved)
    return _reading_desk(request, assignment, form, saved)


@juror_desk
@require_http_methods(["GET", "HEAD", "POST"])
def submit_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """What closing seals, with its total; then the closing itself."""
    if request.method == "POST":
        revision = whole_number(request.POST.get("revision", ""))
        services.submit_sheet(actor=request.user, assignment_id=pk, revision=-1 if revision is None else revision)
        messages.success(request, _("The sheet is closed and counts."))
        return redirect("jury:sheet", pk)
    assignment = _own(request, pk)
    if not can_read(request.user, assignment) or assignment.sheet.closed_at:
        return redirect("jury:sheet", pk)
    saved = queries.marks_of(assignment)
    criteria = criteria_of(assignment.application.edition)
    complete = all((mark := saved.get(c.code)) and mark.points is not None and mark.justification for c in criteria)
    if not complete:
        messages.warning(request, _("Fill in points and justifications for every criterion first."))
        return redirect("jury:sheet", pk)
    return render(
        request,
        "jury/submit_sheet.html",
        {"assignment": assignment, "scores": _scores(criteria, saved), "total": _total(assignment, saved)},
    )


@juror_desk
@require_safe
def attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    assignment = _own(request, pk)
    if not can_read(request.user, assignment):
        raise Http404
    found = queries.entry_file(queries.entry_version(assignment), attachment_pk)
    if found is None:
        raise Http404
    return cast("HttpResponse", attachment_response(found, is_infected=found.is_infected))


@juror_desk
@require_safe
def page(request: SignedInRequest, pk: int, attachment_pk: int, page: int) -> HttpResponse:
    """A page of a file of the entry, for whoever may download the file."""
    assignment = _own(request, pk)
    if not can_read(request.user, assignment):
        raise Http404
    drawn = queries.entry_page(queries.entry_version(assignment), attachment_pk, page)
    if drawn is None:
        raise Http404
    return page_response(drawn)


def _save(request: SignedInRequest, pk: int) -> HttpResponse:
    criteria = queries.criteria_for_sheet(request.user, pk)
    form = SheetForm(request.POST, criteria=criteria)
    closing = request.POST.get("action") == "close"
    if not criteria:
        raise Http404
    if not form.is_valid():
        return _save_right(request, pk, form)
    try:
        saved = services.save_scores(
            actor=request.user,
            assignment_id=pk,
            revision=form.cleaned_data["revision"],
            marks=form.marks(),
            summary=form.cleaned_data["summary"],
        )
    except services.StaleSheet as refusal:
        return _again(request, pk, form, refusal=refusal)
    except services.SheetSealed as refusal:
        return _again(request, pk, form, refusal=refusal)
    if not closing:
        messages.success(request, _("Saved. You can go on, or come back to it later."))
        return redirect("jury:sheet", pk)
    if form.require_complete():
        return redirect("jury:submit_sheet", pk)
    return _again(request, pk, form, status=422, revision=saved.revision)


def _save_right(request: SignedInRequest, pk: int, form: SheetForm) -> HttpResponse:
    """Save the fields without an error and show the sheet again with the others as they were typed."""
    assignment = _own(request, pk)
    if "revision" in form.errors or not can_read(request.user, assignment):
        return _again(request, pk, form, status=422)
    try:
        saved = services.save_scores(
            actor=request.user,
            assignment_id=pk,
            revision=form.cleaned_data["revision"],
            marks=form.marks(queries.marks_of(assignment)),
            summary=form.summary_or(assignment.sheet.summary),
        )
    except (services.StaleSheet, services.SheetSealed) as refusal:
        return _again(request, pk, form, refusal=refusal)
    shown = form.for_revision(saved.revision)
    note_partly_saved(shown)
    return _again(request, pk, shown, status=422)


def _again(
    request: SignedInRequest,
    pk: int,
    form: SheetForm,
    *,
    status: int = 409,
    refusal: Refusal | None = None,
    revision: int | None = None,
) -> HttpResponse:
    """The desk again with everything that was typed; after a conflict also with what is saved."""
    assignment = _own(request, pk)
    if not can_read(request.user, assignment):
        raise Http404
    saved = queries.marks_of(assignment)
    if isinstance(refusal, Conflict):
        form = form.against(assignment.sheet, saved)
    elif revision is not None:
        form = form.for_revision(revision)
        form.is_valid()
        form.require_complete()
    return _reading_desk(request, assignment, form, saved, refusal=refusal, status=status)


def _reading_desk(
    request: SignedInRequest,
    assignment: Assignment,
    form: SheetForm,
    saved: dict[str, Score],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    application = assignment.application
    own: ScoreSheet = assignment.sheet
    writable = own.closed_at is None and application.edition.phase == Phase.SCORING
    others = [row for row in sheets_visible_to(request.user, application) if row.pk != own.pk] if not writable else []
    following = queries.next_to_score(request.user, application.edition, application.number or "")
    return render(
        request,
        "jury/sheet.html",
        {
            "assignment": assignment,
            "entry": entry_view(
                queries.entry_version(assignment),
                lambda file, page: reverse("jury:page", args=[assignment.pk, file, page]),
            ),
            "sheet": own,
            "form": form,
            "scores": _scores(form.criteria, saved),
            "total": _total(assignment, saved),
            "writable": writable,
            "refusal": refusal,
            "others": others,
            "following": following,
        },
        status=status,
    )


def _scores(criteria: list, saved: dict[str, Score]) -> list[tuple[object, Score | None]]:
    return [(criterion, saved.get(criterion.code)) for criterion in criteria]


def _total(assignment: Assignment, saved: dict[str, Score]) -> object:
    rules = rules_of(assignment.application.edition)
    return partial_total({code: score.points for code, score in saved.items()}, rules.criteria)


def _own(request: HttpRequest, pk: int) -> Assignment:
    return get_object_or_404(queries.assignments_for(request.user), pk=pk)  # type: ignore[arg-type]


def _sheet_args(assignment: Assignment) -> list[int]:
    return [] if assignment.status == AssignmentStatus.RECUSED else [assignment.pk]


def _chosen(editions: list[Edition], slug: str) -> Edition:
    """The edition asked for, else the newest one in scoring, else the newest."""
    named = [edition for edition in editions if edition.slug == slug]
    scoring = [edition for edition in editions if edition.phase == Phase.SCORING]
    return (named or scoring or editions)[0]
