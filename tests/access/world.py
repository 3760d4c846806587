"""The people and objects on which every address is tried: the demonstration and a few strangers.

An address stands in the table once for each sample. "applicant" acts for the unit the samples of
entries belong to, "other applicant" for another unit; "juror" has the assignments of the samples.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.utils import timezone

from accounts.models import Membership, MembershipStatus, Role, StaffRole, User
from applications.models import Application, Attachment
from applications.workflow import State
from awards.models import Certificate, JurySession
from common.kernel import checkpoints, keys
from common.kernel.signing import sign_waiting
from common.sealing import seal_entries
from contest.models import Edition, JuryMember, JuryRole
from jury.models import Assignment, SiteVisit
from jury.services import assign_jurors, declare_impartiality
from notifications.models import OutboxMessage
from portal.demo.loader import load_demo
from portal.demo.people import address
from practices.models import Practice, PracticeAttachment, PracticeContact
from tests import factories
from units.models import Unit

ROLES = (
    "anonymous",
    "applicant",
    "other applicant",
    "officer",
    "officer on the jury",
    "juror",
    "other juror",
    "chair",
    "other chair",
    "auditor",
    "admin",
)
CALL, SCORING, VISITS, DECISION, ANNOUNCED = (
    "demo-nabor", "demo-ocena", "demo-wyniki", "demo-decyzja", "demo-ogloszona",
)  # fmt: skip
PREPARED = "przygotowywana"


@dataclass(slots=True)
class World:
    people: dict[str, User]
    objects: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Load the demonstration into the test database, once for the whole table."""
    folder = tempfile.mkdtemp(prefix="slz-access-")
    with override_settings(DEMO=True, VAR_DIR=Path(folder)):
        load_demo(timezone.localdate())
    world = World(_people())
    for part in (_entries, _jury, _awards, _rest, _log):
        world.objects.update(part(world))
    for file in ("draft_file", "sent_file", "sheet_file", "scored_file"):
        factories.make_rendition(world.objects[file])
    return world


def _people() -> dict[str, User]:
    named = {
        "applicant": "applicant",
        "other applicant": "applicant2",
        "officer": "officer",
        "chair": "chair",
        "auditor": "auditor",
        "admin": "admin",
    }
    people = {role: User.objects.get(email=address(name)) for role, name in named.items()}
    people["officer on the jury"] = factories.make_officer("Oskar z komisji")
    for edition in Edition.objects.filter(is_demo=True):
        factories.make_juror(edition, user=people["officer on the jury"])
    strangers = factories.make_edition("SCORING", slug="obca")
    people["other chair"] = factories.make_juror(strangers, JuryRole.CHAIR).user
    return people


def _entries(world: World) -> dict[str, Any]:
    own = Application.objects.filter(unit__memberships__user=world.people["applicant"])

    def entry(slug: str, state: str) -> Application:
        return own.filter(edition__slug=slug, state=state).order_by("pk")[0]

    foreign = Application.objects.exclude(unit__memberships__user=world.people["applicant"])
    in_call = foreign.filter(edition__slug=CALL).order_by("pk")
    checked = in_call.filter(state=State.SUBMITTED).exclude(versions__checks=None)[0]
    return {
        "draft": entry(CALL, State.DRAFT),
        "returned": entry(CALL, State.RETURNED),
        "withdrawn": entry(CALL, State.WITHDRAWN),
        "submitted": in_call.filter(state=State.SUBMITTED, appeals=None, versions__checks=None)[0],
        "checked": checked,
        "appealed": in_call.exclude(appeals=None)[0],
        "in_scoring": entry(SCORING, State.IN_SCORING),
        "scored": entry(VISITS, State.SCORED),
        "awarded": own.get(edition__slug=ANNOUNCED, state__in=[State.LAUREATE, State.HONOURABLE_MENTION]),
        "draft_file": Attachment.objects.filter(application=entry(CALL, State.DRAFT))[0],
        "sent_file": Attachment.objects.filter(application=entry(CALL, State.RETURNED))[0],
    }


