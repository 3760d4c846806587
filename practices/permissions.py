"""May this person correct the base, or take a contact person out of it?"""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_act_for, is_officer
from common.verdict import ALLOWED, Verdict, refused
from practices.models import PracticeContact


def can_curate(user: User) -> Verdict:
    """Officers correct sections, confirm that a record is up to date, and withdraw it."""
    if is_officer(user):
        return ALLOWED
    return refused(_("Only an organiser may do this."))


def can_withdraw_contact(user: User, contact: PracticeContact) -> Verdict:
    """The person themselves, known by their confirmed e-mail address; on their request an officer or their unit."""
    if is_officer(user) or (contact.email and contact.email.lower() == user.email.lower() and _confirmed(user)):
        return ALLOWED
    unit = contact.practice.unit
    if unit is not None and can_act_for(user, unit):
        return ALLOWED
    return refused(_("Only the person named, a member of the unit or an organiser may withdraw this consent."))


def _confirmed(user: User) -> bool:
    return user.is_active and EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
