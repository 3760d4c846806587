"""May this person do this to this entry? Whether it can happen now is the workflow's and the clock's answer.

The applicant's side; the officer's is in permissions_review.py. Jurors read entries through
their assignments (app jury), never from here.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_act_for, can_sign_for, is_officer, reads_everything
from applications.models import Application
from applications.workflow import State
from common.verdict import ALLOWED, Verdict, refused
from contest.permissions import own_juries


def can_view(user: User, application: Application) -> Verdict:
    """Members of the unit always; the organisers once it was submitted: a draft is its authors' business."""
    if user.is_active and can_act_for(user, application.unit):
        return ALLOWED
    if reads_everything(user) and application.submitted_at is not None:
        if own_juries(user).filter(edition=application.edition_id).exists():
            return refused(_("You are on the jury of this edition, so you cannot organise it."))
        return ALLOWED
    return refused(_("This entry belongs to another unit."))


def can_edit(user: User, application: Application) -> Verdict:
    """Write the entry and its attachments."""
    return can_act_for(user, application.unit_id)


def can_submit(user: User, application: Application) -> Verdict:
    """Send it, first or completed."""
    return can_act_for(user, application.unit)


def can_appeal(user: User, application: Application) -> Verdict:
    """Appeal against a rejection."""
    return can_act_for(user, application.unit)


def can_withdraw_contact(user: User, application: Application) -> Verdict:
    """Members of the unit and organisers of a sent entry, at the request of its contact person."""
    if is_officer(user) or can_act_for(user, application.unit):
        return can_view(user, application)
    return refused(_("Only a member of the unit or an organiser may do this."))


def can_withdraw(user: User, application: Application) -> Verdict:
    """A draft that nobody else has seen may be dropped by any member, a sent entry by a signatory."""
    if application.state == State.DRAFT:
        return can_act_for(user, application.unit)
    return can_sign_for(user, application.unit)
