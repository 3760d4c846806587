"""The full table of the state machine: every state with every transition."""

import pytest
from django_fsm import TransitionNotAllowed, can_proceed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from applications.models import Application
from applications.workflow import AWARDED, State, public_state
from common.errors import Conflict
from common.transitions import advance

# transition → {source: target}; whatever is not here is refused.
TABLE = {
    "submit": {"DRAFT": "SUBMITTED"},
    "request_completion": {"SUBMITTED": "RETURNED"},
    "resubmit": {"RETURNED": "SUBMITTED"},
    "reject": {"SUBMITTED": "INELIGIBLE", "RETURNED": "INELIGIBLE"},
    "reinstate": {"INELIGIBLE": "SUBMITTED"},
    "accept": {"SUBMITTED": "ELIGIBLE"},
    "open_scoring": {"ELIGIBLE": "IN_SCORING"},
    "close_scoring": {"IN_SCORING": "SCORED"},
    "reopen_scoring": {"SCORED": "IN_SCORING"},
    "shortlist": {"SCORED": "FINALIST"},
    "decline": {"SCORED": "NOT_SELECTED"},
    "award": {"FINALIST": "LAUREATE"},
    "withdraw": dict.fromkeys(
        ("DRAFT", "SUBMITTED", "RETURNED", "INELIGIBLE", "ELIGIBLE", "IN_SCORING", "SCORED", "FINALIST"), "WITHDRAWN"
    ),
    "disqualify": dict.fromkeys(
        (
            "SUBMITTED", "RETURNED", "INELIGIBLE", "ELIGIBLE", "IN_SCORING", "SCORED", "NOT_SELECTED", "FINALIST",
            "LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION",
        ),
        "DISQUALIFIED",
    ),
}  # fmt: skip
ARGUMENTS = {"award": ("LAUREATE",)}


def test_the_table_names_every_transition_of_the_code():
    field = Application._meta.get_field("state")
    assert {transition.name for transition in field.get_all_transitions(Application)} == set(TABLE)


@pytest.mark.parametrize("transition", TABLE)
@pytest.mark.parametrize("state", State.values)
def test_every_state_allows_exactly_what_the_table_says(state, transition):
    application = Application(state=state)
    target = TABLE[transition].get(state)
    if target is None:
        with pytest.raises(Conflict):
            advance(application, transition, *ARGUMENTS.get(transition, ()))
        assert application.state == state
    else:
        advance(application, transition, *ARGUMENTS.get(transition, ()))
        assert application.state == target


@pytest.mark.parametrize("kind", State.values)
def test_an_award_is_one_of_three_kinds(kind):
    application = Application(state="FINALIST")
    if kind in AWARDED:
        advance(application, "award", kind)
        assert application.state == kind
    else:
        with pytest.raises(Exception):  # noqa: B017 — the library's own, whatever it is
            application.award(kind)
        assert application.state == "FINALIST"


def test_the_state_cannot_be_assigned():
    with pytest.raises(AttributeError):
        Application(state="DRAFT").state = "LAUREATE"


@pytest.mark.parametrize("state", State.values)
def test_before_the_announcement_everything_after_scoring_looks_alike(state):
    hidden = {"SCORED", "NOT_SELECTED", "FINALIST", "LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION"}
    assert public_state(state, announced=False) == ("IN_SCORING" if state in hidden else state)
    assert public_state(state, announced=True) == state


class LifeOfAnEntry(RuleBasedStateMachine):
    """Any sequence of acts: the entry is where the table says, and finished states stay finished."""

    def __init__(self):
        super().__init__()
        self.application = Application()
        self.expected = "DRAFT"
        self.was_submitted = False

    @rule(transition=st.sampled_from(sorted(set(TABLE) - {"award"})))
    def act(self, transition):
        target = TABLE[transition].get(self.expected)
        method = getattr(self.application, transition)
        assert can_proceed(method) == (target is not None)
        if target is None:
            with pytest.raises(TransitionNotAllowed):
                method()
            return
        method()
        self.expected = target
        self.was_submitted |= target == "SUBMITTED"

    @precondition(lambda self: self.expected == "FINALIST")
    @rule(kind=st.sampled_from(AWARDED))
    def award(self, kind):
        self.application.award(kind)
        self.expected = str(kind)

    @invariant()
    def is_where_the_table_says(self):
        assert self.application.state == self.expected

    @invariant()
    def nothing_is_judged_that_was_never_submitted(self):
        if self.expected not in ("DRAFT", "WITHDRAWN"):
            assert self.was_submitted


TestLifeOfAnEntry = pytest.mark.case(50)(LifeOfAnEntry.TestCase)
TestLifeOfAnEntry.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
