"""Editions, their rules and their juries."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Membership, MembershipStatus, User
from common.deadlines import RESTORABLE, passed
from contest.differences import Difference, differences
from contest.models import (
    AttachmentRequirement,
    ComparisonGroup,
    Criterion,
    Domain,
    Edition,
    JuryMember,
    JuryRole,
    RemovedRow,
    RulesVersion,
)
from contest.permissions import sees_preparation
from contest.phases import PHASES, Activity
from contest.rules import EDITION_FIELDS, ROW_FIELDS, Section, assemble
from contest.workflow import Phase

ROWS = {
    Section.DOMAINS: Domain,
    Section.GROUPS: ComparisonGroup,
    Section.CRITERIA: Criterion,
    Section.REQUIREMENTS: AttachmentRequirement,
}


def visible_to(user: User | AnonymousUser) -> QuerySet[Edition]:
    """Organisers see every edition, other people those whose call was published."""
    return Edition.objects.all() if sees_preparation(user) else public_editions()


def public_editions() -> QuerySet[Edition]:
    """Newest first; nothing in preparation."""
    return Edition.objects.filter(phase__in=PHASES[Activity.SHOW_CALL])


def current_edition() -> Edition | None:
    """The newest edition whose call was published and which is not archived: the one to talk about."""
    running = public_editions().filter(is_historical=False).exclude(phase=Phase.ARCHIVED)
    return running.order_by("-year", "-id").first()


def by_slug(user: User | AnonymousUser, slug: str) -> Edition:
    """The edition at this address if this person may know of it, else 404."""
    return get_object_or_404(visible_to(user), slug=slug)


def jury_seats(user: User, *, chair_only: bool = False) -> QuerySet[JuryMember]:
    """The juries this person sits on now."""
    seats = JuryMember.objects.filter(user=user, is_active=True)
    return seats.filter(role=JuryRole.CHAIR) if chair_only else seats


def calls_past_deadline(now: datetime) -> list[int]:
    """Editions whose call is still open although its deadline has passed."""
    due = Edition.objects.filter(passed("submission_deadline", now), phase__in=PHASES[Activity.FILE])
    return list(due.order_by("pk").values_list("pk", flat=True))


def rules_of(edition: Edition) -> dict[str, Any]:
    """The rules as they stand in the tables now, as JSON values (contest.rules)."""
    rows = {
        section: list(ROWS[section]._default_manager.filter(edition=edition).values("position", *names))
        for section, names in ROW_FIELDS.items()
    }
    return assemble(vars(edition), rows)


def published_rules(edition: Edition) -> QuerySet[RulesVersion]:
    """Newest first."""
    return edition.rules_versions.order_by("-number")


def current_rules(edition: Edition) -> RulesVersion | None:
    return published_rules(edition).first()


def jury_of(edition: Edition) -> QuerySet[JuryMember]:
    """The chair first, then by name; those no longer active last."""
    return (
        edition.jury.select_related("user", "employer__county", "residence__county")
        .annotate(is_chair=Q(role=JuryRole.CHAIR))
        .order_by("-is_active", "-is_chair", "user__full_name", "pk")
    )


def active_jury(edition: Edition) -> QuerySet[JuryMember]:
    """Those who may be given entries, visit finalists and attend sessions, by name."""
    return edition.jury.filter(is_active=True).select_related("user").order_by("user__full_name")


def person_by_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def jury_addresses(edition: Edition) -> list[tuple[str, str]]:
    """Address and language of each active member, for mail."""
    members = edition.jury.filter(is_active=True, user__is_active=True).order_by("pk")
    return list(members.values_list("user__email", "user__language"))


def applicant_addresses(edition: Edition) -> list[tuple[str, str]]:
    """Address and language of everybody who acts for a unit with an entry in this edition, a draft included."""
    members = Membership.objects.filter(
        unit__applications__edition=edition, status=MembershipStatus.ACTIVE, user__is_active=True
    )
    return list(members.order_by("user__email").values_list("user__email", "user__language").distinct())


def rows_of(edition: Edition, section: Section) -> list[dict[str, Any]]:
    """A section's rows with their numbers, for its form; empty for a section without rows."""
    if section not in ROWS:
        return []
    rows = ROWS[section]._default_manager.filter(edition=edition).order_by("position", "pk")
    return list(rows.values("pk", *ROW_FIELDS[section]))


def removed_rows(edition: Edition, section: Section, now: datetime) -> list[RemovedRow]:
    """What was removed from a section by a slip and can be put back, the last one first."""
    rows = edition.removed_rows.filter(section=section, removed_at__gte=now - RESTORABLE)
    return list(rows.select_related("person"))


def has_calendar(edition: Edition) -> bool:
    """Historical editions may have no date at all."""
    return any(getattr(edition, name) for name in EDITION_FIELDS[Section.CALENDAR])


def rules_context(edition: Edition) -> dict[str, Any]:
    """Everything a page needs to show the rules as they stand."""
    criteria = list(edition.criteria.all())
    return {
        "domains": list(edition.domains.all()),
        "groups": list(edition.groups.all()),
        "criteria": criteria,
        "tie_breaks": sorted((row for row in criteria if row.tie_break), key=lambda row: row.tie_break or 0),
        "requirements": list(edition.attachment_requirements.all()),
    }


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version with what it changed against the one before."""

    version: RulesVersion
    changes: tuple[Difference, ...]

    @property
    def amendment_number(self) -> int:
        return self.version.number - 1


def version_history(edition: Edition) -> list[PublishedVersion]:
    """Newest first; the first version changes nothing, it is the lock."""
    history: list[PublishedVersion] = []
    before: dict[str, Any] | None = None
    for version in edition.rules_versions.order_by("number"):
        after = json.loads(version.canonical_json)
        history.insert(0, PublishedVersion(version, tuple(differences(before, after)) if before else ()))
        before = after
    return history
