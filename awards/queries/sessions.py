"""Reading jury sessions: the list, one protocol, what is still to decide."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import User
from applications.models import Application
from awards.models import Decision, DecisionDraft, JurySession
from awards.permissions import can_read_sessions
from awards.queries.protocol import with_proofs
from contest.models import Edition, JuryMember
from jury.models import SiteVisit
from jury.queries.conflicts import conflicts
from jury.queries.visits import finalists as visited


@dataclass(frozen=True, slots=True)
class Matter:
    """One finalist before the jury: the decision, if there is one, and who abstains."""

    application: Application
    decision: Decision | None
    abstaining: list[JuryMember]
    token: str = ""  # of what the page shows of the decision


def visible_to(user: User, edition: Edition) -> QuerySet[JurySession]:
    """Sessions of an edition for its jury and the organisers; nothing for anybody else."""
    rows = JurySession.objects.filter(edition=edition)
    return rows if can_read_sessions(user, edition) else rows.none()


def sessions_of(user: User, edition: Edition) -> QuerySet[JurySession]:
    return visible_to(user, edition).annotate(decided=Count("decisions")).order_by("number")


def session_by_number(edition: Edition, number: int) -> JurySession | None:
    """Of an edition whose sessions the reader may see: `permissions.can_read_sessions` was asked."""
    rows = JurySession.objects.select_related("edition").filter(edition=edition, number=number)
    return with_proofs(rows).first()


def finalists(edition: Edition) -> QuerySet[Application]:
    """Entries the jury decides on, each with its decision, in the order of the protocol."""
    return visited(edition).select_related("unit", "domain", "group", "decision__session", "decision__decided_by")


def matters_of(session: JurySession, present: list[JuryMember]) -> list[Matter]:
    """Every finalist with the decision of this session; those decided by another session are left out."""
    entries = [
        entry
        for entry in finalists(session.edition)
        if decision_of(entry) is None or entry.decision.session_id == session.pk
    ]
    if session.closed_at:
        entries = [entry for entry in entries if decision_of(entry)]
    found = conflicts([(entry.pk, entry.unit_id) for entry in entries], present)
    return [
        Matter(entry, decision_of(entry), [member for member in present if (entry.pk, member.pk) in found])
        for entry in entries
    ]


def decision_in(session: JurySession, application_id: int) -> Decision | None:
    return session.decisions.filter(application=application_id).first()


def decisions_of(session: JurySession) -> list[Decision]:
    """What closing the session makes final, in the order of the protocol."""
    rows = session.decisions.select_related("application__unit")
    return list(rows.order_by("application__domain__position", "application__group__position", "application__number"))


def undecided(edition: Edition) -> list[int]:
    """Numbers of the finalists whose decision is still to be taken."""
    return sorted(finalists(edition).filter(decision__isnull=True).values_list("pk", flat=True))


def open_sessions(edition: Edition) -> QuerySet[JurySession]:
    return JurySession.objects.filter(edition=edition, closed_at__isnull=True)


def decision_of(application: Application) -> Decision | None:
    return getattr(application, "decision", None)


def draft_of(application: Application, user: User) -> DecisionDraft | None:
    """What was right of a decision that this person could not record yet."""
    return DecisionDraft.objects.filter(application=application, saved_by=user).first()


def drafts_in(edition: Edition) -> list[DecisionDraft]:
    """Unfinished decisions of everybody: closing the session throws them away."""
    rows = DecisionDraft.objects.filter(application__edition=edition).select_related("application", "saved_by")
    return list(rows.order_by("application__number", "pk"))


def present_at(session: JurySession) -> list[JuryMember]:
    return list(session.attendees.select_related("user").order_by("user__full_name", "pk"))


def visits_to(application: Application) -> list[SiteVisit]:
    """What the jury found on the spot: read again before deciding."""
    return list(application.visits.order_by("planned_on"))
