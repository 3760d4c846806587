"""Sessions are found by a statement kept ready, and end as Django's own do."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.sessions import SessionStore

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
