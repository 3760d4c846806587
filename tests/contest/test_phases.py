"""Phases of an edition: who moves them, when, and that nothing else does."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import Role
from common.canonical import canonical_json, sha256_of
from common.errors import Conflict, NotPermitted
from common.models import JournalEntry
from contest import services
from contest.models import Edition, JuryRole
from contest.queries import rules_of
from contest.tasks import advance_phases
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import preparation, reread

pytestmark = pytest.mark.django_db


def publish(edition, officer, sha256=None):
    return services.publish_call(
        actor=officer, edition_id=edition.pk, expected_sha256=sha256 or sha256_of(rules_of(reread(edition)))
    )


def after_deadline(**fields):
    return factories.make_edition(submission_deadline=timezone.now() - timedelta(seconds=1), **fields)


# --- Publishing the call ------------------------------------------------------------------------
def test_publishing_the_call_locks_the_rules_under_their_digest():
    edition, officer = preparation(), factories.make_officer()
    publish(edition, officer)
    edition = reread(edition)
    version = edition.rules_versions.get()
    assert edition.phase == Phase.CALL
    assert version.number == 1
    assert version.canonical_json == canonical_json(rules_of(edition))
    assert version.sha256 == edition.locked_sha256 == sha256_of(rules_of(edition))
    entry = JournalEntry.objects.get(action="edition.publish_call")
    assert entry.actor_id == officer.pk
    assert entry.edition_id == edition.pk
    assert entry.data["rules_sha256"] == version.sha256


def test_rules_changed_since_the_preview_are_not_published():
    edition, officer = preparation(), factories.make_officer()
    shown = sha256_of(rules_of(edition))
    edition.domains.first().delete()
    with pytest.raises(Conflict):
        publish(edition, officer, shown)
    assert reread(edition).phase == Phase.PREPARATION
    assert not edition.rules_versions.exists()


def test_a_call_with_problems_is_not_published():
    edition, officer = preparation(), factories.make_officer()
    edition.domains.all().delete()
    with pytest.raises(Conflict):
        publish(edition, officer)
    assert reread(edition).phase == Phase.PREPARATION


def test_a_call_is_published_once():
    edition, officer = preparation(), factories.make_officer()
    publish(edition, officer)
    with pytest.raises(Conflict):
        publish(edition, officer)
    assert edition.rules_versions.count() == 1


@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,), (Role.ADMIN,)])
def test_only_an_officer_publishes_a_call(roles):
    edition = preparation()
    with pytest.raises(NotPermitted):
        publish(edition, factories.make_user("", *roles))
    assert reread(edition).phase == Phase.PREPARATION


def test_an_officer_on_the_jury_of_an_edition_does_not_organise_it():
    edition, officer = preparation(), factories.make_officer()
    factories.make_juror(edition, user=officer, is_active=False)
    with pytest.raises(NotPermitted):
        publish(edition, officer)


# --- Closing the call ---------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "closes"), [(-1, False), (0, False), (1, True)])
def test_a_call_closes_only_after_its_deadline(seconds, closes):
    edition, officer = factories.make_edition(), factories.make_officer()
    with time_machine.travel(edition.submission_deadline + timedelta(seconds=seconds), tick=False):
        if closes:
            services.close_call(actor=officer, edition_id=edition.pk)
        else:
            with pytest.raises(Conflict):
                services.close_call(actor=officer, edition_id=edition.pk)
    assert reread(edition).phase == (Phase.FORMAL_REVIEW if closes else Phase.CALL)


def test_the_timetable_closes_due_calls_once_and_leaves_the_others():
    due, running = after_deadline(), factories.make_edition()
    assert advance_phases() == 1
    assert advance_phases() == 0
    assert reread(due).phase == Phase.FORMAL_REVIEW
    assert reread(running).phase == Phase.CALL
    entry = JournalEntry.objects.get(action="edition.close_call")
    assert entry.actor_id is None
    assert entry.data == {"before": "CALL", "after": "FORMAL_REVIEW"}


def test_a_call_closed_by_somebody_quicker_is_no_error_of_the_timetable(monkeypatch):
    edition = after_deadline()
    monkeypatch.setattr("contest.services.phases.calls_past_deadline", lambda _now: [edition.pk, edition.pk])
    assert services.close_due_calls() == 1


@pytest.mark.parametrize(("late_by", "closes"), [(0.5, False), (59.999, False), (60, True)])
def test_the_timetable_closes_no_call_within_the_deadlines_own_minute(late_by, closes):
    """Somebody who sends at 23:59:59 is in time, so the call must not have been closed before."""
    deadline = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    edition = factories.make_edition(submission_deadline=deadline)
    with time_machine.travel(deadline + timedelta(seconds=late_by), tick=False):
        assert services.close_due_calls() == closes
        assert reread(edition).is_call_open(timezone.now()) is not closes


def test_a_call_without_a_deadline_is_never_closed():
    edition = factories.make_edition(submission_deadline=None)
    assert services.close_due_calls() == 0
    with pytest.raises(Conflict):
        services.close_call(actor=None, edition_id=edition.pk)


def test_the_deadline_minute_is_still_in_time():
    edition = factories.make_edition()
    second = timedelta(seconds=1)
    moments = [edition.submission_deadline - second, edition.submission_deadline, edition.submission_deadline + second]
    assert [edition.is_call_open(moment) for moment in moments] == [True, True, False]
    assert not factories.make_edition(Phase.PREPARATION).is_call_open(timezone.now())


# --- Later phases -------------------------------------------------------------------------------
STEPS = [
    (Phase.CALL, "close_call", Phase.FORMAL_REVIEW),
    (Phase.FORMAL_REVIEW, "open_scoring", Phase.SCORING),
    (Phase.SCORING, "close_scoring", Phase.VISITS),
    (Phase.VISITS, "reopen_scoring", Phase.SCORING),
    (Phase.VISITS, "begin_decision", Phase.DECISION),
    (Phase.DECISION, "announce", Phase.ANNOUNCED),
    (Phase.ANNOUNCED, "archive_edition", Phase.ARCHIVED),
]
OWN_ACTS = {"close_call", "archive_edition"}  # the others are acts of the jury and of the awards, which end in a move


def run(act, edition, actor):
    if act in OWN_ACTS:
        return getattr(services, act)(actor=actor, edition_id=edition.pk)
    return services.move_phase(actor=actor, edition=services.locked_edition(edition.pk), transition=act)


@pytest.mark.parametrize(("before", "act", "after"), STEPS)
def test_each_act_moves_its_phase_and_is_in_the_journal(before, act, after):
    edition = after_deadline(phase=before)
    actor = factories.make_officer()
    run(act, edition, actor)
    assert reread(edition).phase == after
    entry = JournalEntry.objects.get()
    assert (entry.actor_id, entry.target_id, entry.edition_id) == (actor.pk, edition.pk, edition.pk)
    assert entry.data == {"before": before, "after": after}


@pytest.mark.parametrize(("before", "act", "after"), STEPS)
def test_each_act_is_refused_in_every_other_phase(before, act, after):
    for phase in set(Phase) - {before}:
        edition = after_deadline(phase=phase)
        with pytest.raises(Conflict):
            run(act, edition, factories.make_officer())
        assert reread(edition).phase == phase


@pytest.mark.parametrize(("before", "act"), [(before, act) for before, act, _after in STEPS if act in OWN_ACTS])
def test_each_act_is_refused_to_everybody_but_organisers(before, act):
    edition = after_deadline(phase=before)
    others = [
        factories.make_user(),
        factories.make_user("", Role.AUDITOR),
        factories.make_juror(edition).user,
        factories.make_juror(edition, JuryRole.CHAIR).user,
    ]
    for person in others:
        with pytest.raises(NotPermitted):
            run(act, edition, person)
    assert reread(edition).phase == before
    assert not JournalEntry.objects.exists()


# --- Any order of acts --------------------------------------------------------------------------
ALLOWED = {(before, act): after for before, act, after in STEPS} | {
    (Phase.PREPARATION, "publish_call"): Phase.CALL,
}
ACTS = sorted({act for _before, act in ALLOWED})


class PhaseMachine(RuleBasedStateMachine):
    """Whatever is tried in whatever order: the phase moves as the table says, each move is journalled."""

    def __init__(self):
        super().__init__()
        self.edition = preparation()
        self.expected = Phase.PREPARATION
        self.moves = 0
        self.officer = factories.make_officer()

    @rule(act=st.sampled_from(ACTS), late=st.booleans())
    def try_act(self, act, late):
        deadline = reread(self.edition).submission_deadline
        possible = (
            (self.expected, act) in ALLOWED and (act != "close_call" or late) and (act != "publish_call" or not late)
        )
        with time_machine.travel(deadline + timedelta(seconds=1 if late else -1), tick=False):
            try:
                if act == "publish_call":
                    publish(self.edition, self.officer)
                else:
                    run(act, self.edition, self.officer)
            except Conflict:
                assert not possible
            else:
                assert possible
                self.expected = ALLOWED[self.expected, act]
                self.moves += 1

    @invariant()
    def phase_and_journal_agree(self):
        edition = Edition.objects.get(pk=self.edition.pk)
        entries = JournalEntry.objects.filter(edition_id=edition.pk)
        assert edition.phase == self.expected
        assert entries.count() == self.moves
        assert bool(edition.locked_sha256) == (edition.phase != Phase.PREPARATION)
        assert (edition.announced_at is not None) == (edition.phase in (Phase.ANNOUNCED, Phase.ARCHIVED))
        last = entries.order_by("pk").last()
        assert last is None or last.data["after"] == edition.phase


@pytest.mark.case(50)
class TestPhaseMachine(TestCase, PhaseMachine.TestCase):
    settings = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
