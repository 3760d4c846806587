"""May this person run sessions, record a decision, announce, or handle certificates?"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import reads_everything
from applications.models import Application
from awards.models import JurySession
from common.verdict import ALLOWED, Verdict, refused
from contest.models import Edition, JuryMember, JuryRole
from contest.permissions import can_chair, can_organise, is_juror
from jury.queries.conflicts import conflicts


def can_read_sessions(user: User, edition: Edition) -> Verdict:
    """The jury of the edition; officers and auditors read too."""
    if reads_everything(user):
        return ALLOWED
    return is_juror(user, edition)


def can_run_sessions(user: User, edition: Edition) -> Verdict:
    """Opening, closing, the list of those present: the chair."""
    return can_chair(user, edition)


def can_decide(user: User, session: JurySession, application: Application) -> Verdict:
    """The chair records what the jury decides, but never on an entry they are in conflict with.

    Where the chair is, another member who is present and in no conflict records it.
    """
    present = session.attendees.through.objects.filter(jurysession=session, jurymember=OuterRef("pk"))
    panel = JuryMember.objects.filter(edition=session.edition, is_active=True).annotate(is_present=Exists(present))
    seats = list(panel.filter(Q(user=user) | Q(role=JuryRole.CHAIR)))
    seat = next((seat for seat in seats if seat.user_id == user.pk), None)
    if seat is None or not user.is_active:
        return refused(_("Only a member of the jury of this edition may do this."))
    abstaining = {juror for _entry, juror in conflicts([(application.pk, application.unit_id)], seats)}
    if seat.pk in abstaining:
        return refused(
            _(
                "You are in conflict with this entry, so you abstain. "
                "Another member present at the session records the decision."
            )
        )
    chairs = {seat.pk for seat in seats if seat.role == JuryRole.CHAIR}
    if seat.pk in chairs or (chairs and chairs <= abstaining and seat.is_present):
        return ALLOWED
    return refused(_("Only the chair of the jury may do this."))


def can_manage_certificates(user: User, edition: Edition) -> Verdict:
    """Correct, revoke, try again: an officer of the edition."""
    return can_organise(user, edition)


def can_announce(user: User, edition: Edition) -> Verdict:
    return can_organise(user, edition)
