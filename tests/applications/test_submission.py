import threading
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, ApplicationVersion, CompletionRequest, NumberSequence
from applications.services.submission import resubmit_application, submit_application
from applications.workflow import State
from common.canonical import sha256_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests import factories
from tests.together import raised, together

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")
DEADLINE = datetime(2026, 6, 15, 23, 59, tzinfo=WARSAW)


@pytest.fixture
def draft():
    """A draft that can be sent, in a call that closes at DEADLINE."""
    edition = factories.make_edition(submission_deadline=DEADLINE)
    edition.call_announced_on = DEADLINE.date() - timedelta(days=60)
    edition.save()
    return factories.make_complete_draft(edition)


def send(draft, actor=None):
    actor = actor or factories.make_member(draft.unit)
    return submit_application(actor=actor, application_id=draft.pk)


@pytest.mark.case(19)
@pytest.mark.case(67)
@pytest.mark.parametrize(
    ("seconds", "sent"),
    [(-1, True), (0, True), (0.9, True), (1, True), (59.999, True), (60, False)],
)
def test_the_deadlines_own_minute_is_in_time_and_the_next_is_late(draft, figure, seconds, sent):
    member = factories.make_member(draft.unit)
    figure(f"sending at {seconds:+} s: {'yes' if sent else 'no'}")
    with time_machine.travel(DEADLINE + timedelta(seconds=seconds), tick=False):
        if sent:
            assert send(draft, member).state == State.SUBMITTED
        else:
            with pytest.raises(Conflict):
                send(draft, member)
    draft = Application.objects.get(pk=draft.pk)
    assert (draft.state == State.SUBMITTED) is sent
    assert draft.title


class TestInTime:
    @pytest.fixture(autouse=True)
    def an_hour_before_the_deadline(self):
        with time_machine.travel(DEADLINE - timedelta(hours=1), tick=False):
            yield

    def test_a_sent_entry_has_a_number_a_version_a_journal_entry_and_mail_to_every_member(self, draft):
        actor = factories.make_member(draft.unit)
        colleague = factories.make_member(draft.unit)
        factories.make_member(factories.make_unit())

        application = send(draft, actor)

        assert application.number == f"SLZ-2026.{draft.edition_id}-0001"
        version = application.versions.get()
        assert version.number == 1
        assert version.sha256 == sha256_of(version.content)
        assert version.content["title"] == draft.title
        assert version.content["unit"]["id"] == draft.unit_id
        assert [item["name"] for item in version.content["attachments"]] == ["oswiadczenie.pdf"]
        entry = JournalEntry.objects.get(action="application.submit")
        assert (entry.target_id, entry.actor_id) == (application.pk, actor.pk)
        assert entry.data["sha256"] == version.sha256
        mails = OutboxMessage.objects.filter(kind="application_submitted")
        assert {mail.recipient for mail in mails} == {actor.email, colleague.email}
        for mail in mails:  # the worker renders what is frozen here
            assert application.number in render_mail(kind=mail.kind, language="pl", context=mail.context).text

    def test_the_edition_of_a_year_gives_numbers_with_the_year(self, draft):
        Edition.objects.filter(pk=draft.edition_id).update(slug="2026")
        assert send(draft).number == "SLZ-2026-0001"

    def test_sending_twice_makes_one_version_and_one_number(self, draft):
        actor = factories.make_member(draft.unit)
        first = send(draft, actor)
        second = send(draft, actor)
        assert second.number == first.number
        assert ApplicationVersion.objects.count() == 1
        assert NumberSequence.objects.get().last == 1
        assert OutboxMessage.objects.count() == 1

    def test_a_stranger_cannot_send(self, draft):
        with pytest.raises(NotPermitted):
            send(draft, factories.make_member(factories.make_unit()))
        assert not ApplicationVersion.objects.exists()

    def test_an_incomplete_draft_is_not_sent_and_uses_no_number(self, draft):
        Application.objects.filter(pk=draft.pk).update(goals="")
        with pytest.raises(Invalid):
            send(draft)
        assert not NumberSequence.objects.exists()
        assert Application.objects.get(pk=draft.pk).state == State.DRAFT

    def test_an_edition_past_its_call_takes_nothing_even_before_the_deadline(self, draft):
        Edition.objects.filter(pk=draft.edition_id).update(phase="FORMAL_REVIEW")
        with pytest.raises(Conflict):
            send(draft)

    def test_a_withdrawn_entry_cannot_be_sent_again(self, draft):
        application = factories.make_complete_draft(draft.edition, draft.unit, state=State.WITHDRAWN)
        with pytest.raises(Conflict):
            send(application)
        assert not ApplicationVersion.objects.filter(application=application).exists()

    def test_later_edits_do_not_reach_the_sent_version(self, draft):
        version = send(draft).versions.get()
        Application.objects.filter(pk=draft.pk).update(title="Inny tytuł")
        version.refresh_from_db()
        assert version.content["title"] == draft.title
        assert version.sha256 == sha256_of(version.content)


