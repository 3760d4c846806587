"""Two acts at the same moment; each test has a control that shows the race when the lock is off."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from common.canonical import sha256_of
from common.errors import Conflict
from common.locking import share_deadline
from contest import services
from contest.queries import rules_of
from contest.rules import Section
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import changed, preparation, reread
from tests.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def slow_read_without_a_lock(queryset: Any, **lookup: Any) -> Any:
    row = queryset.get(**lookup)
    time.sleep(0.2)
    return row


# --- Amendments ---------------------------------------------------------------------------------
def amend_at_once(monkeypatch, *, locked: bool) -> tuple[Any, list[Any]]:
    edition, officer = preparation(), factories.make_officer()
    services.publish_call(actor=officer, edition_id=edition.pk, expected_sha256=sha256_of(rules_of(edition)))
    edition = reread(edition)
    change = changed(edition, Section.DATA, theme="kultura")
    arguments = {"actor": officer, "edition_id": edition.pk, "section": Section.DATA, "revision": edition.revision}
    digest = services.preview_amendment(**arguments, change=change).sha256
    if not locked:
        monkeypatch.setattr("contest.services.publishing.exclude_submitters", lambda _edition_id: None)
        monkeypatch.setattr("contest.services.locks.lock_row", slow_read_without_a_lock)

    def act() -> Any:
        return services.publish_amendment(**arguments, change=change, reason="Prośba gmin.", expected_sha256=digest)

    return edition, together(*[act] * 6)


def test_of_six_equal_amendments_at_once_one_is_published_and_five_are_told(monkeypatch):
    edition, results = amend_at_once(monkeypatch, locked=True)
    assert sorted(edition.rules_versions.values_list("number", flat=True)) == [1, 2]
    assert sum(isinstance(result, Conflict) for result in results) == 5


def test_control_without_the_lock_the_others_are_not_told_but_fail(monkeypatch):
    _edition, results = amend_at_once(monkeypatch, locked=False)
    assert sum(isinstance(result, Conflict) for result in results) < 5


# --- Closing the call while somebody submits ----------------------------------------------------
def close_while_submitting() -> tuple[bool, str]:
    """Whether the submitter was done before the call was closed."""
    edition = factories.make_edition(submission_deadline=timezone.now() - timedelta(seconds=1))
    holding = threading.Event()
    finished: list[str] = []

    def submit() -> None:
        with transaction.atomic():
            share_deadline(edition.pk)
            holding.set()
            time.sleep(0.5)
            finished.append("submitter")

    def close() -> None:
        assert holding.wait(10)
        services.close_call(actor=None, edition_id=edition.pk)
        finished.append("closing")

    assert together(submit, close) == [None, None]
    return finished == ["submitter", "closing"], reread(edition).phase


def test_closing_waits_for_whoever_is_submitting():
    assert close_while_submitting() == (True, Phase.FORMAL_REVIEW)


def test_control_without_the_lock_the_call_closes_under_the_submitter(monkeypatch):
    monkeypatch.setattr("contest.services.phases.exclude_submitters", lambda _edition_id: None)
    assert close_while_submitting() == (False, Phase.FORMAL_REVIEW)
