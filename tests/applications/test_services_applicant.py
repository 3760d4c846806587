from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from accounts.models import MembershipRole
from applications.models import Application, CompletionRequest
from applications.queries.applicant import appeal_deadline
from applications.services.applicant import file_appeal, withdraw_application
from applications.workflow import State
from common import journal
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from notifications.models import OutboxMessage
from tests import factories

pytestmark = pytest.mark.django_db
REJECTED_AT = datetime(2026, 3, 20, 10, 0, tzinfo=ZoneInfo("Europe/Warsaw"))  # the clocks change on 29 March


def entry(state, phase="FORMAL_REVIEW"):
    return factories.make_application(factories.make_edition(phase=phase), state=state)


def signatory(application):
    return factories.make_member(application.unit, MembershipRole.SIGNATORY)


def withdraw(application, actor=None, reason=""):
    return withdraw_application(actor=actor or signatory(application), application_id=application.pk, reason=reason)


class TestWithdrawal:
    @pytest.mark.parametrize("state", ["SUBMITTED", "RETURNED", "INELIGIBLE", "ELIGIBLE", "IN_SCORING"])
    def test_a_signatory_withdraws_and_every_member_is_told(self, state):
        application = entry(state)
        editor = factories.make_member(application.unit)
        actor = signatory(application)
        withdrawn = withdraw(application, actor, " zmiana planów ")
        assert withdrawn.state == State.WITHDRAWN
        assert withdrawn.decision_reason == "zmiana planów"
        assert JournalEntry.objects.get(action="application.withdraw").actor_id == actor.pk
        recipients = set(OutboxMessage.objects.values_list("recipient", flat=True))
        assert recipients == {actor.email, editor.email}

    def test_an_editor_cannot_withdraw_a_sent_entry(self):
        application = entry("SUBMITTED")
        with pytest.raises(NotPermitted):
            withdraw(application, factories.make_member(application.unit))

    def test_any_member_may_drop_a_draft_and_nobody_is_told(self):
        application = entry("DRAFT", phase="CALL")
        assert withdraw(application, factories.make_member(application.unit)).state == State.WITHDRAWN
        assert not OutboxMessage.objects.exists()

    def test_a_stranger_cannot_drop_a_draft(self):
        with pytest.raises(NotPermitted):
            withdraw(entry("DRAFT"), factories.make_user())

    @pytest.mark.parametrize("state", ["SCORED", "FINALIST", "NOT_SELECTED", "LAUREATE"])
    @pytest.mark.parametrize("phase", ["VISITS", "DECISION", "ANNOUNCED"])
    def test_after_scoring_the_answer_is_the_same_whatever_the_jury_chose(self, state, phase):
        with pytest.raises(Conflict) as refusal:
            withdraw(entry(state, phase=phase))
        assert "organi" in str(refusal.value)

    def test_withdrawing_twice_changes_nothing(self):
        application = entry("SUBMITTED")
        actor = signatory(application)
        withdraw(application, actor, "pierwszy powód")
        assert withdraw(application, actor, "drugi powód").decision_reason == "pierwszy powód"
        assert OutboxMessage.objects.count() == 1

    def test_an_open_call_for_completion_ends_with_the_withdrawal(self):
        application = entry("RETURNED")
        CompletionRequest.objects.create(
            application=application, points=[], due_at=REJECTED_AT, requested_at=REJECTED_AT
        )
        withdraw(application)
        assert CompletionRequest.objects.get().answered_at


class TestAppeal:
    @pytest.fixture
    def rejected(self):
        application = entry("SUBMITTED")
        with time_machine.travel(REJECTED_AT, tick=False), transaction.atomic():
            Application.objects.update(state=State.INELIGIBLE)
            journal.record(actor=None, action="application.reject", target=application)
        return Application.objects.get()

    def appeal(self, application, actor=None, text="Nie zgadzamy się."):
        actor = actor or factories.make_member(application.unit)
        return file_appeal(actor=actor, application_id=application.pk, text=text)

    @pytest.mark.parametrize(
        ("moment", "in_time"),
        [
            (datetime(2026, 4, 3, 23, 59, 59, tzinfo=ZoneInfo("Europe/Warsaw")), True),
            (datetime(2026, 4, 4, 0, 0, 0, tzinfo=ZoneInfo("Europe/Warsaw")), False),
        ],
    )
    def test_an_appeal_is_possible_to_the_end_of_the_fourteenth_day(self, rejected, moment, in_time):
        with time_machine.travel(moment, tick=False):
            if in_time:
                assert self.appeal(rejected).filed_at == moment
            else:
                with pytest.raises(Conflict):
                    self.appeal(rejected)

    @time_machine.travel(REJECTED_AT + timedelta(days=1), tick=False)
    def test_an_appeal_is_journaled_without_its_text(self, rejected):
        appeal = self.appeal(rejected, text=" Powód ")
        assert appeal.text == "Powód"
        data = JournalEntry.objects.get(action="application.appeal").data
        assert data == {"appeal": appeal.pk}

    @time_machine.travel(REJECTED_AT + timedelta(days=1), tick=False)
    def test_one_rejection_is_appealed_once(self, rejected):
        self.appeal(rejected)
        with pytest.raises(Conflict):
            self.appeal(rejected)

    @time_machine.travel(REJECTED_AT + timedelta(days=5), tick=False)
    def test_a_second_rejection_may_be_appealed_again(self, rejected):
        with time_machine.travel(REJECTED_AT + timedelta(days=1), tick=False):
            self.appeal(rejected)
        rejected.appeals.update(status="UPHELD")
        with transaction.atomic():
            journal.record(actor=None, action="application.reject", target=rejected)
        assert self.appeal(rejected)

    @time_machine.travel(REJECTED_AT + timedelta(days=1), tick=False)
    @pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.ARCHIVED])
    def test_nothing_is_appealed_once_the_results_are_announced(self, rejected, phase):
        """Nobody could decide it any more."""
        Edition.objects.filter(pk=rejected.edition_id).update(phase=phase)
        assert appeal_deadline(Application.objects.get(pk=rejected.pk)) is None
        with translation.override("en"), pytest.raises(Conflict, match="The results are announced"):
            self.appeal(rejected)

    @time_machine.travel(REJECTED_AT + timedelta(days=1), tick=False)
    def test_an_appeal_needs_a_member_a_text_and_a_rejection(self, rejected):
        with pytest.raises(NotPermitted):
            self.appeal(rejected, factories.make_user())
        with pytest.raises(Invalid):
            self.appeal(rejected, text="  ")
        Application.objects.update(state=State.ELIGIBLE)
        with pytest.raises(Conflict):
            self.appeal(rejected)
        assert not rejected.appeals.exists()


def test_the_phase_is_read_after_the_lock():
    """An edition that moved on while the page was open decides, not the page."""
    application = entry("IN_SCORING", phase="SCORING")
    Edition.objects.update(phase="VISITS")
    with pytest.raises(Conflict):
        withdraw(application)
