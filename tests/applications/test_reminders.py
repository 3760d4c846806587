from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from applications import tasks
from applications.services.reminders import remind_of_deadlines
from contest.models import Edition
from notifications.models import OutboxMessage
from notifications.services import deliver_due
from tests import factories

pytestmark = pytest.mark.django_db
DEADLINE = datetime(2026, 6, 15, 23, 59, tzinfo=ZoneInfo("Europe/Warsaw"))


@pytest.fixture
def draft():
    return factories.make_application(factories.make_edition(submission_deadline=DEADLINE))


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (timedelta(days=7, seconds=1), ""),
        (timedelta(days=7), "7d"),
        (timedelta(days=6, seconds=1), "7d"),
        (timedelta(days=6), ""),
        (timedelta(days=1, seconds=1), ""),
        (timedelta(days=1), "1d"),
        (timedelta(seconds=1), "1d"),
        (timedelta(0), ""),
    ],
)
def test_drafts_are_reminded_seven_days_and_one_day_before(draft, before, kept):
    factories.make_member(draft.unit)
    remind_of_deadlines(now=DEADLINE - before)
    keys = [key.rpartition(":")[2] for key in OutboxMessage.objects.values_list("subject_key", flat=True)]
    assert keys == ([kept] if kept else [])


def test_every_member_is_reminded_once_however_often_the_timetable_runs(draft):
    members = [factories.make_member(draft.unit) for _ in range(2)]
    factories.make_member(factories.make_unit())
    for hours in (0, 1, 5):
        remind_of_deadlines(now=DEADLINE - timedelta(days=1) + timedelta(hours=hours))
    recipients = OutboxMessage.objects.filter(edition_id=draft.edition_id).values_list("recipient", flat=True)
    assert sorted(recipients) == sorted(member.email for member in members)


def test_a_moved_deadline_is_told_again(draft):
    factories.make_member(draft.unit)
    remind_of_deadlines(now=DEADLINE - timedelta(hours=20))
    Edition.objects.update(submission_deadline=DEADLINE + timedelta(days=30))
    remind_of_deadlines(now=DEADLINE + timedelta(days=30) - timedelta(hours=20))
    assert OutboxMessage.objects.count() == 2


def test_sent_entries_and_closed_calls_are_not_reminded(draft):
    factories.make_member(draft.unit)
    sent = factories.make_application(draft.edition, state="SUBMITTED")
    factories.make_member(sent.unit)
    Edition.objects.update(phase="FORMAL_REVIEW")
    assert remind_of_deadlines(now=DEADLINE - timedelta(hours=20)) == 0
    Edition.objects.update(phase="CALL")
    assert remind_of_deadlines(now=DEADLINE - timedelta(hours=20)) == 1


def test_the_timetable_sends_a_readable_mail(draft, mailoutbox):
    factories.make_member(draft.unit)
    with time_machine.travel(DEADLINE - timedelta(hours=20), tick=False):
        tasks.send_deadline_reminders()
        deliver_due()
    assert len(mailoutbox) == 1
    assert "15 czerwca 2026" in mailoutbox[0].subject
    assert draft.title in mailoutbox[0].body


def test_the_number_of_statements_does_not_grow_with_drafts(draft, django_assert_max_num_queries):
    for _ in range(5):
        factories.make_member(factories.make_application(draft.edition).unit)
    with django_assert_max_num_queries(16):
        remind_of_deadlines(now=DEADLINE - timedelta(hours=20))
