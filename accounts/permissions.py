"""May this person act for this unit, or organise?"""

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, User
from common.prepared import Prepared
from common.verdict import ALLOWED, Verdict, refused
from units.models import Unit

_PERSON, _UNIT = -1, -2  # stand in the statement for their numbers
_MEMBERSHIP = Prepared(lambda: Membership.objects.filter(user=_PERSON, unit=_UNIT, status=MembershipStatus.ACTIVE))
READERS = frozenset({Role.OFFICER, Role.AUDITOR, Role.ADMIN})


def is_officer(user: User) -> bool:
    return user.is_active and Role.OFFICER in user.roles


def is_auditor(user: User) -> bool:
    return user.is_active and Role.AUDITOR in user.roles


def is_admin(user: User) -> bool:
    return user.is_active and Role.ADMIN in user.roles


def reads_everything(user: User) -> bool:
    """Officers, auditors and administrators read whatever was sent; what they may change is asked apart.

    Not in an edition on whose jury they sit: see `contest.permissions.own_juries`.
    """
    return user.is_active and bool(READERS & user.roles)


def can_act_for(user: User, unit: Unit | int) -> Verdict:
    """Members with an active membership write and submit the entries of the unit (or of the one with this number)."""
    number = unit.pk if isinstance(unit, Unit) else unit
    if _MEMBERSHIP.first({_PERSON: user.pk, _UNIT: number}):
        return ALLOWED
    return refused(_("You are not an approved member of this unit."))


def can_sign_for(user: User, unit: Unit) -> Verdict:
    """Signatories also withdraw entries and admit further members."""
    if user.memberships.filter(unit=unit, status=MembershipStatus.ACTIVE, role=MembershipRole.SIGNATORY).exists():
        return ALLOWED
    return refused(_("Only a person authorised to sign for the unit may do this."))


def can_decide_membership(user: User, membership: Membership) -> Verdict:
    """Officers decide about everybody but themselves; a signatory admits editors of their own unit."""
    if membership.user_id == user.pk:
        return refused(_("Somebody else has to approve your membership."))
    if is_officer(user):
        return ALLOWED
    if membership.role == MembershipRole.SIGNATORY:
        return refused(_("Only the organiser can approve a person authorised to sign."))
    return can_sign_for(user, membership.unit)


def can_end_membership(user: User, membership: Membership) -> Verdict:
    if membership.user_id == user.pk or is_officer(user):
        return ALLOWED
    return can_sign_for(user, membership.unit)


def can_manage_roles(user: User) -> Verdict:
    return ALLOWED if is_admin(user) else refused(_("Only an administrator grants and takes back roles."))
