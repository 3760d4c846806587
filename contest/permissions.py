"""May this person organise this edition, chair its jury, or score in it?"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import is_officer, reads_everything
from common.verdict import ALLOWED, Verdict, refused
from contest.models import Edition, JuryMember, JuryRole


def sees_preparation(user: User | AnonymousUser) -> bool:
    """Editions in preparation are known to the organisers only."""
    return isinstance(user, User) and reads_everything(user)


def own_juries(user: User) -> QuerySet[JuryMember, Any]:
    """Editions on whose jury this person ever sat: there they read entries as a juror or not at all (ADR 60)."""
    return JuryMember.objects.filter(user=user).values("edition")


def can_create(user: User) -> Verdict:
    if is_officer(user):
        return ALLOWED
    return refused(_("Only an organiser may do this."))


def can_organise(user: User, edition: Edition) -> Verdict:
    """Officers organise, except in an edition whose jury they ever sat on: nobody is both."""
    if not is_officer(user):
        return refused(_("Only an organiser may do this."))
    if JuryMember.objects.filter(edition=edition, user=user).exists():
        return refused(_("You are on the jury of this edition, so you cannot organise it."))
    return ALLOWED


def can_chair(user: User, edition: Edition) -> Verdict:
    if user.is_active and _sits(user, edition).filter(role=JuryRole.CHAIR).exists():
        return ALLOWED
    return refused(_("Only the chair of the jury may do this."))


def is_juror(user: User, edition: Edition) -> Verdict:
    """Any active member of the jury, its chair included."""
    if user.is_active and _sits(user, edition).exists():
        return ALLOWED
    return refused(_("Only a member of the jury of this edition may do this."))


def _sits(user: User, edition: Edition) -> QuerySet[JuryMember]:
    return JuryMember.objects.filter(edition=edition, user=user, is_active=True)
