"""What waits for an officer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Role
from applications.queries import todos_for
from applications.queries.officer import officer_todos_for
from tests.applications.review_cases import make_appealed, make_returned, make_sent
from tests.factories import make_edition, make_juror, make_officer, make_user

pytestmark = pytest.mark.django_db


def counts(user):
    return [(todo.count, todo.url.rpartition("?")[2]) for todo in officer_todos_for(user)]


def test_an_officer_is_told_what_waits_and_where_it_is():
    edition = make_edition("FORMAL_REVIEW")
    for _ in range(2):
        make_sent(edition=edition)
    make_returned(edition=edition, overdue=True)
    make_returned(edition=edition)
    make_appealed(edition=edition)
    make_sent("ELIGIBLE", edition=edition)
    assert counts(make_officer()) == [
        (2, "state=SUBMITTED&sort=submitted"),
        (1, "state=RETURNED&needs_me=1"),
        (1, "state=INELIGIBLE&needs_me=1"),
    ]


def test_what_is_told_is_what_the_list_then_shows(client):
    edition = make_edition("FORMAL_REVIEW")
    make_sent(edition=edition)
    make_returned(edition=edition, overdue=True)
    make_appealed(edition=edition)
    officer = make_officer()
    client.force_login(officer)
    for todo in officer_todos_for(officer):
        assert len(client.get(todo.url).context["rows"]) == todo.count == 1


def test_each_edition_is_told_apart():
    for _ in range(2):
        make_sent(edition=make_edition("CALL"))
    assert [count for count, _url in counts(make_officer())] == [1, 1]


@pytest.mark.parametrize(("language", "title"), [("pl", "Edycja"), ("en", "The edition")])
def test_an_edition_is_named_in_the_language_of_the_reader(language, title):
    edition = make_edition("FORMAL_REVIEW", title="Edycja", title_en="The edition")
    make_sent(edition=edition)
    make_returned(edition=edition, overdue=True)
    make_appealed(edition=edition)
    with override(language):
        todos = officer_todos_for(make_officer())
    assert [todo.detail.partition(".")[0] for todo in todos] == [title] * 3


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_those_who_only_read_have_nothing_to_do(role):
    make_sent(edition=make_edition("FORMAL_REVIEW"))
    assert todos_for(make_user("", role)) == []


def test_an_officer_is_not_sent_to_entries_they_may_not_review():
    edition, officer = make_edition("FORMAL_REVIEW"), make_officer()
    make_juror(edition, user=officer)
    make_sent(edition=edition)
    own = make_sent(edition=make_edition("FORMAL_REVIEW"))
    officer.memberships.create(unit=own.unit, status="ACTIVE")
    assert counts(officer) == []


@pytest.mark.parametrize(("phase", "expected"), [("SCORING", 1), ("ANNOUNCED", 0)])
def test_after_the_formal_review_only_appeals_wait_and_none_after_the_announcement(phase, expected):
    edition = make_edition(phase)
    make_sent(edition=edition)
    make_returned(edition=edition, overdue=True)
    make_appealed(edition=edition)
    assert len(counts(make_officer())) == expected


def test_a_review_that_should_have_ended_is_urgent():
    today = timezone.localdate()
    late = make_sent(edition=make_edition("FORMAL_REVIEW", formal_review_until=today - timedelta(days=1)))
    make_sent(edition=make_edition("FORMAL_REVIEW", formal_review_until=today))
    make_sent(edition=make_edition("FORMAL_REVIEW", formal_review_until=None))
    urgent = [todo for todo in officer_todos_for(make_officer()) if todo.urgent]
    assert [late.edition.slug in todo.url for todo in urgent] == [True]


def test_two_statements_and_one_for_the_editions_however_many_entries_wait():
    def statements():
        officer = make_officer()
        assert officer.roles
        with CaptureQueriesContext(connection) as captured:
            officer_todos_for(officer)
        return len(captured)

    make_sent(edition=make_edition("FORMAL_REVIEW"))
    one = statements()
    for _ in range(3):
        edition = make_edition("FORMAL_REVIEW")
        make_sent(edition=edition)
        make_returned(edition=edition, overdue=True)
        make_appealed(edition=edition)
    assert one == statements() == 3
