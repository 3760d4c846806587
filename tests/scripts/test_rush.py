"""The rules of the deadline rush can be broken: each by what it forbids."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application, ApplicationVersion
from applications.services.submission import submit_application
from notifications.models import OutboxMessage, OutboxStatus
from scripts.rush.people import Clock, Record, Request
from scripts.rush.verdict import rules
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    """One entry that was sent and confirmed."""
    draft = factories.make_complete_draft()
    member = factories.make_member(draft.unit)
    application = submit_application(actor=member, application_id=draft.pk)
    OutboxMessage.objects.update(status=OutboxStatus.SENT)
    return application


def broken(sent, **told):
    record = Record(acknowledged={sent.pk: 0.0}, requests=[Request("send", 200, 0.1, 0.0)], refused=1)
    for name, value in told.items():
        setattr(record, name, value)
    deadline = (timezone.now() + timedelta(hours=1)).timestamp()
    mails = [{"Message-ID": message_id} for message_id in OutboxMessage.objects.values_list("message_id", flat=True)]
    found = rules(sent.edition, record, Clock(deadline, deadline, 1), mails, 1.0)
    return [rule.name.strip() for rule in found if not rule.holds and rule.name != "saves acknowledged"]


def test_nothing_is_broken_when_all_was_kept(sent):
    assert broken(sent) == []


def test_an_acknowledged_entry_that_is_not_there(sent):
    assert broken(sent, acknowledged={sent.pk: 0.0, 999_999: 0.0}) == ["of them not in the database"]


def test_an_acknowledged_save_that_says_something_else(sent):
    assert broken(sent, saves={(sent.pk, "urzad"): 7}) == ["of them not in the database"]


@pytest.mark.parametrize("status", [500, 503, 0])
def test_an_answer_5xx_or_none(sent, status):
    assert broken(sent, requests=[Request("send", status, 0.1, 0.0)]) == ["answers 5xx or none"]


def test_slow_answers(sent):
    assert broken(sent, requests=[Request("send", 200, 1.1, 0.0)] * 9) == ["95 of 100 answers within"]


def test_an_entry_accepted_after_the_deadline(sent):
    ApplicationVersion.objects.update(submitted_at=timezone.now() + timedelta(hours=2))
    assert broken(sent) == ["accepted after the deadline"]


def test_an_entry_acknowledged_to_somebody_who_asked_after_the_deadline(sent):
    late = (timezone.now() + timedelta(hours=2)).timestamp()
    assert broken(sent, acknowledged={sent.pk: late}) == ["accepted after the deadline"]


def test_a_gap_in_the_numbers(sent):
    Application.objects.filter(pk=sent.pk).update(number="SLZ-2026-0002")
    assert broken(sent) == ["numbers"]


def test_a_confirmation_that_was_not_mailed(sent):
    OutboxMessage.objects.update(status=OutboxStatus.PENDING)
    assert broken(sent) == ["confirmations mailed"]
