"""Who may read an entry, score it, and see values. The phase and the state are asked by the services."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import reads_everything
from applications.workflow import AWARDED, State
from common.verdict import ALLOWED, Verdict, refused
from contest.models import Edition, JuryMember
from contest.permissions import is_juror
from contest.phases import Activity, may
from jury.models import Assignment, AssignmentStatus

# An entry that left the contest, or is not in it yet, is closed to the jury.
JURY_STATES = (State.IN_SCORING, State.SCORED, State.NOT_SELECTED, State.FINALIST, *AWARDED)


def is_assigned(user: User, assignment: Assignment) -> Verdict:
    """The assignment is this person's own, and they still sit on the jury."""
    juror = assignment.juror
    if user.is_active and juror.user_id == user.pk and juror.is_active:
        return ALLOWED
    return refused(_("This entry is assigned to another juror."))


def can_read(user: User, assignment: Assignment) -> Verdict:
    """Everything beyond unit, title and number opens with the declaration of impartiality."""
    if not (own := is_assigned(user, assignment)):
        return own
    if assignment.status == AssignmentStatus.RECUSED:
        return refused(_("You are recused from this entry, so it is closed to you."))
    if assignment.status == AssignmentStatus.ASSIGNED:
        return refused(_("First declare whether you are impartial towards this entry."))
    return ALLOWED


def can_score(user: User, assignment: Assignment) -> Verdict:
    """The same as reading: a juror scores what they declared to be impartial about."""
    return can_read(user, assignment)


def can_see_results(user: User, edition: Edition) -> Verdict:
    """After the chair closed scoring: the jury, officers, auditors and administrators. Before: nobody."""
    if not may(edition, Activity.SEE_RESULTS):
        return refused(_("Scores are sealed until the chair closes scoring."))
    if reads_everything(user) or is_juror(user, edition):
        return ALLOWED
    return refused(_("Only the jury and the organisers see scores."))


def can_see_progress(user: User, edition: Edition) -> Verdict:
    """Organisers and auditors, unless they ever sat on this jury; never any value."""
    if not reads_everything(user):
        return refused(_("Only the organisers may see this."))
    if JuryMember.objects.filter(edition=edition, user=user).exists():
        return refused(_("You are on the jury of this edition, so you cannot organise it."))
    return ALLOWED
