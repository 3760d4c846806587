"""A withdrawal while the announcement publishes: it counts, or the person is sent on to the practice's page."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from applications.models import Application
from applications.services import contact_consent
from awards.models import Award
from common.errors import Conflict
from common.locking import lock_row
from contest.models import Edition
from contest.workflow import Phase
from practices.models import PracticeContact
from practices.services import publish_announced
from tests.factories import make_application, make_edition, make_officer
from tests.practices.makers import make_version

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def announce(entry: Application, published: threading.Event, answered: threading.Event) -> None:
    """An announcement that has published and commits once the other act was answered, or waits for it in vain."""
    try:
        with transaction.atomic():
            Edition.objects.filter(pk=entry.edition_id).update(phase=Phase.ANNOUNCED, announced_at=timezone.now())
            Award.objects.create(
                edition_id=entry.edition_id,
                application=entry,
                kind="LAUREATE",
                unit=entry.unit,
                unit_name="miasto",
                title=entry.title,
            )
            publish_announced(edition_id=entry.edition_id)
            published.set()
            answered.wait(1)
    finally:
        connection.close()


def withdraw_meanwhile() -> BaseException | None:
    """What the withdrawal was answered, after both are over."""
    entry = make_application(make_edition(Phase.DECISION), state="LAUREATE", contact_name="Ewa Znana")
    make_version(entry)
    officer = make_officer()
    published, answered = threading.Event(), threading.Event()
    thread = threading.Thread(target=announce, args=(entry, published, answered))
    thread.start()
    assert published.wait(10)
    refusal = None
    try:
        contact_consent.withdraw_contact_consent(actor=officer, application_id=entry.pk)
    except Conflict as conflict:
        refusal = conflict
    answered.set()
    thread.join()
    return refusal


def test_who_withdraws_while_results_are_announced_is_told_where_they_are_published():
    assert "praktyki" in str(withdraw_meanwhile())
    assert PracticeContact.objects.count() == 1


def test_without_the_editions_lock_a_withdrawal_is_accepted_and_the_person_published(monkeypatch):
    """The negative control."""
    rows = Application.objects.select_related("edition", "unit")
    monkeypatch.setattr(contact_consent, "entry_with_edition", lambda pk: lock_row(rows, pk=pk))
    assert withdraw_meanwhile() is None
    assert PracticeContact.objects.count() == 1
