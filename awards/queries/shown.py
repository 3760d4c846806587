"""What the pages of sessions, decisions, diplomas and the announcement show; read again under the lock (ADR 72)."""

from collections.abc import Collection, Iterator

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from awards.facts import CORRECTABLE, roman
from awards.models import AwardKind, Certificate, Decision, DecisionDraft, JurySession
from awards.queries.announcement import NOT_SELECTED, AnnouncementPreview, Outcome
from common.web.shown import Fact, edited, irreversible
from contest.models import Edition, JuryMember

EXCERPT = 300  # letters of a justification beside a difference: an announcement may hold hundreds


def _words(kind: str, place: int | None, special_title: str, *texts: str) -> str:
    """ "laureat, I, „Lider”" and the texts below it."""
    label = str(AwardKind(kind).label)
    head = ", ".join(part for part in (label, roman(place), f"„{special_title}”" if special_title else "") if part)
    return "\n".join(part for part in (head, *texts) if part)


def _decision(decision: Decision) -> list[object]:
    return [
        str(decision.kind),
        decision.place,
        decision.special_title,
        decision.justification,
        decision.justification_en,
    ]


def _session(session: JurySession, present: Collection[JuryMember]) -> Iterator[Fact]:
    yield Fact("held_on", _("Date of the session"), session.held_on, date_format(session.held_on, "DATE_FORMAT"))
    yield Fact("place", _("Place"), session.place)
    names = ", ".join(sorted(str(member.user) for member in present))
    yield Fact("present", _("Present"), sorted(member.pk for member in present), names)


@irreversible("awards.close_session")
def closing(
    session: JurySession,
    person: User,
    *,
    decisions: Collection[Decision],
    present: Collection[JuryMember],
    left: Collection[int],
    drafts: Collection[DecisionDraft] = (),
) -> Iterator[Fact]:
    """Every decision that becomes final, word for word, who was present, and the drafts that go with the session."""
    yield from _session(session, present)
    for decision in decisions:
        entry = decision.application
        words = _words(
            decision.kind, decision.place, decision.special_title, decision.justification, decision.justification_en
        )
        state = str(State(entry.state).label)
        yield Fact(f"decision:{entry.pk}", f"{entry.number} {entry.unit}", _decision(decision), words)
        if entry.state != State.FINALIST:
            yield Fact(f"state:{entry.pk}", f"{entry.number} {entry.unit}", str(entry.state), state)
    yield Fact("undecided", _("Finalists without a decision"), sorted(left), str(len(left)))
    if drafts:
        names = "\n".join(f"{draft.application.number} ({draft.saved_by})" for draft in drafts)
        rows = [[draft.pk, draft.saved_at] for draft in drafts]
        yield Fact("drafts", _("Unfinished decisions, thrown away"), rows, names)
    yield Fact("minutes", _("Minutes"), session.minutes)


@irreversible("awards.take_back")
def taking_back(decision: Decision, person: User) -> Iterator[Fact]:
    yield from _of_decision(decision)


@edited("awards.decide")
def deciding(application: Application, person: User, *, decision: Decision | None) -> Iterator[Fact]:
    if decision is not None:
        yield from _of_decision(decision)


def _of_decision(decision: Decision) -> Iterator[Fact]:
    kind = str(AwardKind(decision.kind).label)
    yield Fact("kind", _("What the jury gives"), str(decision.kind), kind)
    yield Fact("place_given", _("Place"), decision.place, roman(decision.place))
    yield Fact("special_title", _("Special title"), decision.special_title)
    yield Fact("justification", _("Justification"), decision.justification)
    yield Fact("justification_en", _("Justification in English"), decision.justification_en)


@edited("awards.session")
def session_data(session: JurySession, person: User, *, present: Collection[JuryMember]) -> Iterator[Fact]:
    yield from _session(session, present)


def _diploma(certificate: Certificate) -> Iterator[Fact]:
    yield Fact("number", _("Number"), certificate.number)
    labels = {
        "unit_name": _("Local government"),
        "title": _("Title of the practice"),
        "special_title": _("Special title"),
    }
    for name in CORRECTABLE:
        yield Fact(name, labels[name], certificate.facts.get(name, ""))
    state = _("in force")
    if certificate.revoked_at:
        state = _("revoked")
    elif certificate.replaced_at:
        state = _("replaced")
    yield Fact("state", _("State"), [certificate.revoked_at, certificate.replaced_at], state)


@irreversible("awards.revoke")
def revoking(certificate: Certificate, person: User) -> Iterator[Fact]:
    yield from _diploma(certificate)


@irreversible("awards.replace")
def replacing(certificate: Certificate, person: User) -> Iterator[Fact]:
    yield from _diploma(certificate)


@irreversible("awards.announce")
def announcing(edition: Edition, person: User, *, preview: AnnouncementPreview) -> Iterator[Fact]:
    """Every award with its texts and readers; those not selected together, since no page lists what they get."""
    for outcome in preview.awarded:
        texts = (Truncator(text).chars(EXCERPT) for text in (outcome.justification, outcome.justification_en))
        words = _words(outcome.kind, outcome.place, outcome.special_title, *texts)
        told = ", ".join(email for email, _language in outcome.recipients) or _("nobody")
        label = f"{outcome.unit_name}: {outcome.title}"
        mail = _("Mail to")
        yield Fact(f"award:{outcome.application_id}", label, outcome.canonical(), f"{words}\n{mail}: {told}")
    others = [outcome for outcome in preview.outcomes if outcome.kind == NOT_SELECTED]
    yield Fact("others", _("Not selected"), [outcome.canonical() for outcome in others], _summary(others))


def _summary(outcomes: Collection[Outcome]) -> str:
    mails = sum(len(outcome.recipients) for outcome in outcomes)
    entries = ngettext("%(count)s entry", "%(count)s entries", len(outcomes)) % {"count": len(outcomes)}
    mail = ngettext("%(count)s mail", "%(count)s mails", mails) % {"count": mails}
    return f"{entries}, {mail}"
