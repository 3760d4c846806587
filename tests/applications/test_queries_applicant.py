from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, MembershipStatus, Role
from applications.models import Application, CompletionRequest
from applications.permissions import can_view
from applications.queries import submitted_version, todos_for, visible_to
from applications.queries.desk import applicant_todos_for, timeline
from applications.services.submission import submit_application
from applications.snapshots import snapshot
from applications.workflow import State
from common.canonical import sha256_of
from contest.models import Edition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.make_complete_draft()


@pytest.fixture
def sent():
    return factories.make_application(state=State.SUBMITTED)


class TestWhoSeesWhat:
    def test_members_see_the_entries_of_their_units_only(self, draft, sent):
        assert list(visible_to(factories.make_member(draft.unit))) == [draft]
        assert list(visible_to(factories.make_user())) == []

    @pytest.mark.parametrize("status", [MembershipStatus.PENDING, MembershipStatus.REFUSED, MembershipStatus.ENDED])
    def test_a_membership_that_is_not_active_opens_nothing(self, draft, status):
        user = factories.make_user()
        Membership.objects.create(user=user, unit=draft.unit, status=status)
        assert not visible_to(user).exists()

    @pytest.mark.parametrize("role", Role.values)
    def test_organisers_see_what_was_sent_and_no_draft(self, draft, sent, role):
        assert list(visible_to(factories.make_user("", role))) == [sent]

    def test_an_officer_who_is_a_member_sees_each_entry_once(self, draft, sent):
        officer = factories.make_officer()
        for unit in (draft.unit, sent.unit):
            Membership.objects.create(user=officer, unit=unit, status=MembershipStatus.ACTIVE)
        assert sorted(entry.pk for entry in visible_to(officer)) == sorted([draft.pk, sent.pk])

    def test_a_dropped_draft_stays_its_authors_business(self, draft):
        Application.objects.update(state=State.WITHDRAWN)
        assert not visible_to(factories.make_officer()).exists()

    def test_jurors_see_nothing_here(self, sent):
        assert not visible_to(factories.make_juror(sent.edition).user).exists()

    def test_an_account_switched_off_sees_nothing(self, draft, sent):
        officer = factories.make_officer()
        member = factories.make_member(draft.unit)
        for user in (officer, member):
            user.is_active = False
            user.save()
            assert not visible_to(user).exists()
            assert not can_view(user, draft)

    def test_the_permission_and_the_query_agree(self, draft, sent):
        users = [
            factories.make_member(draft.unit),
            factories.make_member(sent.unit),
            factories.make_officer(),
            factories.make_user("", Role.AUDITOR),
            factories.make_user(),
        ]
        for user in users:
            for application in (draft, sent):
                seen = visible_to(user).filter(pk=application.pk).exists()
                assert bool(can_view(user, application)) is seen


def test_the_newest_version_is_the_submitted_one(draft):
    assert submitted_version(draft) is None
    submit_application(actor=factories.make_member(draft.unit), application_id=draft.pk)
    assert submitted_version(draft).number == 1


class TestTodos:
    def titles(self, user):
        return [(todo.url.rsplit("/", 2)[0] or todo.url, todo.urgent) for todo in applicant_todos_for(user)]

    def test_a_draft_waits_until_the_deadline_and_is_urgent_at_the_end(self, draft):
        user = factories.make_member(draft.unit)
        (todo,) = applicant_todos_for(user)
        assert todo.due_at == draft.edition.submission_deadline
        assert not todo.urgent
        Edition.objects.update(submission_deadline=timezone.now() + timedelta(days=2))
        assert applicant_todos_for(user)[0].urgent
        Edition.objects.update(submission_deadline=timezone.now() - timedelta(seconds=2))
        assert applicant_todos_for(user) == []

    @pytest.mark.parametrize(("days", "urgent"), [(5, True), (-1, False)])
    def test_a_call_for_completion_waits_until_its_date(self, sent, days, urgent):
        Edition.objects.update(phase="FORMAL_REVIEW")
        Application.objects.update(state=State.RETURNED)
        due = timezone.now() + timedelta(days=days)
        CompletionRequest.objects.create(application=sent, points=[], due_at=due, requested_at=due)
        (todo,) = applicant_todos_for(factories.make_member(sent.unit))
        assert (todo.due_at, todo.urgent) == (due, urgent)
        assert sent.number in todo.title

    def test_an_open_call_waits_for_units_that_have_not_entered(self, draft):
        newcomer = factories.make_member(factories.make_unit())
        (todo,) = applicant_todos_for(newcomer)
        assert draft.edition.slug in todo.url
        assert applicant_todos_for(factories.make_user()) == []

    def test_one_list_holds_the_applicants_and_the_officers(self, draft):
        user = factories.make_member(draft.unit)
        assert todos_for(user)[: len(applicant_todos_for(user))] == applicant_todos_for(user)

    def test_the_number_of_statements_does_not_grow(self, draft, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        user = factories.make_member(draft.unit)
        with CaptureQueriesContext(connection) as one:
            applicant_todos_for(user)
        for _ in range(3):
            factories.make_application(draft.edition, draft.unit)
            factories.make_edition()
        with CaptureQueriesContext(connection) as many:
            applicant_todos_for(user)
        assert len(applicant_todos_for(user)) == 7
        assert len(many) <= len(one) + 1


def test_the_story_tells_nothing_of_the_jurys_steps(draft):
    from django.db import transaction

    from common import journal

    submit_application(actor=factories.make_member(draft.unit), application_id=draft.pk)
    draft = Application.objects.select_related("edition").get()
    told = len(timeline(draft))
    with transaction.atomic():
        for step in ("close_scoring", "reopen_scoring", "shortlist", "decline", "award", "check"):
            journal.record(actor=None, action=f"application.{step}", target=draft)
    assert len(timeline(draft)) == told == 1
    assert draft.number in timeline(draft)[0].detail


def test_a_snapshot_is_plain_json_with_one_digest(draft):
    application = Application.objects.get()
    first = snapshot(application, application.attachments.all())
    again = snapshot(Application.objects.get(), reversed(application.attachments.all()))
    assert sha256_of(first) == sha256_of(again)
    assert first["implemented_on"] == "2020-01-01"
    assert first["domain"] == {"id": application.domain_id, "name": "kultura", "name_en": ""}
    assert snapshot(factories.make_application(domain=None, group=None), [])["group"] is None
