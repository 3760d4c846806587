"""Reading people, memberships and roles, and forms parked for them."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import permissions
from accounts.models import Membership, MembershipRole, MembershipStatus, ParkedForm, Role, StaffRole, User
from common.errors import Invalid
from common.todo import Todo
from common.web.shown import Fact, edited, irreversible
from units.models import Unit

PARKED_FOR = timedelta(hours=1)


def memberships_of(user: User) -> QuerySet[Membership]:
    return user.memberships.select_related("unit__county", "unit__voivodeship").order_by("-id")


def active_units(user: User) -> QuerySet[Unit]:
    """Units the person may act for."""
    return Unit.objects.filter(memberships__user=user, memberships__status=MembershipStatus.ACTIVE).select_related(
        "county", "voivodeship"
    )


def active_members(unit_ids: list[int]) -> QuerySet[Membership]:
    """Who is told about the entries of these units."""
    return Membership.objects.filter(
        unit_id__in=unit_ids, status=MembershipStatus.ACTIVE, user__is_active=True
    ).select_related("user")


def require_confirmed_address(person: User) -> None:
    """Raises Invalid for an address nobody proved to be theirs: whoever typed it would get the role."""
    if not EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists():
        raise Invalid(_("This person has not confirmed the address yet. Ask them to follow the link we sent there."))


def visible_memberships(user: User) -> QuerySet[Membership]:
    """One's own; for officers, auditors and administrators all; for signatories those of their units."""
    rows = Membership.objects.select_related("user", "unit__county", "unit__voivodeship", "decided_by")
    if user.roles:
        return rows
    signed = user.memberships.filter(role=MembershipRole.SIGNATORY, status=MembershipStatus.ACTIVE)
    return rows.filter(Q(user=user) | Q(unit__in=signed.values("unit")))


def pending_memberships(user: User) -> QuerySet[Membership]:
    """Requests this person may decide, oldest first."""
    rows = visible_memberships(user).filter(status=MembershipStatus.PENDING).exclude(user=user)
    if not permissions.is_officer(user):
        rows = rows.filter(role=MembershipRole.EDITOR)
    return rows.order_by("id")


def deciders_of(membership: Membership) -> QuerySet[User]:
    """Officers, and for an editor the unit's signatories; never the person themselves."""
    officers = Q(staff_roles__role=Role.OFFICER)
    signatories = Q(
        memberships__unit=membership.unit,
        memberships__status=MembershipStatus.ACTIVE,
        memberships__role=MembershipRole.SIGNATORY,
    )
    who = officers if membership.role == MembershipRole.SIGNATORY else officers | signatories
    return User.objects.filter(who, is_active=True).exclude(pk=membership.user_id).distinct()


def staff() -> QuerySet[StaffRole]:
    """Who holds a role, `secured` when they sign in with a second step."""
    return (
        StaffRole.objects.select_related("user")
        .annotate(secured=Exists(Authenticator.objects.filter(user=OuterRef("user"))))
        .order_by("role", "user__full_name")
    )


def todos_for(user: User) -> list[Todo]:
    """Requests this person may decide; for administrators, roles guarded by a password alone.

    What a newcomer does first, the desk itself says.
    """
    todos = []
    if permissions.is_admin(user) and (unsecured := _unsecured_count()):
        title = ngettext(
            "%(count)s person with an organising role signs in with a password alone",
            "%(count)s people with an organising role sign in with a password alone",
            unsecured,
        )
        todos.append(
            Todo(
                title=title % {"count": unsecured},
                detail=_("Ask them to set up the second step at sign-in, or take back roles nobody needs."),
                url=reverse("accounts:roles"),
                action=_("See the roles"),
                count=unsecured,
            )
        )
    if waiting := _waiting_count(user):
        title = ngettext("%(count)s request for membership waits", "%(count)s requests for membership wait", waiting)
        todos.append(
            Todo(
                title=title % {"count": waiting},
                url=reverse("accounts:membership_approvals"),
                action=_("Decide"),
                count=waiting,
            )
        )
    return todos


def _unsecured_count() -> int:
    """People, not roles: a person may hold several."""
    secured = Authenticator.objects.values("user")
    people = StaffRole.objects.filter(user__is_active=True).exclude(user__in=secured)
    return people.values("user").distinct().count()


def _waiting_count(user: User) -> int:
    return 0 if user.roles and not permissions.is_officer(user) else pending_memberships(user).count()


@edited("accounts.profile")
def profile(account: User, person: User) -> Iterator[Fact]:
    """What the form of one's profile was opened with (ADR 72)."""
    yield Fact("full_name", _("First and last name"), account.full_name)
    yield Fact(
        "language", _("Language of mail"), account.language, str(dict(settings.LANGUAGES).get(account.language, ""))
    )


@irreversible("accounts.decide_membership")
def deciding(membership: Membership, person: User) -> Iterator[Fact]:
    """Who gets which rights over which unit, and who has them already: approving gives them and sends a letter."""
    user, unit = membership.user, membership.unit
    yield Fact("status", _("Status"), membership.status, membership.get_status_display())
    yield Fact("name", _("First and last name"), str(user))
    yield Fact("email", _("E-mail address"), user.email)
    yield Fact("position", _("Position in the office"), membership.position)
    yield Fact("role", _("Role"), membership.role, membership.get_role_display())
    words = f"{unit}, {unit.get_kind_display()}, {unit.location} {unit.code}".strip()
    yield Fact("unit", _("Unit"), [unit.pk, unit.name, unit.kind, unit.location, unit.code], words)
    members = sorted(active_members([membership.unit_id]), key=lambda member: member.pk)
    words = ", ".join(f"{member.user} ({member.get_role_display()})" for member in members)
    yield Fact(
        "members", _("Already act for this unit"), [[row.user_id, str(row.user), row.role] for row in members], words
    )


def parked_in(browser: str) -> QuerySet[ParkedForm]:
    """What waits in this browser (by the digest of its key), whoever wrote it; newest first."""
    return ParkedForm.objects.filter(browser=browser, created_at__gt=timezone.now() - PARKED_FOR).order_by("-id")


def parked_for(user: User, browser: str) -> QuerySet[ParkedForm]:
    return parked_in(browser).filter(user=user)
