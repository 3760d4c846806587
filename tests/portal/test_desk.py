"""Where a signed-in person lands: what waits for them, then their desks."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import accounts.queries
import applications.queries
import awards.queries
import contest.queries
import jury.queries
import practices.queries
import privacy.queries
from accounts.models import Membership, MembershipStatus, Role
from common.todo import Todo
from contest.workflow import Phase
from portal.queries import todos_for
from portal.standing import standing_of
from portal.templatetags.navigation import navigation
from tests.factories import make_edition, make_juror, make_member, make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db
TELLERS = (
    accounts.queries,
    contest.queries,
    applications.queries,
    jury.queries,
    awards.queries,
    practices.queries,
    privacy.queries,
)
DESK = "/pulpit/"


def links_of(user, path: str = "/") -> dict[str, str]:
    request = RequestFactory().get(path)
    request.user = user
    return {link.url: link.current for link in navigation({"request": request}).links}


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    response = client.get(DESK)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={DESK}"


def test_a_newcomer_is_told_to_find_their_unit_first(client):
    client.force_login(make_user())
    page = client.get(DESK).content.decode()
    assert "Zacznij od wskazania swojego samorządu" in page
    assert reverse("accounts:unit_search") in page
    assert "Do zrobienia" not in page


def test_a_newcomer_sees_until_when_entries_can_be_filed(client):
    make_edition(title="Edycja próbna")
    client.force_login(make_user())
    assert "Edycja próbna" in client.get(DESK).content.decode()


def test_who_waits_for_approval_sees_the_request(client):
    user = make_user()
    Membership.objects.create(user=user, unit=make_unit("Przykładowo"), status=MembershipStatus.PENDING)
    client.force_login(user)
    page = client.get(DESK).content.decode()
    assert "Czeka na zatwierdzenie" in page
    assert "Przykładowo" in page


def test_a_member_is_one_press_from_a_new_entry_while_the_call_is_open(client):
    edition = make_edition()
    client.force_login(make_member(make_unit()))
    assert reverse("applications:start", args=[edition.slug]) in client.get(DESK).content.decode()


def test_no_new_entry_is_offered_when_no_call_is_open(client):
    edition = make_edition(Phase.SCORING)
    client.force_login(make_member(make_unit()))
    assert reverse("applications:start", args=[edition.slug]) not in client.get(DESK).content.decode()


def test_the_desk_with_nothing_to_do_says_so(client):
    client.force_login(make_member(make_unit()))
    assert "Nic na Ciebie nie czeka" in client.get(DESK).content.decode()


def test_todos_of_all_apps_are_merged_the_urgent_and_the_nearest_first(monkeypatch):
    user = make_user()
    soon, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    for app in TELLERS:
        monkeypatch.setattr(app, "todos_for", lambda user, *_known, **_desks: [])
    told = [Todo("bez daty", "/", "x"), Todo("później", "/", "x", due_at=late), Todo("pilne", "/", "x", urgent=True)]
    monkeypatch.setattr(TELLERS[0], "todos_for", lambda user, *_known, **_desks: told)
    wait = [Todo("wcześniej", "/", "x", due_at=soon)]
    monkeypatch.setattr(TELLERS[-1], "todos_for", lambda user, *_known, **_desks: wait)
    assert [todo.title for todo in todos_for(user)] == ["pilne", "wcześniej", "później", "bez daty"]


@pytest.mark.parametrize("app", TELLERS, ids=lambda app: app.__name__)
def test_every_app_that_has_todos_is_asked(monkeypatch, app):
    monkeypatch.setattr(app, "todos_for", lambda user, *_known, **_desks: [Todo("stąd", "/", "x")])
    assert [todo.title for todo in todos_for(make_user())] == ["stąd"]


def test_nobody_is_asked_for_a_desk_they_do_not_have(client, settings):
    """The look at the background work is shared by all who open a page within seconds."""
    settings.CACHES = settings.CACHES | {"copies": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    officer = make_officer()
    make_edition(Phase.DECISION)
    client.force_login(officer)
    assert client.get(DESK).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(DESK).status_code == 200
    statements = [query["sql"].split(" WHERE ")[0] for query in captured]
    assert sum('FROM "contest_edition"' in statement for statement in statements) <= 3  # organised, diplomas, privacy
    assert not any('FROM "jury_assignment"' in s or 'FROM "contest_jurymember"' in s for s in statements)
    assert len(captured) <= 12, [query["sql"][:90] for query in captured]


def test_desks_follow_memberships_jury_seats_and_roles():
    edition = make_edition()
    nobody, member, officer = make_user(), make_member(make_unit()), make_officer()
    juror, former = make_juror(edition).user, make_juror(edition, is_active=False).user
    assert not standing_of(nobody).any
    assert not standing_of(former).any
    desks = [standing_of(person) for person in (member, juror, officer)]
    assert [(desk.applicant, desk.juror, desk.organiser) for desk in desks] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_an_ended_or_refused_membership_opens_nothing():
    user = make_user()
    for status in (MembershipStatus.ENDED, MembershipStatus.REFUSED):
        Membership.objects.create(user=user, unit=make_unit(), status=status)
    assert not standing_of(user).applicant


def test_the_menu_shows_only_the_desks_one_has_and_where_one_is():
    edition = make_edition()
    both = make_user("Jan Juror", Role.AUDITOR)
    make_juror(edition, user=both)
    links = links_of(both, "/organizator/zgloszenia/7/")
    assert set(links) == {
        reverse(name)
        for name in ("contest:edition_list", "practices:list", "portal:desk", "jury:desk", "contest:organiser_editions")
    }
    assert links[reverse("contest:organiser_editions")] == "true"
    assert links[reverse("jury:desk")] == ""
    assert links_of(both, DESK)[DESK] == "page"


def test_the_menu_of_a_visitor_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("portal:privacy"))


@pytest.mark.parametrize("path", [DESK])
def test_the_desk_asks_the_database_as_often_for_one_edition_as_for_three(client, path, django_assert_max_num_queries):
    officer = make_officer()
    client.force_login(officer)

    def count() -> int:
        with django_assert_max_num_queries(60) as captured:
            client.get(path)
        return len(captured)

    make_edition(Phase.CALL)
    once = count()
    for _number in range(2):
        make_edition(Phase.CALL)
    assert count() == once
