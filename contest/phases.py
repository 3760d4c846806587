"""What may be done in which phase of an edition: the one table that services, next steps and pages ask.

Who may do it is asked in permissions; whether the thing itself is ready for it (a deadline, a state of an entry, a
round of scoring) in the service. A phase that an edition leaves out would be left out here.
"""

from enum import StrEnum

from django.utils.translation import gettext as _

from common.errors import Conflict
from contest.workflow import ANNOUNCED_PHASES, EditionWorkflow, Phase


class Activity(StrEnum):
    SET_UP = "set_up"  # rules are written and nobody sees the edition
    SHOW_CALL = "show_call"  # the edition and its rules are public
    AMEND_TEXTS = "amend_texts"  # names, descriptions and dates, with an announcement
    AMEND_RULES = "amend_rules"  # domains, groups and criteria
    AMEND_DOCUMENTS = "amend_documents"  # what has to be attached
    FILE = "file"  # an entry is sent; the clock decides too
    WITHDRAW = "withdraw"  # later, whether an entry still can be would tell what the jury chose
    REVIEW = "review"  # formally
    TAKE_OFF_JURY = "take_off_jury"  # as if the seat had never been given; later it is only closed
    CHANGE_JURY = "change_jury"
    OPEN_SCORING = "open_scoring"  # and later let in entries that were accepted late
    SCORE = "score"  # assignments, declarations, sheets
    SEE_RESULTS = "see_results"  # by those who may: scores are no longer sealed from one another
    SELECT = "select"  # visits and the choice of finalists
    DECIDE = "decide"  # sessions of the jury
    KEEP_SESSIONS = "keep_sessions"  # sessions are there to be read by the jury
    DISQUALIFY = "disqualify"
    SHOW_RESULTS = "show_results"  # to everybody: the embargo is over
    ARCHIVE = "archive"


_BEFORE_SCORING = (Phase.CALL, Phase.FORMAL_REVIEW)
_RUNNING = (*_BEFORE_SCORING, Phase.SCORING, Phase.VISITS, Phase.DECISION)

PHASES: dict[Activity, tuple[Phase, ...]] = {
    Activity.SET_UP: (Phase.PREPARATION,),
    Activity.SHOW_CALL: (*_RUNNING, *ANNOUNCED_PHASES),
    Activity.AMEND_TEXTS: _RUNNING,
    Activity.AMEND_RULES: _BEFORE_SCORING,
    Activity.AMEND_DOCUMENTS: (Phase.CALL,),
    Activity.FILE: (Phase.CALL,),
    Activity.WITHDRAW: (*_BEFORE_SCORING, Phase.SCORING),
    Activity.REVIEW: _BEFORE_SCORING,
    Activity.TAKE_OFF_JURY: (Phase.PREPARATION, *_BEFORE_SCORING),
    Activity.CHANGE_JURY: (Phase.PREPARATION, *_RUNNING),
    Activity.OPEN_SCORING: (Phase.FORMAL_REVIEW, Phase.SCORING),
    Activity.SCORE: (Phase.SCORING,),
    Activity.SEE_RESULTS: (Phase.VISITS, Phase.DECISION, *ANNOUNCED_PHASES),
    Activity.SELECT: (Phase.VISITS,),
    Activity.DECIDE: (Phase.DECISION,),
    Activity.KEEP_SESSIONS: (Phase.DECISION, *ANNOUNCED_PHASES),
    Activity.DISQUALIFY: _RUNNING,
    Activity.SHOW_RESULTS: ANNOUNCED_PHASES,
    Activity.ARCHIVE: (Phase.ANNOUNCED,),
}


def may(edition: EditionWorkflow, activity: Activity) -> bool:
    return edition.phase in PHASES[activity]


def require(edition: EditionWorkflow, activity: Activity) -> None:
    """Conflict with both phases named, where the activity has one phase; others say in their own words why not."""
    if not may(edition, activity):
        wanted = ", ".join(str(phase.label) for phase in PHASES[activity])
        raise Conflict(
            _("This can be done only in the phase “%(phase)s”. The edition is now in the phase “%(now)s”.")
            % {"phase": wanted, "now": Phase(edition.phase).label}
        )


def allowed(edition: EditionWorkflow) -> dict[str, bool]:
    """For templates: `edition.may.score`."""
    return {activity.value: may(edition, activity) for activity in Activity}
