"""Records of the base, and an edition ready to announce."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application, ApplicationVersion
from applications.snapshots import snapshot
from awards.models import Decision, JurySession
from common.canonical import sha256_of
from contest.models import Edition
from contest.workflow import Phase
from practices import search
from practices.models import Practice, PracticeTool
from practices.slugs import slug_of
from tests.factories import make_application, make_edition, make_member, make_unit, make_voivodeship


def make_practice(title: str = "Praktyka", *, tools: tuple[str, ...] = (), **fields: Any) -> Practice:
    """A published record, in the index; each test names only what matters to it."""
    fields.setdefault("voivodeship", make_voivodeship())
    values = {
        "section": "SOCIAL",
        "slug": slug_of(title),
        "added_on": date(2024, 5, 1),
        "unit_name": "miasto Przykładowo",
        "unit_type": "URBAN",
    }
    practice = Practice(title=title, **values | fields)
    practice.search_tokens = search.tokens_of(practice, tools)
    practice.save()
    PracticeTool.objects.bulk_create(PracticeTool(practice=practice, code=code) for code in tools)
    search.index([practice.pk])
    return practice


def make_version(application: Application, **changes: Any) -> ApplicationVersion:
    """The entry as submitted, optionally with other answers than the live one."""
    content = snapshot(application, application.attachments.all()) | changes
    return ApplicationVersion.objects.create(
        application=application,
        number=application.versions.count() + 1,
        content=content,
        sha256=sha256_of(content),
        submitted_at=timezone.now(),
    )


KINDS = ("LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION", "FINALIST")


def make_decided(
    kinds: tuple[str, ...] = KINDS, *, edition: Edition | None = None, **description: Any
) -> tuple[Edition, list[Application]]:
    """An edition in DECISION whose jury decided everything, one entry a kind, each with a version and a member."""
    edition = edition or make_edition(Phase.DECISION)
    session = JurySession.objects.create(
        edition=edition, number=1, held_on=timezone.localdate(), closed_at=timezone.now()
    )
    entries = []
    for kind in kinds:
        entry = make_application(edition, make_unit(), state=kind, title=f"Praktyka {kind.lower()}", **description)
        make_member(entry.unit)
        make_version(entry)
        Decision.objects.create(
            session=session,
            application=entry,
            kind=kind,
            justification=f"Uzasadnienie {kind}.",
            decided_at=timezone.now(),
        )
        entries.append(entry)
    return edition, entries


def email_of(entry: Application) -> str:
    membership = entry.unit.memberships.select_related("user").first()
    assert membership
    user: User = membership.user
    return user.email
