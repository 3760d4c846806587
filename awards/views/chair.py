"""The jury's sessions: protocols, decisions, closing. Officers and auditors read."""

import dataclasses
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, signed_in
from awards import services
from awards.forms import CLOSE, CloseSessionForm, DecisionForm, SessionForm
from awards.models import AwardKind, JurySession
from awards.permissions import can_decide, can_read_sessions, can_run_sessions
from awards.queries import sessions as queries
from awards.queries import shown as pages
from awards.queries.protocol import proofs_of
from common.errors import Conflict, Invalid
from common.web.partly import note_partly_saved, right_values
from common.web.shown import Shown, answers_changes, is_pressed, sent_by
from contest.models import Edition
from contest.permissions import can_chair, is_juror
from contest.phases import Activity, may
from contest.queries import active_jury, by_slug


@signed_in
def sessions(request: SignedInRequest, slug: str) -> HttpResponse:
    """All protocols of the edition, and the form that opens the next one."""
    edition = _edition(request, slug)
    may_run = bool(can_run_sessions(request.user, edition))
    form = _session_form(request, edition, {"held_on": timezone.localdate()})
    status = 200
    if request.method == "POST":
        can_run_sessions(request.user, edition).require()
        if form.is_valid():
            try:
                session = services.open_session(actor=request.user, edition_id=edition.pk, **_session_values(form))
            except Invalid as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Session %(number)s is open.") % {"number": session.number})
                return redirect("awards:session_detail", slug, session.number)
        status = 422
    rows = list(queries.sessions_of(request.user, edition))
    context = {
        "edition": edition,
        "sessions": rows,
        "form": form,
        "undecided": len(queries.undecided(edition)),
        "may_open": may_run and may(edition, Activity.DECIDE) and not any(row.closed_at is None for row in rows),
        "in_decision": may(edition, Activity.DECIDE),
    } | _place_of(request, edition)
    return render(request, "awards/sessions.html", context, status=status)


@signed_in
@require_safe
def session_detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """The protocol: to work on while it is open, to print when it is closed."""
    edition = _edition(request, slug)
    return _detail(request, edition, _session(edition, number))


def _detail(
    request: SignedInRequest, edition: Edition, session: JurySession, shown: Shown | None = None
) -> HttpResponse:
    attendees = queries.present_at(session)
    may_record = session.closed_at is None and any(member.user_id == request.user.pk for member in attendees)
    matters = queries.matters_of(session, attendees)
    if may_record:
        matters = [_with_token(request, matter) for matter in matters]
    place = _place_of(request, edition)
    context = place | {
        "edition": edition,
        "session": session,
        "attendees": attendees,
        "matters": matters,
        "proofs": proofs_of(session),
        "decided": sum(1 for matter in matters if matter.decision),
        "may_run": session.closed_at is None and place["chairs"],
        "may_record": may_record,
        "shown": shown,
    }
    return render(request, "awards/session_detail.html", context)


