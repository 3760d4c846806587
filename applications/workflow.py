"""The life of an application: one state machine. No side effect but the application's own fields.

Services call a transition while holding the row lock, and save. Publication is not a state:
what the applicant and the public see before the announcement is derived (`public_state`).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition


class State(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("submitted")
    RETURNED = "RETURNED", _("returned for completion")
    INELIGIBLE = "INELIGIBLE", _("rejected on formal grounds")
    ELIGIBLE = "ELIGIBLE", _("accepted on formal grounds")
    IN_SCORING = "IN_SCORING", _("in scoring")
    SCORED = "SCORED", _("scored")
    NOT_SELECTED = "NOT_SELECTED", _("not selected")
    FINALIST = "FINALIST", _("finalist")
    LAUREATE = "LAUREATE", _("laureate")
    HONOURABLE_MENTION = "HONOURABLE_MENTION", _("honourable mention")
    SPECIAL_MENTION = "SPECIAL_MENTION", _("special mention")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    DISQUALIFIED = "DISQUALIFIED", _("disqualified")


AWARDED = (State.LAUREATE, State.HONOURABLE_MENTION, State.SPECIAL_MENTION)
BEFORE_DECISION = (
    State.DRAFT,
    State.SUBMITTED,
    State.RETURNED,
    State.INELIGIBLE,
    State.ELIGIBLE,
    State.IN_SCORING,
    State.SCORED,
    State.FINALIST,
)
IN_CONTEST = (*BEFORE_DECISION[1:], State.NOT_SELECTED, *AWARDED)
# What the jury decides after scoring starts stays under embargo until the announcement.
UNDER_EMBARGO = (State.SCORED, State.NOT_SELECTED, State.FINALIST, *AWARDED)


def public_state(state: str, *, announced: bool) -> str:
    """The state as the applicant may know it: until the announcement all of scoring looks alike."""
    return State.IN_SCORING if state in UNDER_EMBARGO and not announced else state


class ApplicationWorkflow(models.Model):
    state = FSMField(_("state"), default=State.DRAFT, choices=State.choices, protected=True, db_index=True)

    class Meta:
        abstract = True

    @transition(state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self) -> None:
        """By a member of the unit, before the deadline."""

    @transition(state, source=State.SUBMITTED, target=State.RETURNED)
    def request_completion(self) -> None:
        """By an officer: correctable points only, with a date."""

    @transition(state, source=State.RETURNED, target=State.SUBMITTED)
    def resubmit(self) -> None:
        """By a member of the unit, before the completion date."""

    @transition(state, source=[State.SUBMITTED, State.RETURNED], target=State.INELIGIBLE)
    def reject(self) -> None:
        """By an officer, with a reason."""

    @transition(state, source=State.INELIGIBLE, target=State.SUBMITTED)
    def reinstate(self) -> None:
        """When an appeal is upheld."""

    @transition(state, source=State.SUBMITTED, target=State.ELIGIBLE)
    def accept(self) -> None:
        """By an officer, every formal criterion met."""

    @transition(state, source=State.ELIGIBLE, target=State.IN_SCORING)
    def open_scoring(self) -> None:
        """Together with the edition."""

    @transition(state, source=State.IN_SCORING, target=State.SCORED)
    def close_scoring(self) -> None:
        """Together with the edition; the result is frozen."""

    @transition(state, source=State.SCORED, target=State.IN_SCORING)
    def reopen_scoring(self) -> None:
        """By the chair, with a reason, before finalists are chosen."""

    @transition(state, source=State.SCORED, target=State.FINALIST)
    def shortlist(self) -> None:
        """By the jury."""

    @transition(state, source=State.SCORED, target=State.NOT_SELECTED)
    def decline(self) -> None:
        """By the jury."""

    @transition(state, source=State.FINALIST, target=RETURN_VALUE(*AWARDED))
    def award(self, kind: str) -> str:
        """By the jury's decision; a finalist without an award stays a finalist."""
        return State(kind)

    @transition(state, source=list(BEFORE_DECISION), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """By a signatory of the unit."""

    @transition(state, source=list(IN_CONTEST), target=State.DISQUALIFIED)
    def disqualify(self) -> None:
        """By the chair, with a reason, before the announcement."""
