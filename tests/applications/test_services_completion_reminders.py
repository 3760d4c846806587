"""Reminders of calls for completion."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, CompletionRequest
from applications.services.completion_reminders import remind_of_completions
from applications.tasks import send_completion_reminders
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests.applications.review_cases import make_request, make_sent

pytestmark = pytest.mark.django_db


def returned(**due):
    application = make_sent("RETURNED", unmet=("COMPLETE",))
    make_request(application, due_at=timezone.now() + timedelta(**due))
    return application


def test_members_are_reminded_two_days_before_and_only_once():
    application = returned(hours=47)
    send_completion_reminders()
    send_completion_reminders()
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient) == ("completion_reminder", application.unit.memberships.get().user.email)
    assert mail.edition_id == application.edition_id
    text = render_mail(kind=mail.kind, language="pl", context=mail.context).text
    assert application.number in text
    assert application.unit.official_name in text
    assert f"/zgloszenia/{application.pk}/" in text


@pytest.mark.parametrize("due", [{"hours": 49}, {"hours": -1}])
def test_too_early_and_too_late_nobody_is_reminded(due):
    returned(**due)
    assert remind_of_completions() == 0
    assert not OutboxMessage.objects.exists()


def test_an_answered_call_or_an_entry_no_longer_returned_is_not_reminded_of():
    answered, withdrawn = returned(hours=10), returned(hours=10)
    CompletionRequest.objects.filter(application=answered).update(answered_at=timezone.now())
    Application.objects.filter(pk=withdrawn.pk).update(state="WITHDRAWN")
    assert remind_of_completions() == 0


def test_a_date_that_was_moved_is_reminded_of_again():
    application = returned(hours=10)
    remind_of_completions()
    application.completion_requests.update(due_at=timezone.now() + timedelta(days=10))
    remind_of_completions(timezone.now() + timedelta(days=9))
    assert OutboxMessage.objects.count() == 2


def test_ten_reminders_take_as_many_statements_as_one():
    def statements():
        with CaptureQueriesContext(connection) as captured:
            remind_of_completions()
        return len(captured)

    returned(hours=10)
    one = statements()
    for _ in range(9):
        returned(hours=10)
    assert one == statements()
    assert OutboxMessage.objects.count() == 10
