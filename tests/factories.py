"""Small makers of valid rows; each test names only what matters to it."""

import hashlib
import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
from applications.models import Application, Attachment, Drawing, Rendition
from common.files.uploads import store
from common.text import fold, sort_key
from contest.models import (
    AttachmentRequirement,
    ComparisonGroup,
    Criterion,
    Domain,
    Edition,
    JuryMember,
    JuryRole,
)
from contest.workflow import Phase
from units.models import Unit, UnitKind, Voivodeship

_numbers = itertools.count(1)
PASSWORD = "correct horse battery staple"


def make_user(name: str = "", *roles: str, **fields: Any) -> User:
    """A person with a confirmed address; `roles` are Role values."""
    number = next(_numbers)
    email = fields.pop("email", f"person{number}@example.org")
    user = User.objects.create_user(email, PASSWORD, full_name=name or f"Person {number}", **fields)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    StaffRole.objects.bulk_create(StaffRole(user=user, role=role) for role in roles)
    return user


def make_officer(name: str = "Olga Officer") -> User:
    return make_user(name, Role.OFFICER)


def make_voivodeship(code: str = "02", name: str = "dolnośląskie") -> Voivodeship:
    return Voivodeship.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_unit(name: str = "", kind: str = UnitKind.URBAN, **fields: Any) -> Unit:
    number = next(_numbers)
    name = name or f"Gmina {number}"
    fields.setdefault("code", f"02{number % 100000:05d}" if kind != UnitKind.COUNTY else f"02{number % 100:02d}")
    fields.setdefault("voivodeship", make_voivodeship())
    return Unit.objects.create(
        name=name, kind=kind, search_text=fold(name), sort_key=sort_key(name), register_date=date(2024, 1, 1), **fields
    )


def make_member(unit: Unit, role: str = MembershipRole.EDITOR, **fields: Any) -> User:
    user = make_user(**fields)
    Membership.objects.create(
        user=user, unit=unit, role=role, status=MembershipStatus.ACTIVE, decided_at=timezone.now()
    )
    return user


CRITERIA = (
    ("INNOVATION", "Innowacyjność", 20, 2),
    ("EFFECTIVENESS", "Skuteczność", 25, 1),
    ("EFFICIENCY", "Efektywność", 20, None),
    ("INTEGRATION", "Integracja z zarządzaniem strategicznym", 15, None),
    ("REPLICABILITY", "Możliwość powielenia", 20, None),
)


def make_edition(phase: str = Phase.CALL, **fields: Any) -> Edition:
    """An edition with two domains, one group for every kind, the five criteria and one requirement.

    The call was announced 10 days ago and closes in 10 days, unless told otherwise.
    """
    number = next(_numbers)
    now = timezone.now()
    fields.setdefault("slug", f"e{number}")
    fields.setdefault("submission_deadline", now + timedelta(days=10))
    fields.setdefault("call_announced_on", timezone.localdate(now) - timedelta(days=10))
    edition = Edition.objects.create(
        **{"phase": phase, "year": 2026, "title": f"Edycja {number}", "theme": "usługi społeczne", **fields}
    )
    Domain.objects.bulk_create(
        Domain(edition=edition, name=name, position=place) for place, name in enumerate(("kultura", "oświata"))
    )
    ComparisonGroup.objects.create(edition=edition, name="wszystkie", unit_kinds=list(UnitKind.values))
    Criterion.objects.bulk_create(
        Criterion(edition=edition, code=code, name=name, weight=weight, tie_break=tie, position=place)
        for place, (code, name, weight, tie) in enumerate(CRITERIA)
    )
    AttachmentRequirement.objects.create(edition=edition, name="Oświadczenie podpisane przez osobę upoważnioną")
    return edition


def make_juror(edition: Edition, role: str = JuryRole.JUROR, **fields: Any) -> JuryMember:
    return JuryMember.objects.create(edition=edition, user=fields.pop("user", None) or make_user(), role=role, **fields)


def complete_description(**changes: Any) -> dict[str, Any]:
    """Field values of an entry that can be submitted (attachments apart)."""
    text = "Opis praktyki na potrzeby testu."
    return {
        "title": "Budżet obywatelski w szkołach",
        "abstract": text,
        "implemented_on": date(2020, 1, 1),
        "context": text,
        "goals": text,
        "actions": text,
        "cost": text,
        "results": text,
        "integration": text,
        "difficulties": text,
        "advice": text,
        "implementing_unit": "Urząd Miejski",
        "locality": "Przykładowo",
        "phone": "74 000 00 00",
        "email": "urzad@example.org",
        "population": 12345,
        "contact_name": "Jan Przykładowy",
        "contact_position": "inspektor",
        "accepts_rules": True,
        "data_notice_read": True,
        "licence_consent": True,
        "contact_consent": True,
    } | changes


def make_application(edition: Edition | None = None, unit: Unit | None = None, **fields: Any) -> Application:
    """A complete entry in the given `state` (DRAFT unless told otherwise), set without services."""
    edition = edition or make_edition()
    if fields.get("state", "DRAFT") != "DRAFT":
        fields.setdefault("number", f"SLZ-{edition.year}-{next(_numbers):04d}")
        fields.setdefault("submitted_at", timezone.now())
    fields.setdefault("domain", edition.domains.first())
    fields.setdefault("group", edition.groups.first())
    return Application.objects.create(edition=edition, unit=unit or make_unit(), **complete_description(**fields))


def make_attachment(application: Application, **fields: Any) -> Attachment:
    """A small stored PDF; pass `requirement` to answer one."""
    content = fields.pop("content", b"%PDF-1.4 test")
    values = {
        "file": store(content),
        "name": "oswiadczenie.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return Attachment.objects.create(application=application, **values | fields)


def make_rendition(attachment: Attachment, page: int = 1, **fields: Any) -> Rendition:
    """A drawn page, as the limited reader makes them."""
    content = fields.pop("content", b"\xff\xd8\xff page")
    values = {
        "file": store(content, "renditions"),
        "media_type": "image/jpeg",
        "width": 1240,
        "height": 1754,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    Attachment.objects.filter(pk=attachment.pk).update(drawing=Drawing.DRAWN, page_count=page)
    return Rendition.objects.create(attachment=attachment, page=page, **values | fields)


def make_complete_draft(edition: Edition | None = None, unit: Unit | None = None, **fields: Any) -> Application:
    """A draft with its required attachments: it can be sent as it is."""
    application = make_application(edition, unit, **fields)
    for requirement in application.edition.attachment_requirements.filter(required=True):
        make_attachment(application, requirement=requirement)
    return application
