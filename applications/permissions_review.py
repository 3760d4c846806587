"""May this officer review this entry? Reading it is a wider right: see `accounts.permissions.reads_everything`."""

from django.utils.translation import gettext_lazy as _

from accounts.models import MembershipStatus, User
from applications.models import Application
from common.verdict import ALLOWED, Verdict, refused
from contest.permissions import can_organise

# A membership still waiting for approval ties a person to the unit just as much.
TIED = (MembershipStatus.PENDING, MembershipStatus.ACTIVE)


def can_review(user: User, application: Application) -> Verdict:
    """An organiser of the edition who does not belong to the unit that filed the entry."""
    organises = can_organise(user, application.edition)
    if not organises:
        return organises
    if user.memberships.filter(unit=application.unit_id, status__in=TIED).exists():
        return refused(_("You belong to the unit that filed this entry, so another organiser has to review it."))
    return ALLOWED
