"""Editions at the decision and after it, made with as little as the tests of awards need."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application, ApplicationVersion
from applications.snapshots import snapshot
from awards.models import AwardKind, Certificate, CertificateKind, Decision, JurySession
from awards.services import announce
from common.canonical import sha256_of
from contest.models import Edition, JuryMember, JuryRole
from contest.workflow import Phase
from tests import factories

STATE_OF = {"LAUREATE": "LAUREATE", "HONOURABLE_MENTION": "HONOURABLE_MENTION", "SPECIAL_MENTION": "SPECIAL_MENTION"}


def deciding_edition(**fields: Any) -> tuple[Edition, JuryMember]:
    """An edition in the decision phase, and its chair."""
    edition = factories.make_edition(Phase.DECISION, **fields)
    return edition, factories.make_juror(edition, JuryRole.CHAIR)


def open_session(edition: Edition, *present: JuryMember) -> JurySession:
    number = edition.sessions.count() + 1
    session = JurySession.objects.create(edition=edition, number=number, held_on="2026-10-22", place="Poznań")
    session.attendees.set(present)
    return session


def decided(edition: Edition, kind: str = AwardKind.LAUREATE, **fields: Any) -> Application:
    """A finalist with a closed decision, of a unit with one member."""
    decision = {name: fields.pop(name) for name in ("place", "special_title", "justification") if name in fields}
    unit = fields.pop("unit", None) or factories.make_unit()
    factories.make_member(unit)
    entry = factories.make_application(edition, unit, state=STATE_OF.get(kind, "FINALIST"), **fields)
    session = edition.sessions.first() or JurySession.objects.create(edition=edition, number=1, held_on="2026-10-22")
    if session.closed_at is None:
        session.closed_at = timezone.now()
        session.save()
    decision.setdefault("justification", "Praktyka trwała i mierzalna.")
    Decision.objects.create(session=session, application=entry, kind=kind, decided_at=timezone.now(), **decision)
    return entry


def announced(*kinds: str, **fields: Any) -> tuple[Edition, User]:
    """An edition announced with one award of each kind, and the officer who did it."""
    edition, _chair = deciding_edition(**fields)
    for kind in kinds or (AwardKind.LAUREATE,):
        decided(edition, kind)
    officer = factories.make_officer()
    announce(actor=officer, edition_id=edition.pk)
    edition = Edition.objects.get(pk=edition.pk)
    return edition, officer


def submitted_version(application: Application, number: int = 1) -> ApplicationVersion:
    content = snapshot(application, application.attachments.all())
    return ApplicationVersion.objects.create(
        application=application,
        number=number,
        content=content,
        sha256=sha256_of(content),
        submitted_at=timezone.now(),
    )


def diploma(**fields: Any) -> Certificate:
    """The pending diploma of a freshly announced laureate."""
    edition, _officer = announced(**fields)
    return Certificate.objects.get(edition=edition, kind=CertificateKind.DIPLOMA)
