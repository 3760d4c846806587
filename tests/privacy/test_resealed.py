"""An entry that seals rows anew excuses nothing unless a removal of personal data is behind it (case 63)."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from awards.models import Award, Decision
from common.kernel import evidence
from common.kernel.comparison import verify_all
from common.models import JournalEntry
from common.sealing import seal_entries
from notifications.models import OutboxMessage
from notifications.services import deliver_due
from privacy.services import remove_person
from tests.common.kernel.world import announced_world

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return announced_world()


def insert(table: str, facts: str, data: str = "{}", action: str = "journal.reseal") -> int:
    """As whoever writes in the database would: no act, no command."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_journalentry (happened_at, action, target_type, target_id, data, facts) "
            "VALUES (%s, %s, %s, 0, %s, %s)",
            [timezone.now(), action, table, data, facts],
        )
    return JournalEntry.objects.order_by("pk").values_list("pk", flat=True).last()


def digest(row) -> str:
    described = evidence.of(row)
    return '{"%s": {"%s": "%s"}}' % (described.label, row.pk, described.digest_of(described.rows().get(pk=row.pk)))  # noqa: UP031


def found() -> list[str]:
    seal_entries()
    return verify_all().problems


def test_it_does_not_excuse_a_row_that_no_removal_empties(world):
    award = Award.objects.first()
    Award.objects.filter(pk=award.pk).update(title="x")
    insert("awards.award", digest(award))
    assert f"resealed: awards.award {award.pk}: sealed anew as if a removal had emptied it, which none did" in found()


def test_it_does_not_excuse_a_row_that_was_changed_and_not_emptied(world):
    mail = OutboxMessage.objects.filter(status="SENT").first()
    OutboxMessage.objects.filter(pk=mail.pk).update(text="x")
    insert("notifications.outboxmessage", digest(mail), '{"act": []}')
    assert [text for text in found() if text.startswith(f"resealed: notifications.outboxmessage {mail.pk}:")]


@pytest.mark.parametrize("data", ["{}", '{"act": ["contest.edition", 1]}', '{"act": []}', '{"act": 7}', '{"act": [1]}'])
def test_it_is_named_without_an_act_of_removal_even_where_the_row_is_emptied(world, data):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_eligibilitycheck SET note = ''")
    number = insert("applications.eligibilitycheck", "{}", data)
    named = f"common.journalentry {number}: applications.eligibilitycheck was sealed anew, and no removal of personal"
    assert any(text.startswith(named) for text in found())


def test_an_inserted_act_is_named_where_nobody_was_removed(world):
    insert("applications.eligibilitycheck", "{}", f'{{"act": ["contest.edition", {world.edition.pk}]}}')
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_journalentry (happened_at, action, target_type, target_id, data, facts) "
            "VALUES (%s, 'edition.remove_persons', 'contest.edition', %s, '{}', '{}')",
            [timezone.now(), world.edition.pk],
        )
    assert any("no removal of personal data is behind it" in text for text in found())


@pytest.mark.parametrize("action", ["journal.reseal", "journal.baseline"])
def test_a_list_takes_no_row_away(world, action):
    decision = Decision.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM awards_decision WHERE id = %s", [decision.pk])
    insert("awards.decision", f'{{"awards.decision": {{"{decision.pk}": null}}}}', action=action)
    assert any(text.startswith(f"resealed: awards.decision {decision.pk}:") for text in found())


def test_a_baseline_inserted_later_excuses_neither_a_changed_row_nor_an_added_one(world):
    award = Award.objects.first()
    Award.objects.filter(pk=award.pk).update(title="x")
    number = insert("awards.award", digest(award), action="journal.baseline")
    told = found()
    assert any(text.startswith(f"resealed: awards.award {award.pk}:") for text in told)
    assert f"common.journalentry {number}: seals rows of awards.award as a baseline, and no upgrade says so" in told
    for name in ("awards.award", "awards.award+1"):
        insert("common.evidencekey", "{}", f'{{"tables": ["{name}"]}}', action="journal.baseline")
        assert any(text.endswith(f"a second baseline of {name}, which no upgrade makes") for text in found())


def test_a_removal_is_silent_and_each_entry_is_listed_with_when_by_whom_and_how_many(world):
    """A control: by the service."""
    address = User.objects.filter(memberships__isnull=False).first().email
    deliver_due()
    written = OutboxMessage.objects.filter(recipient=address).count()
    remove_person(email=address)
    assert found() == []
    outcome = verify_all()
    assert len(outcome.removals) >= 2
    assert any(f"by the service: {written} row(s) of notifications.outboxmessage" in text for text in outcome.removals)
    said = StringIO()
    call_command("verify_all", stdout=said)
    assert said.getvalue().count("note: sealed after a removal of personal data: entry") == len(outcome.removals)