def _jury(world: World) -> dict[str, Any]:
    """An open sheet, one to declare and a closed one, all of one ordinary juror; another has none of them."""
    edition = Edition.objects.get(slug=SCORING)
    sheets = Assignment.objects.filter(application__edition=edition).select_related("juror__user", "application")
    closed = sheets.filter(sheet__closed_at__isnull=False, juror__role=JuryRole.JUROR).order_by("pk")[0]
    juror = closed.juror
    chair = edition.jury.get(role=JuryRole.CHAIR)
    entries = edition.applications.filter(state=State.IN_SCORING).exclude(unit=juror.residence)
    free = list(entries.exclude(assignments__juror__in=[juror, chair]).order_by("-pk")[:2])
    made = assign_jurors(
        actor=world.people["officer"], edition_id=edition.pk, pairs=[(entry.pk, juror.pk) for entry in free]
    )
    waiting, opened = sheets.filter(pk__in=[row.pk for row in made]).order_by("pk")
    declare_impartiality(actor=juror.user, assignment_ids=[opened.pk])
    others = edition.jury.filter(role=JuryRole.JUROR).exclude(user=world.people["officer on the jury"])
    world.people["juror"] = juror.user
    world.people["other juror"] = others.exclude(assignments__application=opened.application).order_by("pk")[0].user
    return {
        "closed_sheet": closed,
        "to_declare": waiting,
        "open_sheet": opened,
        "sheet_file": opened.application.attachments.all()[0],
        "finalist": Application.objects.filter(edition__slug=DECISION, state=State.FINALIST, decision=None)[0],
        "visit": SiteVisit.objects.filter(application__edition__slug=DECISION).order_by("pk")[0],
        "scored_file": world.objects["scored"].attachments.all()[0],
    }


def _awards(world: World) -> dict[str, Any]:
    session = JurySession.objects.filter(edition__slug=DECISION).latest("number")
    opened = JurySession.objects.create(
        edition=session.edition, number=session.number + 1, held_on=session.held_on, created_by=world.people["chair"]
    )
    opened.attendees.set(JuryMember.objects.filter(edition=session.edition))
    own = Certificate.objects.filter(award__unit__memberships__user=world.people["applicant"])
    return {"closed_session": session, "open_session": opened, "diploma": own[0]}


def _log(world: World) -> dict[str, Any]:
    """A sealed journal with one checkpoint of a full hour; what was published is signed."""
    signer = keys.embedded_signer(Path(tempfile.mkdtemp(prefix="slz-access-")) / "key.pem")
    seal_entries()
    sign_waiting(signer)
    return {"signer": signer, "checkpoint": checkpoints.make_checkpoint(signer, checkpoints.HOUR)}


def _rest(world: World) -> dict[str, Any]:
    own = Practice.objects.filter(award__unit__memberships__user=world.people["applicant"])[0]
    contact = PracticeContact.objects.filter(practice=own)[0]
    file = own.award.application.attachments.all()[0]
    copied = {name: getattr(file, name) for name in ("file", "name", "media_type", "size", "sha256")}
    shown = PracticeAttachment.objects.create(practice=own, **copied)
    newcomer = Membership.objects.filter(status=MembershipStatus.PENDING)[0]
    active = Membership.objects.get(user=world.people["applicant"], status=MembershipStatus.ACTIVE)
    prepared = factories.make_edition("PREPARATION", slug=PREPARED)
    removed = prepared.removed_rows.create(
        section="dziedziny", number=10_000, name="Usunięta", values={"name": "Usunięta"}, removed_at=timezone.now()
    )
    return {
        "practice": own,
        "contact": contact,
        "practice_file": shown,
        "pending": newcomer,
        "membership": active,
        "unit": Unit.objects.exclude(memberships__user__in=world.people.values()).order_by("pk")[0],
        "prepared": prepared,
        "prepared_removed": removed,
        "prepared_juror": factories.make_juror(prepared),
        "role": StaffRole.objects.get(user=world.people["auditor"], role=Role.AUDITOR),
        "message": OutboxMessage.objects.order_by("pk")[0],
    }
