"""The organiser's pages of the base: the announcement that fills it, and the care of single records."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, organiser_desk
from awards.queries.announcement import NOT_SELECTED
from awards.queries.shown import announcing
from common.errors import Conflict, Invalid
from common.paging import page_of
from common.web.shown import Act, Changed, answers_changes, is_pressed, sent_by
from common.web.typed_word import FIELD
from contest.models import Edition
from contest.permissions import can_organise
from contest.queries import by_slug
from practices import queries, services
from practices.forms import ReasonForm, SectionForm, VerifiedForm
from practices.labels import AWARDS
from practices.models import Practice
from practices.permissions import can_curate
from practices.queries import shown as pages
from practices.queries.announcement import announcement_of, progress_of
from practices.services.announce import WORD

MAX_TYPED = 200


# --- The announcement -------------------------------------------------------------------------
@organiser_desk
@answers_changes
def announce(request: SignedInRequest, slug: str) -> HttpResponse:
    """The full preview with its counts, then a typed word. Changed meanwhile: 409 and a fresh preview."""
    edition = _announceable(request, slug)
    if announcement_of(edition):
        return _announced(request, edition, status=409 if request.method == "POST" else 200)
    if not is_pressed(request):
        return _preview(request, edition)
    try:
        services.announce_edition(
            actor=request.user,
            edition_id=edition.pk,
            shown=sent_by(request),
            typed_word=request.POST.get(FIELD, ""),
        )
    except Invalid as error:
        return _preview(request, edition, word_error=str(error), status=error.status)
    except Changed:
        raise
    except Conflict as error:
        edition = _announceable(request, slug)
        if announcement_of(edition):
            return _announced(request, edition, status=error.status)
        return _preview(request, edition, changed=str(error), status=error.status)
    messages.success(request, _("The results are announced."))
    return redirect("practices:announce", slug=edition.slug)


@organiser_desk
@require_safe
def progress(request: SignedInRequest, slug: str) -> HttpResponse:
    """The part of the page that shows how far mail and certificates are; htmx asks for it again."""
    edition = _announceable(request, slug)
    if not announcement_of(edition):
        raise Http404
    return render(request, "practices/_progress.html", {"edition": edition, "progress": progress_of(edition)})


def _announceable(request: SignedInRequest, slug: str) -> Edition:
    """The edition, unless it never had a call here or this person sits on its jury."""
    edition = by_slug(request.user, slug)
    if edition.is_historical or edition.jury.filter(user=request.user).exists():
        raise Http404
    return edition


def _preview(request: SignedInRequest, edition: Edition, *, status: int = 200, **extra: Any) -> HttpResponse:
    preview = services.preview(edition)
    names = {**AWARDS, NOT_SELECTED: _("Not selected")}
    context = {
        "edition": edition,
        "preview": preview,
        "groups": [(names[kind], outcomes) for kind, outcomes in preview.results.by_kind().items()],
        "word": WORD,
        "shown": announcing.page(request, edition, preview=preview.results),
        "may_announce": bool(can_organise(request.user, edition)),
        **extra,
    }
    return render(request, "practices/announce.html", context, status=status)


def _announced(request: SignedInRequest, edition: Edition, *, status: int = 200) -> HttpResponse:
    context = {
        "late": status == Conflict.status,
        "edition": edition,
        "announcement": announcement_of(edition),
        "progress": progress_of(edition),
    }
    return render(request, "practices/announced.html", context, status=status)


# --- Single records ---------------------------------------------------------------------------
@organiser_desk
@require_safe
def manage_list(request: SignedInRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:MAX_TYPED]
    page = page_of(request, queries.managed(query))
    return render(request, "practices/manage_list.html", {"page": page, "q": query})


@organiser_desk
@require_safe
def manage(request: SignedInRequest, pk: int) -> HttpResponse:
    return _manage(request, queries.managed_record(pk))


@organiser_desk
@answers_changes
@require_POST
def correct_section(request: SignedInRequest, pk: int) -> HttpResponse:
    practice = queries.managed_record(pk)
    form = SectionForm(request.POST)
    if not form.is_valid() or not is_pressed(request):
        return _manage(request, practice, pages.correcting, section_form=form)
    services.correct_section(
        actor=request.user, practice_id=pk, section=form.cleaned_data["section"], shown=sent_by(request)
    )
    messages.success(request, _("The section was changed."))
    return redirect("practices:manage", pk=pk)


@organiser_desk
@answers_changes
@require_POST
def confirm_verified(request: SignedInRequest, pk: int) -> HttpResponse:
    practice = queries.managed_record(pk)
    form = VerifiedForm(request.POST)
    if not form.is_valid() or not is_pressed(request):
        return _manage(request, practice, pages.verifying, verified_form=form)
    try:
        services.confirm_verified(
            actor=request.user, practice_id=pk, verified_on=form.cleaned_data["verified_on"], shown=sent_by(request)
        )
    except Invalid as error:
        form.add_error("verified_on", str(error))
        return _manage(request, practice, pages.verifying, verified_form=form)
    messages.success(request, _("The day of the check was saved."))
    return redirect("practices:manage", pk=pk)


@organiser_desk
@answers_changes
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    practice = queries.managed_record(pk)
    form = ReasonForm(request.POST)
    if not form.is_valid() or not is_pressed(request):
        return _manage(request, practice, pages.withdrawing, reason_form=form)
    services.withdraw_practice(
        actor=request.user, practice_id=pk, reason=form.cleaned_data["reason"], shown=sent_by(request)
    )
    messages.success(request, _("The practice is no longer in the public base."))
    return redirect("practices:manage", pk=pk)


def _manage(request: SignedInRequest, practice: Practice, act: Act | None = None, **forms: Any) -> HttpResponse:
    """`act`: whose form was sent; what differs from the page it came from is told."""
    context = {
        "shown": act.page(request, practice) if act else None,
        "saving": act is not pages.withdrawing,
        "section_token": pages.correcting.token(practice, request.user),
        "verified_token": pages.verifying.token(practice, request.user),
        "withdraw_token": pages.withdrawing.token(practice, request.user),
        "practice": practice,
        "curates": bool(can_curate(request.user)),
        "section_form": SectionForm(initial={"section": practice.section}),
        "verified_form": VerifiedForm(initial={"verified_on": practice.verified_on}),
        "reason_form": ReasonForm(),
        **forms,
    }
    return render(request, "practices/manage.html", context, status=422 if forms else 200)
