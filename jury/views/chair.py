"""The chair's pages: closing, ranking, finalists, visits, disqualification; the ranking for those who may read it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, signed_in
from applications.queries import submitted_version
from applications.workflow import State
from common.canonical import canonical_json
from common.errors import Invalid
from common.numbers import whole_number
from common.paging import page_of
from common.web.partly import note_partly_saved, right_values
from common.web.shown import answers_changes, is_pressed, sent_by
from common.web.typed_word import FIELD, is_word, refusal
from contest.access import chair_desk, juror_desk
from contest.permissions import can_chair, is_juror
from contest.phases import Activity, may
from jury import services
from jury.forms.acts import PlanVisitForm, ReasonForm, RecordVisitForm
from jury.queries import shown as pages
from jury.queries.closing import blocking_entries, closing_preview, disqualifiable
from jury.queries.entry import entry_view
from jury.queries.organising import edition_for_chair, edition_for_results, entry_for_chair, entry_for_results
from jury.queries.progress import read_progress
from jury.queries.results import current_round, hidden_from, ranking_for, sheets_visible_to
from jury.queries.visits import finalists, visits_visible_to, with_visits

# The words that confirm what cannot be taken back.
CLOSE = pgettext_lazy("word to type", "CLOSE")
REOPEN = pgettext_lazy("word to type", "REOPEN")
SHORTLIST = pgettext_lazy("word to type", "CONFIRM")
DISQUALIFY = pgettext_lazy("word to type", "DISQUALIFY")


@signed_in
@require_safe
def ranking(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_results(request.user, slug)
    round_ = current_round(edition) if not may(edition, Activity.SCORE) else None
    chairs = bool(can_chair(request.user, edition))
    return render(
        request,
        "jury/ranking.html",
        {
            "edition": edition,
            "round": round_,
            "fields": ranking_for(request.user, edition, round_) if round_ else [],
            "criterion_names": {criterion.code: str(criterion) for criterion in edition.criteria.all()},
            "chairs": chairs,
            "may_shortlist": chairs and round_ and not round_.shortlisted_at and may(edition, Activity.SELECT),
            "in_jury": chairs or bool(is_juror(request.user, edition)),
        },
    )


@signed_in
@require_safe
def bundle(request: SignedInRequest, slug: str) -> HttpResponse:
    """The file for `manage.py verify_results`. It holds every score, so nobody in conflict gets it."""
    edition = edition_for_results(request.user, slug)
    round_ = current_round(edition) if not may(edition, Activity.SCORE) else None
    if round_ is None or hidden_from(request.user, edition, edition.applications.all()):
        raise Http404
    response = HttpResponse(canonical_json(round_.bundle).encode(), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="ranking-{edition.slug}-{round_.number}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_safe
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """One entry after scoring: what was submitted, its result, all its sheets, its visits."""
    found = entry_for_results(request.user, pk)
    round_ = current_round(found.edition)
    return render(
        request,
        "jury/entry.html",
        {
            "application": found,
            "edition": found.edition,
            "entry": entry_view(
                submitted_version(found), lambda file, page: reverse("jury:entry_page", args=[found.pk, file, page])
            ),
            "result": found.round_results.filter(round=round_).first(),
            "sheets": sheets_visible_to(request.user, found),
            "visits": found.visits.prefetch_related("visitors__user"),
            "chairs": bool(can_chair(request.user, found.edition)),
            "may_disqualify": may(found.edition, Activity.DISQUALIFY),
        },
    )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def close_scoring(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_chair(request.user, slug)
    error = ""
    if is_pressed(request):
        if _typed(request, CLOSE):
            services.close_scoring(actor=request.user, edition_id=edition.pk, shown=sent_by(request))
            messages.success(request, _("Scoring is closed and the results are frozen."))
            return redirect("jury:ranking", slug)
        error = refusal(CLOSE)
    preview = closing_preview(edition)
    page = page_of(request, blocking_entries(edition), count=preview.blocked)
    return render(
        request,
        "jury/close_scoring.html",
        {
            "edition": edition,
            "preview": preview,
            "shown": pages.closing.page(request, edition, preview=preview),
            "page": page,
            "blocking": read_progress(edition, page.object_list),
            "entries": disqualifiable(edition),
            "word": CLOSE,
            "error": error,
        },
        status=422 if error else 200,
    )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_chair(request.user, slug)
    round_ = current_round(edition)
    error = ""
    form = ReasonForm(request.POST or None)
    chosen = {pk for value in request.POST.getlist("entry") if (pk := whole_number(value)) is not None}
    if is_pressed(request):
        valid = form.is_valid()
        if valid and _typed(request, REOPEN):
            services.reopen_scoring(
                actor=request.user,
                edition_id=edition.pk,
                reason=form.cleaned_data["reason"],
                entry_ids=chosen,
                shown=sent_by(request),
            )
            messages.success(request, _("Scoring is open again. The previous results stay on record as superseded."))
            return redirect("jury:ranking", slug)
        error = "" if _typed(request, REOPEN) else refusal(REOPEN)
    scored = list(edition.applications.filter(state=State.SCORED).select_related("unit").order_by("number"))
    return render(
        request,
        "jury/reopen.html",
        {
            "edition": edition,
            "round": round_,
            "entries": scored,
            "form": form,
            "word": REOPEN,
            "error": error,
            "chosen": chosen,
            "shown": pages.reopening.page(request, edition, round_=round_, entries=scored),
        },
        status=422 if request.method == "POST" else 200,
    )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist(request: SignedInRequest, slug: str) -> HttpResponse:
    """First the choice, those above the threshold ticked; then its preview with counts and a typed word."""
    edition = edition_for_chair(request.user, slug)
    round_ = current_round(edition)
    if round_ is None or not may(edition, Activity.SELECT):
        return redirect("jury:ranking", slug)
    error = ""
    fields = ranking_for(request.user, edition, round_)
    rows = [row for field in fields for row in field.rows if row.application.state == State.SCORED]
    chosen = {pk for value in request.POST.getlist("entry") if (pk := whole_number(value)) is not None}
    reason = request.POST.get("reason", "")
    if "confirm" in request.POST and is_pressed(request):
        try:
            if not _typed(request, SHORTLIST):
                raise Invalid(refusal(SHORTLIST))
            services.shortlist(
                actor=request.user,
                edition_id=edition.pk,
                round_id=whole_number(request.POST.get("round", "")) or 0,
                finalist_ids=chosen,
                reason=reason,
                shown=sent_by(request),
            )
            messages.success(request, _("Finalists are chosen. Plan the visits."))
            return redirect("jury:visits", slug)
        except Invalid as invalid:
            error = str(invalid)
    above = {row.application.pk for row in rows if row.above_threshold}
    context = {
        "edition": edition,
        "round": round_,
        "fields": fields,
        "chosen": chosen if request.method == "POST" else above,
        "word": SHORTLIST,
        "error": error,
        "reason": reason,
    }
    if request.method != "POST":
        return render(request, "jury/shortlist.html", context)
    known = {row.application.pk: row for row in rows if not row.hidden}
    context |= {
        "finalists": [known[pk] for pk in sorted(chosen & known.keys(), key=list(known).index)],
        "declined": len(known.keys() - chosen),
        "by_threshold": sum(1 for row in rows if row.hidden),
        "shown": pages.shortlisting.page(
            request,
            edition,
            round_=round_,
            rows=[(row.application, row.total, bool(row.above_threshold), row.hidden) for row in rows],
            chosen=chosen,
        ),
        "departs": [row for pk, row in known.items() if (pk in chosen) != bool(row.above_threshold)],
    }
    return render(request, "jury/shortlist_preview.html", context, status=422 if error else 200)


@juror_desk
@require_safe
def visits(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_results(request.user, slug)
    if not is_juror(request.user, edition):
        raise Http404
    entries = list(with_visits(finalists(edition)))
    hidden = hidden_from(request.user, edition, entries)
    return render(
        request,
        "jury/visits.html",
        {
            "edition": edition,
            "entries": [(row, row.pk in hidden) for row in entries],
            "chairs": bool(can_chair(request.user, edition)),
            "open": may(edition, Activity.SELECT),
            "unvisited": sum(1 for row in entries if not any(v.visited_on for v in row.visits.all())),
            "me": request.user.pk,
        },
    )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def plan_visit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = edition_for_chair(request.user, slug)
    application = get_object_or_404(finalists(edition), pk=pk)
    form = PlanVisitForm(request.POST or None, edition=edition)
    if is_pressed(request) and form.is_valid():
        try:
            services.plan_visit(
                actor=request.user,
                application_id=pk,
                planned_on=form.cleaned_data["planned_on"],
                visitor_ids=[juror.pk for juror in form.cleaned_data["visitors"]],
                shown=sent_by(request),
            )
            messages.success(request, _("The visit is planned."))
            return redirect("jury:visits", slug)
        except Invalid as refusal:
            form.add_error("visitors", str(refusal))
    return render(
        request,
        "jury/plan_visit.html",
        {
            "edition": edition,
            "application": application,
            "form": form,
            "shown": pages.visit_plans.page(request, application),
        },
        status=422 if request.method == "POST" else 200,
    )


@juror_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def record_visit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = edition_for_results(request.user, slug)
    visit = get_object_or_404(visits_visible_to(request.user, edition), pk=pk)
    initial = {
        "visited_on": visit.visited_on or visit.planned_on,
        "findings": visit.findings,
        "visitors": list(visit.visitors.all()),
    }
    form = RecordVisitForm(request.POST or None, edition=edition, initial=initial)
    if is_pressed(request) and (sent_by(request) or not form.errors):
        try:
            _record(request, pk, right_values(form))
        except services.WrongVisitors as refusal:
            form.add_error("visitors", str(refusal))
            _record(request, pk, right_values(form))
        if not form.errors:
            messages.success(request, _("The visit is recorded."))
            return redirect("jury:visits", slug)
        note_partly_saved(form)
        shown = pages.visit_record.after_saving(request, visits_visible_to(request.user, edition).get(pk=pk))
    else:
        shown = pages.visit_record.page(request, visit)
    return render(
        request,
        "jury/record_visit.html",
        {
            "edition": edition,
            "visit": visit,
            "application": visit.application,
            "form": form,
            "shown": shown,
        },
        status=422 if request.method == "POST" else 200,
    )


def _record(request: SignedInRequest, pk: int, values: dict[str, Any]) -> None:
    """Save those values that are right; nothing when none is."""
    visitors = values.get("visitors")
    if values:
        services.record_visit(
            actor=request.user,
            visit_id=pk,
            visited_on=values.get("visited_on"),
            findings=values.get("findings"),
            visitor_ids=None if visitors is None else [juror.pk for juror in visitors],
            shown=sent_by(request),
        )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def begin_decision(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = edition_for_chair(request.user, slug)
    if is_pressed(request):
        services.begin_decision(actor=request.user, edition_id=edition.pk, shown=sent_by(request))
        messages.success(request, _("The decision phase has begun. Open a session of the jury."))
        return redirect(reverse("awards:sessions", args=[slug]))
    entries = list(with_visits(finalists(edition)))
    return render(
        request,
        "jury/begin_decision.html",
        {
            "edition": edition,
            "total": len(entries),
            "unvisited": [row for row in entries if not any(v.visited_on for v in row.visits.all())],
            "may": may(edition, Activity.SELECT),
            "shown": pages.beginning_decision.page(request, edition),
        },
    )


@chair_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def disqualify(request: SignedInRequest, pk: int) -> HttpResponse:
    application = entry_for_chair(request.user, pk)
    error = ""
    form = ReasonForm(request.POST or None)
    if is_pressed(request):
        valid = form.is_valid()
        if valid and _typed(request, DISQUALIFY):
            services.disqualify(
                actor=request.user, application_id=pk, reason=form.cleaned_data["reason"], shown=sent_by(request)
            )
            messages.success(request, _("The entry is disqualified."))
            return redirect("jury:ranking", application.edition.slug)
        error = "" if _typed(request, DISQUALIFY) else refusal(DISQUALIFY)
    return render(
        request,
        "jury/disqualify.html",
        {
            "application": application,
            "edition": application.edition,
            "form": form,
            "word": DISQUALIFY,
            "error": error,
            "shown": pages.disqualifying.page(request, application),
        },
        status=422 if request.method == "POST" else 200,
    )


def _typed(request: SignedInRequest, word: Promise) -> bool:
    return is_word(request.POST.get(FIELD, ""), word)
