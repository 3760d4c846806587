"""Sessions of the jury: opened, decided in, closed. Decisions reach the entries when the session is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from awards.models import AwardKind, Decision, DecisionDraft, JurySession
from awards.permissions import can_decide, can_run_sessions
from awards.queries import shown as pages
from awards.queries.sessions import (
    decisions_of,
    drafts_in,
    open_sessions,
    present_at,
    undecided,
)
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from common.transitions import advance
from contest.models import Edition
from contest.phases import Activity, may
from contest.queries import active_jury
from contest.services import locked_edition

PARTS = ("kind", "place", "special_title", "justification", "justification_en")


@dataclass(frozen=True, slots=True)
class JuryVerdict:
    """What the jury decided on one finalist."""

    kind: str
    justification: str
    justification_en: str = ""
    place: int | None = None
    special_title: str = ""


@transaction.atomic
def open_session(
    *, actor: User, edition_id: int, held_on: date, place: str, attendee_ids: Sequence[int]
) -> JurySession:
    """Begin a numbered protocol. One is open at a time, so a decision has one place to go."""
    edition = locked_edition(edition_id)
    can_run_sessions(actor, edition).require()
    _require_decision_phase(edition)
    if open_sessions(edition).exists():
        raise Conflict(_("A session is still open. Close it before opening the next one."))
    attendees = _attendees(edition, attendee_ids)
    last = edition.sessions.aggregate(last=Max("number"))["last"] or 0
    session = JurySession(edition=edition, number=last + 1, held_on=held_on, place=place.strip(), created_by=actor)
    session.full_clean(exclude=["created_by"])
    session.save()
    session.attendees.set(attendees)
    _record(actor, "session.open", session, facts=[session], number=session.number, present=len(attendees))
    return session


@transaction.atomic
def update_session(
    *,
    actor: User,
    session_id: int,
    held_on: date | None = None,
    place: str | None = None,
    attendee_ids: Sequence[int] | None = None,
    shown: str | None = None,
) -> JurySession:
    """Correct the date, the place or who was present, while the protocol is open. None leaves what is there.

    Saving what is there already changes nothing, so a form sent twice is no conflict.
    """
    session = _open_session(session_id)
    can_run_sessions(actor, session.edition).require()
    present = present_at(session)
    attendees = present if attendee_ids is None else _attendees(session.edition, attendee_ids)
    held_on, place = held_on or session.held_on, session.place if place is None else place.strip()
    if (session.held_on, session.place, set(present)) == (held_on, place, set(attendees)):
        return session
    pages.session_data.require(shown, session, actor, present=present)
    session.held_on, session.place = held_on, place
    session.full_clean(exclude=["created_by"])
    session.save()
    session.attendees.set(attendees)
    _record(actor, "session.update", session, facts=[session], present=len(attendees))
    return session


@transaction.atomic
def decide(
    *, actor: User, session_id: int, application_id: int, verdict: JuryVerdict, shown: str | None = None
) -> Decision:
    """Record or change the jury's decision on one finalist in an open session.

    Saving what is there already changes nothing, so a form sent twice is no conflict. The actor's draft is used up;
    drafts of others, which the actor has not seen, stay until their authors or the closing of the session end them.
    """
    session = _open_session(session_id)
    application = lock_row(Application.objects.select_related("unit"), pk=application_id, edition=session.edition)
    can_decide(actor, session, application).require()
    _require_decision_phase(session.edition)
    if application.state != State.FINALIST:
        raise Conflict(_("Only a finalist can be decided on. Refresh the page to see what changed."))
    _check(session.edition, verdict)
    decision = Decision.objects.select_related("session").filter(application=application).first()
    if decision and decision.session_id != session.pk:
        raise Conflict(_("Another session has already decided on this entry."))
    draft = DecisionDraft.objects.filter(application=application, saved_by=actor)
    if decision and _verdict_of(decision) == _stripped(verdict):
        draft.delete()
        return decision
    pages.deciding.require(shown, application, actor, decision=decision)
    decision = decision or Decision(session=session, application=application)
    decision.kind = verdict.kind
    decision.place = verdict.place
    decision.special_title = verdict.special_title.strip()
    decision.justification = verdict.justification.strip()
    decision.justification_en = verdict.justification_en.strip()
    decision.decided_by = actor
    decision.decided_at = timezone.now()
    decision.full_clean()
    decision.save()
    draft.delete()
    _record(
        actor,
        "decision.record",
        session,
        facts=[decision],
        application=application.pk,
        kind=str(verdict.kind),
        place=verdict.place,
    )
    return decision


@transaction.atomic
def keep_decision_parts(
    *, actor: User, session_id: int, application_id: int, values: Mapping[str, Any], shown: str | None = None
) -> None:
    """Save the right values of a decision whose form has a wrong one, so that an hour of writing is not lost.

    They stand beside the decision, decide nothing and are offered again when the same person opens the form.
    Of a stale page nothing is kept: its author has to read first what a colleague recorded.
    """
    session = _open_session(session_id)
    application = lock_row(Application.objects.select_related("unit"), pk=application_id, edition=session.edition)
    can_decide(actor, session, application).require()
    _require_decision_phase(session.edition)
    decision = Decision.objects.filter(application=application).first()
    pages.deciding.require(shown, application, actor, decision=decision)
    own = {"application": application, "saved_by": actor}
    draft = DecisionDraft.objects.filter(**own).first() or DecisionDraft(**own)
    if draft.pk is None and decision and decision.session_id == session.pk:
        for name in PARTS:
            setattr(draft, name, getattr(decision, name))
    for name in PARTS:
        if name in values:
            setattr(draft, name, values[name])
    draft.saved_at = timezone.now()
    draft.full_clean()
    draft.save()


@transaction.atomic
def save_minutes(*, actor: User, session_id: int, minutes: str, shown: str | None = None) -> JurySession:
    """Keep the course of the session; closing is an act of its own, on the page that is asked about here too."""
    session = _open_session(session_id)
    can_run_sessions(actor, session.edition).require()
    if session.minutes == minutes.strip():
        return session
    _require_closing_page(shown, session, actor)
    session.minutes = minutes.strip()
    session.save(update_fields=["minutes"])
    _record(actor, "session.update", session)
    return session


@transaction.atomic
def take_back(*, actor: User, session_id: int, application_id: int, shown: str | None = None) -> None:
    """Remove a decision while its session is open; the journal keeps that it was there."""
    session = _open_session(session_id)
    application = lock_row(Application.objects.select_related("unit"), pk=application_id, edition=session.edition)
    can_decide(actor, session, application).require()
    decision = Decision.objects.filter(application=application, session=session).first()
    if decision is None:
        raise Conflict(_("There is no decision to take back. Refresh the page to see what changed."))
    pages.taking_back.require(shown, decision, actor)
    _record(actor, "decision.take_back", session, gone=[decision], application=application.pk)
    decision.delete()


@transaction.atomic
def close_session(*, actor: User, session_id: int, minutes: str = "", shown: str | None = None) -> JurySession:
    """Close the protocol: its decisions become the entries' states, under locks, and are final.

    `shown` is the token of the page the chair confirmed: exactly those decisions become final.

    The awards are published by the announcement alone; until then applicants see no change.
    """
    session = _open_session(session_id)
    can_run_sessions(actor, session.edition).require()
    _require_decision_phase(session.edition)
    decisions = {decision.application_id: decision for decision in session.decisions.all()}
    entries = list(Application.objects.select_for_update().filter(pk__in=decisions).order_by("pk"))
    _require_closing_page(shown, session, actor)
    now = timezone.now()
    for entry in entries:
        if entry.state != State.FINALIST:
            raise Conflict(
                _("Entry %(number)s is no longer a finalist: take its decision back first.") % {"number": entry.number}
            )
        if decisions[entry.pk].kind != AwardKind.FINALIST:
            advance(entry, "award", decisions[entry.pk].kind)
        entry.updated_at = now
    Application.objects.bulk_update(entries, ["state", "updated_at"])
    DecisionDraft.objects.filter(application__edition=session.edition).delete()
    session.minutes = minutes.strip()
    session.closed_at = now
    session.save(update_fields=["minutes", "closed_at"])
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="application.award",
                target=entry,
                edition_id=session.edition_id,
                facts=[entry],
                session=session.pk,
                kind=str(decisions[entry.pk].kind),
                state=str(entry.state),
            )
            for entry in entries
        ]
    )
    _record(actor, "session.close", session, facts=[session], decisions=len(entries))
    return session


def _open_session(session_id: int) -> JurySession:
    """The session and its edition, both locked; the edition first, as every other service does."""
    edition_id = JurySession.objects.values_list("edition_id", flat=True).get(pk=session_id)
    locked_edition(edition_id)
    session = lock_row(JurySession.objects.select_related("edition"), pk=session_id)
    if session.closed_at:
        raise Conflict(_("This session is closed and its protocol is final."))
    return session


def _require_closing_page(shown: str | None, session: JurySession, actor: User) -> None:
    if shown is not None:
        edition = session.edition
        more = {"decisions": decisions_of(session), "present": present_at(session), "drafts": drafts_in(edition)}
        pages.closing.require(shown, session, actor, left=undecided(edition), **more)


def _attendees(edition: Edition, ids: Sequence[int]) -> list[Any]:
    members = list(active_jury(edition).filter(pk__in=ids))
    if not members:
        raise Invalid(_("Mark who was present: a session needs at least one member of the jury."))
    return members


def _require_decision_phase(edition: Edition) -> None:
    if not may(edition, Activity.DECIDE):
        raise Conflict(_("The jury decides in the decision phase of the edition, after the site visits."))


def _check(edition: Edition, verdict: JuryVerdict) -> None:
    if verdict.kind not in AwardKind.values:
        raise Invalid(_("Choose an award."))
    if not verdict.justification.strip():
        raise Invalid(_("Write the justification: it is published with the result."))
    if verdict.place and not (edition.has_places and verdict.kind == AwardKind.LAUREATE):
        raise Invalid(_("Only laureates of an edition with places have a place."))
    if edition.has_places and verdict.kind == AwardKind.LAUREATE and not verdict.place:
        raise Invalid(_("Laureates of this edition have places: give one."))


def _verdict_of(decision: Decision) -> JuryVerdict:
    return JuryVerdict(
        str(decision.kind),
        decision.justification,
        decision.justification_en,
        decision.place,
        decision.special_title,
    )


def _stripped(verdict: JuryVerdict) -> JuryVerdict:
    return JuryVerdict(
        str(verdict.kind),
        verdict.justification.strip(),
        verdict.justification_en.strip(),
        verdict.place,
        verdict.special_title.strip(),
    )


def _record(actor: User, action: str, session: JurySession, **data: Any) -> None:
    journal.record(actor=actor, action=action, target=session, edition_id=session.edition_id, **data)
