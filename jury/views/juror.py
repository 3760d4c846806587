"""The juror's desk, declarations, and the reading desk with its score sheet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from common.errors import Refusal
from common.files.uploads import attachment_response, page_response
from common.numbers import whole_number
from common.web.filters import not_known
from common.web.partly import note_partly_saved
from common.web.shown import answers_changes, is_pressed, is_stale, sent_by
from contest.access import juror_desk
from contest.models import Criterion, Edition
from contest.phases import Activity, may
from jury import services
from jury.forms.acts import RecusalForm
from jury.forms.sheet import SheetForm
from jury.models import Assignment, AssignmentStatus, ScoreSheet
from jury.permissions import can_read
from jury.queries import desk as queries
from jury.queries.conflicts import GROUND_LABELS, conflict_of
from jury.queries.entry import entry_view
from jury.queries.results import sheets_visible_to
from jury.queries.shown import recusing, submitting
from jury.scoring import Criterion as CriterionRule
from jury.scoring import partial_total


@juror_desk
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    editions = queries.editions_of(request.user)
    edition = _chosen(editions, request.GET.get("edition", ""))
    state, domain = request.GET.get("state", ""), request.GET.get("domain", "")
    found = queries.desk_for(request.user, edition, state=state, domain=domain)
    following = queries.next_to_score(request.user, edition) if may(edition, Activity.SCORE) else None
    return render(
        request,
        "jury/desk.html",
        {
            "edition": edition,
            "editions": editions,
            "desk": found,
            "not_understood": not_known(
                request.GET,
                {
                    "edition": (_("Edition"), {row.slug for row in editions}),
                    "state": (_("Show"), queries.STATES),
                    "domain": (_("Domain"), {str(row.pk) for row in found.domains}),
                },
            ),
            "following": following,
            "state": state,
            "domain": domain,
            "open": may(edition, Activity.SCORE),
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
    criteria, saved = queries.criteria_with_marks(request.user, pk)
    form = SheetForm.from_sheet(assignment.sheet, criteria, saved)
    return _reading_desk(request, assignment, form, saved)


@juror_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def submit_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """What closing seals, with its total; then the closing itself. A sheet that changed and lacks something by now is
    shown without the button."""
    if is_pressed(request):
        services.submit_sheet(actor=request.user, assignment_id=pk, shown=sent_by(request))
        messages.success(request, _("The sheet is closed and counts."))
        return redirect("jury:sheet", pk)
    assignment = _own(request, pk)
    if not can_read(request.user, assignment) or assignment.sheet.closed_at:
        return redirect("jury:sheet", pk)
    criteria, saved = queries.criteria_with_marks(request.user, pk)
    complete = all((mark := saved.get(c.code)) and mark.points is not None and mark.justification for c in criteria)
    if not complete and not is_stale(request):
        messages.warning(request, _("Fill in points and justifications for every criterion first."))
        return redirect("jury:sheet", pk)
    return render(
        request,
        "jury/submit_sheet.html",
        {
            "assignment": assignment,
            "scores": _scores(criteria, saved),
            "total": _total(criteria, saved),
            "complete": complete,
            "shown": submitting.page(request, assignment.sheet, criteria=criteria, saved=saved),
        },
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
    """Fields without an error are saved. With an error, or unfinished when asked to close, the sheet is shown again."""
    criteria, saved = queries.criteria_with_marks(request.user, pk)
    form = SheetForm(request.POST, criteria=criteria)
    if not criteria:
        raise Http404
    right = form.is_valid()
    if "revision" in form.errors:
        return _refused(request, pk, form, status=422)
    marks = form.marks(saved)
    try:
        sheet = services.save_scores(
            actor=request.user,
            assignment_id=pk,
            revision=form.cleaned_data["revision"],
            marks=marks,
            summary=form.right_summary(),
        )
    except (services.StaleSheet, services.SheetSealed) as refusal:
        return _refused(request, pk, form, refusal=refusal)
    if right and request.POST.get("action") != "close":
        messages.success(request, _("Saved. You can go on, or come back to it later."))
        return redirect("jury:sheet", pk)
    if right and form.require_complete():
        return redirect("jury:submit_sheet", pk)
    shown = form.for_revision(sheet.revision)
    if shown.is_valid():
        shown.require_complete()
    else:
        note_partly_saved(shown)
    now_saved = {code: queries.SavedMark(mark.points, mark.justification) for code, mark in marks.items()}
    return _reading_desk(request, sheet.assignment, shown, now_saved, status=422)


def _refused(
    request: SignedInRequest, pk: int, form: SheetForm, *, status: int = 409, refusal: Refusal | None = None
) -> HttpResponse:
    """The desk again with everything that was typed; after a conflict also with what is saved."""
    assignment = _own(request, pk)
    if not can_read(request.user, assignment):
        raise Http404
    _criteria, saved = queries.criteria_with_marks(request.user, pk)
    if refusal is not None:
        form = form.against(assignment.sheet, saved)
    return _reading_desk(request, assignment, form, saved, refusal=refusal, status=status)


def _reading_desk(
    request: SignedInRequest,
    assignment: Assignment,
    form: SheetForm,
    saved: Mapping[str, queries.SavedMark],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page with something to correct leads nowhere else: it shows neither the next entry nor others' sheets."""
    application = assignment.application
    own: ScoreSheet = assignment.sheet
    writable = own.closed_at is None and may(application.edition, Activity.SCORE)
    others: list[ScoreSheet] = []
    following = None
    if status == 200:
        following = queries.next_to_score(request.user, application.edition, application.number or "")
        if not writable:
            closed = sheets_visible_to(request.user, application, assignment.juror)
            others = [row for row in closed if row.pk != own.pk]
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
            "total": _total(form.criteria, saved),
            "writable": writable,
            "refusal": refusal,
            "others": others,
            "following": following,
        },
        status=status,
    )


def _scores(
    criteria: list[Criterion], saved: Mapping[str, queries.SavedMark]
) -> list[tuple[Criterion, queries.SavedMark | None]]:
    return [(criterion, saved.get(criterion.code)) for criterion in criteria]


def _total(criteria: list[Criterion], saved: Mapping[str, queries.SavedMark]) -> Decimal:
    rules = [CriterionRule(criterion.code, criterion.weight) for criterion in criteria]
    return partial_total({code: mark.points for code, mark in saved.items()}, rules)


def _own(request: HttpRequest, pk: int) -> Assignment:
    return get_object_or_404(queries.own_sheets(request.user), pk=pk)  # type: ignore[arg-type]


def _sheet_args(assignment: Assignment) -> list[int]:
    return [] if assignment.status == AssignmentStatus.RECUSED else [assignment.pk]


def _chosen(editions: list[Edition], slug: str) -> Edition:
    """The edition asked for, else the newest one in scoring, else the newest."""
    named = [edition for edition in editions if edition.slug == slug]
    scoring = [edition for edition in editions if may(edition, Activity.SCORE)]
    return (named or scoring or editions)[0]
