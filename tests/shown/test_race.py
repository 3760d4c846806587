"""Case 61 on PostgreSQL: a fact changes while the act already waits for the lock; it is read again behind it."""

import threading

import pytest
from django.db import transaction

from awards.models import Decision
from awards.queries import sessions as queries
from awards.queries import shown as pages
from awards.services import close_session
from common.locking import lock_row
from common.web.shown import Act, Changed
from contest.models import Edition
from tests.shown.acts import _session
from tests.together import raised, together, until_somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _race() -> tuple[list[Exception], bool]:
    """One window changes the decision and commits late; the other has pressed meanwhile and waits."""
    edition, chair, session, _entry = _session()
    session.refresh_from_db()
    token = pages.closing.token(
        session, chair.user, decisions=queries.decisions_of(session), present=queries.present_at(session), left=[]
    )
    held = threading.Event()

    def other_window() -> None:
        with transaction.atomic():
            lock_row(Edition.objects.all(), pk=edition.pk)
            held.set()
            Decision.objects.filter(session=session).update(kind="FINALIST")
            until_somebody_waits()

    def press() -> None:
        held.wait(20)
        close_session(actor=chair.user, session_id=session.pk, shown=token)

    outcomes = together(other_window, press)
    session.refresh_from_db()
    return raised(outcomes), session.closed_at is not None


@pytest.mark.case(61)
def test_a_decision_changed_while_the_act_waits_for_the_lock_is_seen(figure) -> None:
    refused, closed = _race()
    assert [type(error) for error in refused] == [Changed]
    assert not closed
    figure("changed and committed while closing waited for the lock: refused")


@pytest.mark.case(61, control=True)
def test_without_reading_again_the_other_decision_is_sealed(monkeypatch, figure) -> None:
    monkeypatch.setattr(Act, "require", lambda *_given, **_more: None)
    refused, closed = _race()
    assert (refused, closed) == ([], True)
    figure("the same without the check: the session closed on a decision nobody had read")
