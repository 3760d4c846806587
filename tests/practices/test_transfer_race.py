"""A withdrawal while an import rewrites the same record: it stands, whoever comes first."""

import json
import threading

import pytest
from django.utils import timezone

from practices.exchange import rows_of
from practices.models import Practice, PracticeContact
from practices.services import import_records, transfer, withdraw_contact_consent
from tests.factories import make_officer, make_voivodeship
from tests.practices.test_transfer import RECORD
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def withdraw_during_an_import(monkeypatch) -> Practice:
    """The import has read the record when the person withdraws, and writes it afterwards."""
    make_voivodeship()
    import_records(actor=None, rows=rows_of(json.dumps([RECORD]).encode()))
    changed = rows_of(json.dumps([RECORD | {"abstract": "Zmieniony"}]).encode())
    officer, contact = make_officer(), PracticeContact.objects.get()
    read, tried = threading.Event(), threading.Event()
    save = transfer._save

    def save_later(*args):
        read.set()
        tried.wait(1)  # the withdrawal is through by then, or waits for us
        return save(*args)

    def withdraw():
        assert read.wait(10)
        withdraw_contact_consent(actor=officer, contact_id=contact.pk)
        tried.set()

    monkeypatch.setattr(transfer, "_save", save_later)
    outcomes = together(lambda: import_records(actor=None, rows=changed), withdraw)
    assert raised(outcomes) == []
    return Practice.objects.get()


def test_a_consent_withdrawn_during_an_import_stays_withdrawn(monkeypatch):
    practice = withdraw_during_an_import(monkeypatch)
    assert practice.abstract == "Zmieniony"
    assert practice.contact_withdrawn_at <= timezone.now()
    assert not practice.contacts.exists()


def test_without_the_lock_an_import_undoes_the_withdrawal(monkeypatch):
    """The negative control."""
    rows = Practice.objects.select_related("unit", "voivodeship").prefetch_related("tools", "contacts")
    monkeypatch.setattr(transfer, "_locked_records", rows.all)
    practice = withdraw_during_an_import(monkeypatch)
    assert practice.contact_withdrawn_at is None
