"""The organiser's pages: opening the scoring, who reads what, and how far it has got. Never a score."""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, organiser_desk
from accounts.permissions import is_officer
from common.numbers import whole_number
from common.paging import page_of
from common.web.filters import not_known
from common.web.shown import answers_changes, is_pressed, sent_by
from contest.models import Edition
from contest.phases import Activity, may
from contest.queries import active_jury
from jury import services
from jury.forms.acts import ReleaseForm
from jury.queries import shown as pages
from jury.queries.closing import closing_preview
from jury.queries.conflicts import GROUND_LABELS
from jury.queries.opening import opening_preview
from jury.queries.organising import assignment_of, edition_for_progress
from jury.queries.progress import (
    LACKING,
    NEEDING_THIRD,
    bars,
    by_number,
    entries_in_scoring,
    jurors_progress,
    named_in,
    place_of_entry,
    proposal_for,
    read_progress,
)

PER_PAGE = 50  # each row carries a choice of jurors
SHOWN = {"lacking": LACKING, "third": NEEDING_THIRD, "recused": Q(recused__gt=0)}


@organiser_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def open_scoring(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_progress(request.user, slug)
    if is_pressed(request):
        count = services.open_scoring(actor=request.user, edition_id=edition.pk, shown=sent_by(request))
        text = ngettext("%(count)d entry is in scoring now.", "%(count)d entries are in scoring now.", count)
        messages.success(request, text % {"count": count} + " " + _("Assign jurors to them."))
        return redirect("jury:assignments", slug)
    preview = opening_preview(edition)
    return render(
        request,
        "jury/open_scoring.html",
        {
            "edition": edition,
            "preview": preview,
            "shown": pages.opening.page(request, edition, entries=preview.entries),
            "late": may(edition, Activity.SCORE),
            "may": may(edition, Activity.OPEN_SCORING),
        },
    )


@organiser_desk
@require_http_methods(["GET", "HEAD", "POST"])
def assignments(request: SignedInRequest, slug: str) -> HttpResponse:
    """The table of entries and readers; POST adds one reader chosen by hand."""
    edition = edition_for_progress(request.user, slug)
    if request.method == "POST":
        pair = _pair(f"{request.POST.get('entry', '')}-{request.POST.get('juror', '')}")
        made = services.assign_jurors(actor=request.user, edition_id=edition.pk, pairs=[pair] if pair else [])
        messages.success(request, _("The juror was assigned and will get a letter."))
        return _back_to_entry(edition, made[0].application_id)
    show = request.GET.get("show", "")
    preview = closing_preview(edition)
    if show in SHOWN:
        paginator = Paginator(entries_in_scoring(edition).filter(SHOWN[show]), PER_PAGE)
    else:
        paginator = Paginator(by_number(edition), PER_PAGE)
        paginator.count = preview.total
    page = paginator.get_page(request.GET.get("page"))
    shown = read_progress(edition, page.object_list)
    jurors = list(active_jury(edition))
    barred = bars(shown, jurors)
    rows = []
    for row in shown:
        taken = {reader.juror for reader in row.active}
        grounds = barred.get(row.pk, {})
        free = [(juror.pk, juror.user.full_name) for juror in jurors if juror.pk not in taken | grounds.keys()]
        blocked = [(juror.user.full_name, GROUND_LABELS[grounds[juror.pk]]) for juror in jurors if juror.pk in grounds]
        rows.append((row, free, blocked))
    return render(
        request,
        "jury/assignments.html",
        {
            "edition": edition,
            "rows": rows,
            "page": page,
            "show": show,
            "not_understood": not_known(request.GET, {"show": (_("Show"), SHOWN)}),
            "preview": preview,
            "loads": jurors_progress(edition, jurors),
            "writes": is_officer(request.user) and may(edition, Activity.SCORE),
        },
    )


@organiser_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest, slug: str) -> HttpResponse:
    """A balanced proposal to look at; what is confirmed is what was shown, pair by pair.

    After a refusal the page proposes anew, and says what became of the entries it named before.
    """
    edition = edition_for_progress(request.user, slug)
    sent = [pair for value in request.POST.getlist("pair") if (pair := _pair(value)) is not None]
    if is_pressed(request):
        made = services.assign_jurors(actor=request.user, edition_id=edition.pk, pairs=sent, shown=sent_by(request))
        text = ngettext("%(count)d assignment was made.", "%(count)d assignments were made.", len(made))
        messages.success(request, text % {"count": len(made)} + " " + _("Each juror will get one letter."))
        return redirect("jury:assignments", slug)
    found, entries = proposal_for(edition)
    names = {juror.pk: juror.user.full_name for juror in active_jury(edition)}
    by_entry: dict[int, list[tuple[int, str]]] = {}
    for entry, juror in found.pairs:
        by_entry.setdefault(entry, []).append((juror, names[juror]))
    new = [juror for _entry, juror in found.pairs]
    shown = pages.proposing.page(request, edition, pairs=found.pairs, entries=entries, names=names)
    if shown.stale:
        before = pages.proposing.page(request, edition, pairs=sent, entries=named_in(edition, sent), names=names)
        shown = replace(shown, differences=before.differences)
    return render(
        request,
        "jury/proposal.html",
        {
            "edition": edition,
            "rows": [(entry, by_entry[entry.pk]) for entry in entries if entry.pk in by_entry],
            "short": [(entry, found.short[entry.pk]) for entry in entries if entry.pk in found.short],
            "loads": [(names[pk], new.count(pk), load) for pk, load in sorted(found.loads.items())],
            "count": len(found.pairs),
            "shown": shown,
            "writes": is_officer(request.user) and may(edition, Activity.SCORE),
        },
    )


