"""Sessions are found by a statement kept ready, and end as Django's own do."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from common.sessions import SessionStore
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    session = SessionStore()
    session["said"] = "dzień dobry"
    session.save()
    return session.session_key


def test_a_session_is_found_by_its_key_in_one_statement(key, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert SessionStore(key)["said"] == "dzień dobry"


def test_an_expired_session_is_none(key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    found = SessionStore(key)
    assert found.load() == {}
    assert found.session_key is None


def test_an_unknown_key_is_none():
    found = SessionStore("nobody-has-this-key")
    assert found.load() == {}
    assert found.session_key is None


# --- A session runs from its last use -------------------------------------------------------------
START = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
PAGE = "/pulpit/"


@pytest.fixture
def visitor(client):
    """Signed in at 8:00; gives the clock and the browser."""
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(make_user())
        yield client, clock


def at(visitor, **later):
    client, clock = visitor
    clock.move_to(START + timedelta(**later))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(PAGE)
    return answer, [query["sql"] for query in asked if "django_session" in query["sql"]]


def test_twelve_idle_hours_end_a_session_and_any_use_moves_its_end(visitor):
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    for hours in (11, 22, 33):
        answer, _asked = at(visitor, hours=hours)
        assert answer.status_code == 200
    answer, _asked = at(visitor, hours=33 + 12, seconds=1)
    assert answer.status_code == 302


def test_a_session_is_renewed_at_most_every_ten_minutes_by_one_statement(visitor, figure):
    """Within ten minutes a page writes nothing and asks no more; then one UPDATE, and the cookie lives on with it."""
    statements = []
    for minutes in (1, 5, 10, 11, 12, 20, 22):
        answer, asked = at(visitor, minutes=minutes)
        statements.append(len(asked))
        assert ("sessionid" in answer.cookies) == (len(asked) == 2)
    assert statements == [1, 1, 1, 2, 1, 1, 2]
    answer, _asked = at(visitor, minutes=40)
    assert answer.cookies["sessionid"]["max-age"] == 12 * 3600
    figure(f"statements about the session on pages after 1, 5, 10, 11, 12, 20, 22 minutes: {statements}")


def test_a_cookie_that_ends_with_the_browser_goes_on_ending_with_it(visitor):
    """Signed in without "remember me"."""
    client, _clock = visitor
    session = client.session
    session.set_expiry(0)
    session.save()
    answer, asked = at(visitor, hours=11)
    assert len(asked) == 2
    assert "sessionid" not in answer.cookies
    assert at(visitor, hours=22)[0].status_code == 200


def test_a_page_that_asks_again_by_itself_is_no_use(visitor):
    client, clock = visitor
    for hours in (4, 8, 11.9):
        clock.move_to(START + timedelta(hours=hours))
        assert client.get(PAGE, headers={"HX-Request": "true"}).status_code == 200
    assert at(visitor, hours=12, seconds=1)[0].status_code == 302


def test_renewing_brings_no_ended_session_back_and_keeps_what_others_put_in(visitor):
    client, clock = visitor
    mine = SessionStore(client.cookies["sessionid"].value)
    assert mine["_auth_user_id"]
    other = SessionStore(mine.session_key)
    other["put in"] = "meanwhile"
    other.save()
    clock.move_to(START + timedelta(hours=1))
    assert mine.renew()
    assert SessionStore(mine.session_key)["put in"] == "meanwhile"
    other.flush()
    assert not mine.renew()
    assert not Session.objects.exists()


def test_a_renewed_session_still_ends_with_the_password(visitor):
    _client, _clock = visitor
    assert at(visitor, hours=11)[0].status_code == 200
    user = User.objects.get()
    user.set_password("zupelnie-inne-haslo-2")
    user.save()
    assert at(visitor, hours=11, minutes=30)[0].status_code == 302