@signed_in
@answers_changes
def session_edit(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Date, place and those present, while the protocol is open."""
    edition = _edition(request, slug)
    session = _session(edition, number)
    can_run_sessions(request.user, edition).require()
    _require_open(session)
    present = queries.present_at(session)
    form = _session_form(request, edition, SessionForm.initial_of(session, [member.pk for member in present]))
    if is_pressed(request) and (sent_by(request) or not form.errors):
        if values := _session_values(form):
            session = services.update_session(
                actor=request.user, session_id=session.pk, shown=sent_by(request), **values
            )
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("awards:session_detail", slug, number)
        note_partly_saved(form)
        shown = pages.session_data.after_saving(request, session, present=queries.present_at(session))
    else:
        shown = pages.session_data.page(request, session, present=present)
    context = {"edition": edition, "session": session, "form": form, "shown": shown}
    return render(request, "awards/session_edit.html", context, status=422 if form.errors else 200)


@signed_in
@answers_changes
def decide(request: SignedInRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """One finalist: what the jury gives and why."""
    edition = _edition(request, slug)
    session = _session(edition, number)
    application = get_object_or_404(queries.finalists(edition), pk=pk)
    can_decide(request.user, session, application).require()
    _require_open(session)
    decision = queries.decision_of(application)
    draft = queries.draft_of(application, request.user)
    initial = _initial(draft or decision) if draft or (decision and decision.session_id == session.pk) else {}
    form = DecisionForm(request.POST or None, initial=initial, edition=edition)
    status = 200
    if is_pressed(request):
        if form.is_valid():
            try:
                services.decide(
                    actor=request.user,
                    session_id=session.pk,
                    application_id=application.pk,
                    verdict=services.JuryVerdict(**form.cleaned_data),
                    shown=sent_by(request),
                )
            except Invalid as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The decision on %(entry)s is recorded.") % {"entry": application.number})
                return redirect("awards:session_detail", slug, number)
        if (values := right_values(form)) and sent_by(request):
            services.keep_decision_parts(
                actor=request.user,
                session_id=session.pk,
                application_id=application.pk,
                values=values,
                shown=sent_by(request),
            )
            note_partly_saved(form)
        status = 422
    context = {
        "edition": edition,
        "session": session,
        "application": application,
        "visits": queries.visits_to(application),
        "decision": decision,
        "draft": draft,
        "form": form,
        "shown": pages.deciding.page(request, application, decision=decision),
    }
    return render(request, "awards/decide.html", context, status=status)


def _with_token(request: SignedInRequest, matter: queries.Matter) -> queries.Matter:
    """Taking a decision back takes back the one that stood on the page."""
    if matter.decision is None:
        return matter
    return dataclasses.replace(matter, token=pages.taking_back.token(matter.decision, request.user))


@signed_in
@answers_changes
@require_POST
def take_back(request: SignedInRequest, slug: str, number: int, pk: int) -> HttpResponse:
    edition = _edition(request, slug)
    session = _session(edition, number)
    if not is_pressed(request):
        decision = queries.decision_in(session, pk)
        return _detail(request, edition, session, pages.taking_back.page(request, decision) if decision else None)
    services.take_back(actor=request.user, session_id=session.pk, application_id=pk, shown=sent_by(request))
    messages.success(request, _("The decision was taken back."))
    return redirect("awards:session_detail", slug, number)


@signed_in
@answers_changes
def session_close(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """What closing will do, with numbers, before the word that does it."""
    edition = _edition(request, slug)
    session = _session(edition, number)
    can_run_sessions(request.user, edition).require()
    _require_open(session)
    form = CloseSessionForm(request.POST or None, initial={"minutes": session.minutes})
    page = pages.closing.page
    if is_pressed(request):
        minutes = right_values(form).get("minutes")
        if not form.errors:
            services.close_session(
                actor=request.user,
                session_id=session.pk,
                minutes=form.cleaned_data["minutes"],
                shown=sent_by(request),
            )
            messages.success(request, _("The session is closed and its protocol is final."))
            return redirect("awards:session_detail", slug, number)
        if minutes is not None and sent_by(request):
            session = services.save_minutes(
                actor=request.user, session_id=session.pk, minutes=minutes, shown=sent_by(request)
            )
            page = pages.closing.after_saving
            note_partly_saved(form)
    decisions = queries.decisions_of(session)
    left = queries.undecided(edition)
    counts = [(AwardKind(kind).label, sum(1 for row in decisions if row.kind == kind)) for kind in AwardKind.values]
    context = {
        "edition": edition,
        "session": session,
        "form": form,
        "word": CLOSE,
        "counts": [(label, count) for label, count in counts if count],
        "decided": len(decisions),
        "undecided": len(left),
        "shown": page(
            request,
            session,
            decisions=decisions,
            present=queries.present_at(session),
            left=left,
            drafts=queries.drafts_in(edition),
        ),
    }
    return render(request, "awards/session_close.html", context, status=422 if form.errors else 200)


def _edition(request: SignedInRequest, slug: str) -> Edition:
    edition = by_slug(request.user, slug)
    if not can_read_sessions(request.user, edition):
        raise Http404
    return edition


def _place_of(request: SignedInRequest, edition: Edition) -> dict[str, bool]:
    """Which desk the reader comes from: it decides whose tabs stand on the page."""
    chairs = bool(can_chair(request.user, edition))
    return {"chairs": chairs, "in_jury": chairs or bool(is_juror(request.user, edition))}


def _session(edition: Edition, number: int) -> JurySession:
    session = queries.session_by_number(edition, number)
    if session is None:
        raise Http404
    return session


def _require_open(session: JurySession) -> None:
    """A stale page says so before anything is typed; the service asks again under the lock."""
    if session.closed_at:
        raise Conflict(_("This session is closed and its protocol is final."))


def _session_form(request: SignedInRequest, edition: Edition, initial: dict[str, Any]) -> SessionForm:
    members = [(str(member.pk), str(member.user)) for member in active_jury(edition)]
    return SessionForm(request.POST or None, initial=initial, members=members)


def _session_values(form: SessionForm) -> dict[str, Any]:
    """The right ones; while the session is opened the caller asks for a form without an error."""
    right = right_values(form)
    values: dict[str, Any] = {name: right[name] for name in ("held_on", "place") if name in right}
    if "attendees" in right:
        values["attendee_ids"] = [int(pk) for pk in right["attendees"]]
    return values


def _initial(decision: Any) -> dict[str, Any]:
    names = ("kind", "place", "special_title", "justification", "justification_en")
    return {name: getattr(decision, name) for name in names}