class TestResubmission:
    @pytest.fixture
    def returned(self, draft):
        with time_machine.travel(DEADLINE - timedelta(hours=1), tick=False):
            send(draft)
        Application.objects.filter(pk=draft.pk).update(state=State.RETURNED)
        CompletionRequest.objects.create(
            application=draft,
            points=[{"criterion": "COMPLETE", "note": "Brak opisu rezultatów."}],
            due_at=DEADLINE + timedelta(days=7),
            requested_at=DEADLINE,
        )
        return Application.objects.get(pk=draft.pk)

    def resend(self, application, actor=None):
        actor = actor or factories.make_member(application.unit)
        return resubmit_application(actor=actor, application_id=application.pk)

    @pytest.mark.case(67)
    @pytest.mark.parametrize(("seconds", "sent"), [(-1, True), (0, True), (59.999, True), (60, False)])
    def test_the_completion_date_is_kept_to_the_end_of_its_minute(self, returned, seconds, sent):
        with time_machine.travel(DEADLINE + timedelta(days=7, seconds=seconds), tick=False):
            if sent:
                self.resend(returned)
            else:
                with pytest.raises(Conflict):
                    self.resend(returned)
        assert (Application.objects.get(pk=returned.pk).state == State.SUBMITTED) is sent
        assert returned.versions.count() == (2 if sent else 1)

    @time_machine.travel(DEADLINE + timedelta(days=1), tick=False)
    def test_a_completed_entry_is_a_new_version_and_answers_the_call_once(self, returned):
        actor = factories.make_member(returned.unit)
        sent = self.resend(returned, actor)
        self.resend(returned, actor)
        assert sent.versions.count() == 2
        assert sent.number == returned.number
        assert sent.submitted_at == returned.submitted_at
        assert CompletionRequest.objects.get().answered_at == timezone.now()
        assert JournalEntry.objects.filter(action="application.resubmit").count() == 1
        assert OutboxMessage.objects.filter(subject_key=f"application:{sent.pk}:v2", recipient=actor.email).exists()

    @time_machine.travel(DEADLINE + timedelta(days=1), tick=False)
    def test_an_incomplete_answer_is_not_sent(self, returned):
        Application.objects.filter(pk=returned.pk).update(results="")
        with pytest.raises(Invalid):
            self.resend(returned)
        assert CompletionRequest.objects.get().answered_at is None

    @time_machine.travel(DEADLINE + timedelta(days=1), tick=False)
    def test_a_draft_cannot_be_sent_as_a_completion(self, returned):
        other = factories.make_complete_draft(returned.edition)
        with pytest.raises(Conflict):
            self.resend(other)

    @time_machine.travel(DEADLINE + timedelta(days=1), tick=False)
    def test_a_stranger_cannot_complete(self, returned):
        with pytest.raises(NotPermitted):
            self.resend(returned, factories.make_member(factories.make_unit()))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def drafts(self, count):
        edition = factories.make_edition()
        drafts = [factories.make_complete_draft(edition) for _ in range(count)]
        return edition, drafts, [factories.make_member(draft.unit) for draft in drafts]

    def send_all(self, drafts, members):
        acts = [
            partial(submit_application, actor=member, application_id=draft.pk)
            for draft, member in zip(drafts, members, strict=True)
        ]
        return raised(together(*acts))

    def test_sixteen_at_once_get_unique_numbers_without_a_gap(self):
        edition, drafts, members = self.drafts(16)
        errors = self.send_all(drafts, members)
        assert errors == []
        numbers = sorted(Application.objects.values_list("number", flat=True))
        assert numbers == [f"SLZ-2026.{edition.pk}-{n:04d}" for n in range(1, 17)]

    def test_without_the_row_lock_numbers_collide(self, monkeypatch):
        """Negative control: the same sixteen with the sequence read without its lock."""

        def unlocked(queryset, **lookup):
            row = queryset.get(**lookup)
            if isinstance(row, NumberSequence):
                threading.Event().wait(0.05)
            return row

        monkeypatch.setattr("applications.services.submission.lock_row", unlocked)
        _edition, drafts, members = self.drafts(16)
        errors = self.send_all(drafts, members)
        assert errors, "without the lock two entries must ask for the same number"

    @pytest.mark.parametrize(
        "locked",
        [
            pytest.param(True, marks=pytest.mark.case(20)),
            pytest.param(False, marks=pytest.mark.case(20, control=True)),
        ],
    )
    def test_who_waits_for_the_lock_across_the_deadline_is_late(self, locked, monkeypatch, figure):
        """The clock is read after the wait. Negative control: read before it, the late entry would pass."""
        edition, (draft,), (member,) = self.drafts(1)
        Edition.objects.filter(pk=edition.pk).update(submission_deadline=timezone.now() + timedelta(seconds=2))
        if not locked:
            early = timezone.now()
            monkeypatch.setattr("applications.services.submission.timezone.now", lambda: early)
        outcome = []

        def submit():
            try:
                submit_application(actor=member, application_id=draft.pk)
                outcome.append("sent")
            except Conflict:
                outcome.append("late")

        with transaction.atomic():
            Application.objects.select_for_update().get(pk=draft.pk)
            thread = threading.Thread(target=lambda: together(submit))
            thread.start()
            threading.Event().wait(3.2)
        thread.join(20)
        assert outcome == (["late"] if locked else ["sent"])
        figure("3 s behind a lock, across the deadline: " + ("no" if locked else "sent, with the clock read first"))


def test_sending_takes_no_more_statements_for_four_members_than_for_one():
    counted = []
    edition = factories.make_edition()
    for colleagues in (0, 3):
        draft = factories.make_complete_draft(edition)
        actor = factories.make_member(draft.unit)
        for _ in range(colleagues):
            factories.make_member(draft.unit)
        with CaptureQueriesContext(connection) as queries:
            submit_application(actor=actor, application_id=draft.pk)
        counted.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
        assert OutboxMessage.objects.filter(subject_key=f"application:{draft.pk}:v1").count() == 1 + colleagues
    assert counted[1] <= counted[0] <= 20
