"""Who is asking: the person with their roles and desks, read in the one statement that finds the session's person.

Every page of a signed-in person needs all of this, so it comes with the person instead of in a
statement each. It is read anew with each request: a role taken away is gone at the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Subquery

from accounts.models import Membership, MembershipStatus, Role, StaffRole, User
from common.prepared import Prepared
from contest.models import JuryMember, JuryRole

_ANYBODY = -1  # stands in the statement for the number of the person
_MINE = {"user": OuterRef("pk")}
_SEATS = JuryMember.objects.filter(**_MINE, is_active=True)
_OPEN = (MembershipStatus.PENDING, MembershipStatus.ACTIVE)  # one that still waits already opens the desk
_FACTS = {
    "is_applicant": Exists(Membership.objects.filter(**_MINE, status__in=_OPEN)),
    "is_juror": Exists(_SEATS),
    "is_chair": Exists(_SEATS.filter(role=JuryRole.CHAIR)),
    # Recovery codes alone are none: sign-in asks for them only beside an application that makes codes.
    "second_factor": Subquery(Authenticator.objects.filter(**_MINE, type=Authenticator.Type.TOTP).values("pk")),
    **{f"is_{role.lower()}": Exists(StaffRole.objects.filter(**_MINE, role=role)) for role in Role.values},
}


_PERSON = Prepared(lambda: User.objects.filter(pk=_ANYBODY).annotate(**_FACTS))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in the service."""

    roles: frozenset[str]
    applicant: bool
    juror: bool
    chair: bool
    second_factor: bool

    @property
    def organiser(self) -> bool:
        return bool(self.roles)

    @property
    def any(self) -> bool:
        """Whether there is any desk for this person."""
        return self.applicant or self.juror or self.organiser

    @property
    def needs_second_factor(self) -> bool:
        """Officers, auditors and administrators, and the chair of any edition's jury."""
        return self.organiser or self.chair


def standing_of(user: User) -> Standing:
    """As read with the session's person; read now for anybody else (somebody who signs in at this moment)."""
    known: Standing | None = getattr(user, "standing", None)
    return known or _standing(User.objects.filter(pk=user.pk).values(**_FACTS).get())


def _standing(facts: Mapping[str, Any]) -> Standing:
    return Standing(
        roles=frozenset(role for role in Role.values if facts[f"is_{role.lower()}"]),
        applicant=facts["is_applicant"],
        juror=facts["is_juror"],
        chair=facts["is_chair"],
        second_factor=facts["second_factor"] is not None,
    )


class PersonBackend(AuthenticationBackend):
    """Sign-in by allauth; only the person of a session is found in its own way."""

    def get_user(self, user_id: Any) -> User | None:
        user = _PERSON.first({_ANYBODY: user_id})
        if user is None or not self.user_can_authenticate(user):
            return None
        standing = _standing(vars(user))
        vars(user).update(standing=standing, roles=standing.roles)  # `second_factor` came with the row
        return user
