"""What the home page and the desk show; every app tells its own part."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Membership, MembershipStatus, StaffRole, User
from contest.models import JuryMember


@dataclass(frozen=True, slots=True)
class Desks:
    """Which parts of the service a person works in."""

    applicant: bool
    juror: bool
    organiser: bool


def desks_of(user: User) -> Desks:
    """One query. A membership that is still waiting already opens the applicant's desk."""
    mine = {"user": OuterRef("pk")}
    row = (
        User.objects.filter(pk=user.pk)
        .values(
            applicant=Exists(
                Membership.objects.filter(**mine, status__in=[MembershipStatus.PENDING, MembershipStatus.ACTIVE])
            ),
            juror=Exists(JuryMember.objects.filter(**mine, is_active=True)),
            organiser=Exists(StaffRole.objects.filter(**mine)),
        )
        .get()
    )
    return Desks(**row)
