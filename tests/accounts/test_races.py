"""Two acts about one person at once: the newest entry of the journal holds the newest state (case 63)."""

import threading

import pytest
from django.db import transaction

from accounts import services
from accounts.models import Role, User
from common import journal
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from tests.factories import make_user
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.case(63)]
READ_FIRST = "email_confirm"


def rename_while_another_act_is_noted(monkeypatch) -> list[str]:
    """One act has read the person for the journal; before it writes, another renames, if it can, and notes that."""
    person = make_user()
    seal_baseline()
    has_read, has_renamed = threading.Event(), threading.Event()
    record = journal.record

    def slow(*, action: str, **entry):
        if action == f"account.{READ_FIRST}":
            has_read.set()
            has_renamed.wait(0.5)
        return record(action=action, **entry)

    def rename() -> None:
        has_read.wait(10)
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(full_name="Nowe Imię")
            services.note_account(actor=person, person=person, event="renamed")
        has_renamed.set()

    monkeypatch.setattr(journal, "record", slow)
    acts = (lambda: services.note_account(actor=person, person=person, event=READ_FIRST), rename)
    assert raised(together(*acts)) == []
    return verify_all(media=False).problems


def test_the_newest_entry_about_a_person_holds_the_newest_state(monkeypatch):
    assert rename_while_another_act_is_noted(monkeypatch) == []


@pytest.mark.case(63, control=True)
def test_without_the_lock_the_newest_entry_holds_what_was(monkeypatch):
    monkeypatch.setattr(services, "lock_row", lambda queryset, **lookup: queryset.get(**lookup))
    assert [text for text in rename_while_another_act_is_noted(monkeypatch) if "changed: accounts.user" in text]


def test_two_roles_given_at_once_wait_for_each_other_in_turn():
    admin, person = make_user("", Role.ADMIN), make_user()
    seal_baseline()
    grants = [
        lambda role=role: services.grant_role(actor=admin, email=person.email, role=role)
        for role in (Role.OFFICER, Role.AUDITOR, Role.ADMIN)
    ]
    assert raised(together(*grants)) == []
    assert User.objects.get(pk=person.pk).is_staff
    assert verify_all(media=False).problems == []