@organiser_desk
@require_POST
def remove_assignment(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = edition_for_progress(request.user, slug)
    assignment = assignment_of(edition, pk)
    services.remove_assignment(actor=request.user, assignment_id=assignment.pk)
    messages.success(request, _("The assignment was removed."))
    return _back_to_entry(edition, assignment.application_id)


@organiser_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def release_juror(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = edition_for_progress(request.user, slug)
    assignment = assignment_of(edition, pk)
    form = ReleaseForm(request.POST or None)
    status = 200
    if is_pressed(request):
        if form.is_valid():
            services.release_juror(
                actor=request.user, assignment_id=pk, ground=form.cleaned_data["ground"], shown=sent_by(request)
            )
            messages.success(request, _("The juror was released from the entry. Assign another one."))
            return _back_to_entry(edition, assignment.application_id)
        status = 422
    context = {
        "edition": edition,
        "assignment": assignment,
        "form": form,
        "shown": pages.releasing.page(request, assignment),
    }
    return render(request, "jury/release.html", context, status=status)


@organiser_desk
@require_safe
def progress(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_progress(request.user, slug)
    preview = closing_preview(edition)
    page = page_of(request, by_number(edition), count=preview.total)
    jurors = jurors_progress(edition)
    return render(
        request,
        "jury/progress.html",
        {
            "edition": edition,
            "preview": preview,
            "page": page,
            "entries": read_progress(edition, page.object_list),
            "jurors": jurors,
            "assigned": sum(juror.assigned for juror in jurors),
            "closed": sum(juror.closed for juror in jurors),
            "writes": is_officer(request.user),
        },
    )


def _back_to_entry(edition: Edition, entry: int) -> HttpResponse:
    """The page of the table that holds this entry, at its row."""
    number = place_of_entry(edition, entry) // PER_PAGE + 1
    return redirect(f"{reverse('jury:assignments', args=[edition.slug])}?page={number}#z{entry}")


def _pair(value: str) -> tuple[int, int] | None:
    entry, juror = (whole_number(part) for part in value.partition("-")[::2])
    return None if entry is None or juror is None else (entry, juror)
