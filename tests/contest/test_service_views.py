"""The organiser's pages about mail and the journal."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from common.journal import record
from common.models import JournalEntry
from common.sealing import seal_entries
from notifications.models import OutboxMessage, OutboxStatus
from tests.factories import make_edition, make_juror, make_user
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db
MESSAGES = reverse("contest:messages")
JOURNAL = reverse("contest:journal")


@pytest.fixture
def officer(client):
    person = make_user("Olga Officer", Role.OFFICER)
    client.force_login(person)
    return person


def message(number: int = 1, **fields) -> OutboxMessage:
    values = {
        "kind": "application_submitted",
        "subject_key": f"application:{number}",
        "recipient": f"gmina{number}@example.org",
        "language": "pl",
        "subject": f"Zgłoszenie {number} przyjęte",
        "text": "Dzień dobry <b>Państwu</b>\nhttp://example.org/zgloszenie",
        "html": "<p>Dzień dobry</p><script>alert(1)</script>",
        "rendered": True,
        "message_id": f"<{number}@example.org>",
        "status": OutboxStatus.SENT,
    }
    return OutboxMessage.objects.create(**values | fields)


def entry(person, number: int = 1, **data) -> JournalEntry:
    with transaction.atomic():
        return record(actor=person, action=f"thing.{number}", target=person, **data)


@pytest.mark.parametrize("address", [MESSAGES, JOURNAL])
def test_the_pages_are_for_organisers_and_auditors_only(client, address):
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    for role in (Role.OFFICER, Role.AUDITOR):
        client.force_login(make_user("", role))
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("kind", ["account_reset_password", "account_confirm_email"])
def test_a_link_that_acts_for_its_recipient_is_shown_to_nobody_else(client, officer, kind):
    secret = message(kind=kind, text="https://slz.example/TAJNY-LINK", html="<p>TAJNY-LINK</p>")
    page = client.get(reverse("contest:message_detail", args=[secret.pk]))
    assert page.status_code == 200
    assert "TAJNY-LINK" not in page.content.decode()
    assert client.get(reverse("contest:message_html", args=[secret.pk])).status_code == 404


@pytest.mark.parametrize(("address", "make"), [(MESSAGES, "message"), (JOURNAL, "entry")])
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(client, officer, address, make):
    edition = make_edition()

    def add(number: int) -> None:
        if make == "message":
            message(number, edition_id=edition.pk)
        else:
            entry(make_user(), number, edition_id=edition.pk)
            seal_entries()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    add(1)
    client.get(address)
    one = queries()
    add(2)
    add(3)
    assert queries() == one <= 12


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {1, 2, 3}),
        ({"status": "DEAD"}, {2}),
        ({"kind": "juror_assigned"}, {3}),
        ({"recipient": "GMINA1@"}, {1}),
        ({"status": "NONSENSE", "edition": "x"}, {1, 2, 3}),
        ({"status": "DEAD", "kind": "juror_assigned"}, set()),
    ],
)
def test_messages_are_narrowed_by_filters(client, officer, filters, found):
    message(1)
    message(2, status=OutboxStatus.DEAD)
    message(3, kind="juror_assigned")
    page = client.get(MESSAGES, filters).content.decode()
    assert {number for number in (1, 2, 3) if f"gmina{number}@example.org" in page} == found


def test_messages_of_one_edition_can_be_shown(client, officer):
    edition = make_edition()
    message(1, edition_id=edition.pk)
    message(2)
    page = client.get(MESSAGES, {"edition": edition.pk}).content.decode()
    assert "gmina1@example.org" in page
    assert "gmina2@example.org" not in page


def test_a_message_is_shown_as_text_with_its_markup_harmless(client, officer):
    page = client.get(reverse("contest:message_detail", args=[message().pk])).content.decode()
    assert "&lt;b&gt;Państwu&lt;/b&gt;" in page
    assert '<a href="http://example.org/zgloszenie"' in page
    assert "<script>alert" not in page
    assert reverse("contest:message_retry", args=[1]) not in page


def test_the_language_of_a_message_is_told_in_words(client, officer):
    page = client.get(reverse("contest:message_detail", args=[message(language="en").pk])).content.decode()
    assert "<dd>angielski</dd>" in page


def test_the_html_of_a_message_is_shown_in_a_sandbox(client, officer):
    answer = client.get(reverse("contest:message_html", args=[message().pk]))
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_a_message_that_cannot_be_made_says_why(client, officer):
    broken = message(rendered=False, kind="no_such_kind", status=OutboxStatus.DEAD, subject="")
    page = client.get(reverse("contest:message_detail", args=[broken.pk])).content.decode()
    assert "no_such_kind" in page
    assert client.get(reverse("contest:message_html", args=[broken.pk])).status_code == 404


def test_a_message_waiting_for_the_worker_is_shown_as_it_will_be(client, officer):
    context = {"at": "2026-05-04T08:00:00+00:00", "link": "http://example.org"}
    waiting = message(rendered=False, kind="outbox_alert", subject="", context=context)
    page = client.get(reverse("contest:message_detail", args=[waiting.pk])).content.decode()
    assert "4 maja 2026, 10:00" in page
    waiting.refresh_from_db()
    assert not waiting.rendered


@pytest.mark.parametrize("status", [OutboxStatus.DEAD, OutboxStatus.BOUNCED])
def test_an_officer_sends_a_lost_message_again(client, officer, status):
    lost = message(status=status, attempts=5)
    answer = client.post(reverse("contest:message_retry", args=[lost.pk]))
    assert answer["Location"] == reverse("contest:message_detail", args=[lost.pk])
    lost.refresh_from_db()
    assert (lost.status, lost.attempts, lost.message_id) == (OutboxStatus.PENDING, 0, "<1@example.org>")
    assert lost.due_at is not None
    note = JournalEntry.objects.get(action="message.retry")
    assert (note.actor_id, note.target_id, note.data) == (officer.pk, lost.pk, {"before": status})


@pytest.mark.parametrize("status", [OutboxStatus.SENT, OutboxStatus.PENDING, OutboxStatus.SENDING])
def test_a_message_that_is_not_lost_is_not_sent_again(client, officer, status):
    kept = message(status=status)
    assert client.post(reverse("contest:message_retry", args=[kept.pk])).status_code == 409
    assert not JournalEntry.objects.exists()


def test_an_auditor_reads_but_sends_nothing(client):
    client.force_login(make_user("", Role.AUDITOR))
    lost = message(status=OutboxStatus.DEAD)
    address = reverse("contest:message_retry", args=[lost.pk])
    assert address not in client.get(reverse("contest:message_detail", args=[lost.pk])).content.decode()
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("name", ["message_detail", "message_html"])
def test_an_unknown_message_is_not_found(client, officer, name):
    assert client.get(reverse(f"contest:{name}", args=[999])).status_code == 404


def test_the_journal_shows_who_did_what_and_that_its_seal_holds(client, officer):
    edition = make_edition()
    entry(officer, 1, edition_id=edition.pk, before="DRAFT", numbers=[1, 2])
    seal_entries()
    entry(officer, 2)
    page = client.get(JOURNAL).content.decode()
    assert "Olga Officer" in page
    assert "przed zmianą: wersja robocza" in page
    assert "numbers: 1, 2" in page
    assert edition.title in page
    assert "tag--success" in page
    assert "tag--warning" in page
    assert "tag--danger" not in page


def test_the_journal_marks_an_altered_entry(client, officer):
    changed = entry(officer)
    seal_entries()
    with as_owner():
        JournalEntry.objects.filter(pk=changed.pk).update(action="forged")
    assert "tag--danger" in client.get(JOURNAL).content.decode()


def test_the_journal_is_narrowed_by_filters(client, officer):
    other = make_user("Adam Autor")
    entry(officer, 1)
    entry(other, 2)
    page = client.get(JOURNAL, {"target_type": "accounts.user", "target_id": other.pk}).content.decode()
    assert "Adam Autor" in page
    assert "<strong>thing.1</strong>" not in page
    page = client.get(JOURNAL, {"action": "thing.1"}).content.decode()
    assert "<strong>thing.1</strong>" in page
    assert "<strong>thing.2</strong>" not in page


def test_an_act_of_the_service_itself_has_no_person(client, officer):
    with transaction.atomic():
        record(actor=None, action="call.close", target=officer)
    assert ">the service<" in client.get(JOURNAL, {"lang": "en"}).content.decode()


def test_the_journal_names_an_act_in_words_and_is_filtered_by_them(client, officer):
    with transaction.atomic():
        record(actor=officer, action="role.grant", target=officer)
    page = client.get(JOURNAL).content.decode()
    assert "<strong>Nadano rolę</strong>" in page
    assert '<option value="role.grant">Nadano rolę</option>' in page
    assert '<option value="accounts.user">Osoba</option>' in page


def test_the_journal_names_an_edition_in_the_language_of_the_reader(client, officer):
    edition = make_edition(title="Edycja próbna", title_en="Trial edition")
    entry(officer, 1, edition_id=edition.pk)
    assert "Trial edition</small>" in client.get(JOURNAL, {"lang": "en"}).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_mail_of_an_edition_is_closed_to_whoever_sits_on_its_jury(client, role):
    """It quotes findings of the review, reasons and awards: what the reader may know as a juror only (ADR 60)."""
    edition, person = make_edition(), make_user("", role)
    other, hidden = message(1), message(2, edition_id=edition.pk, recipient="gmina@example.org")
    make_juror(edition, user=person, is_active=False)
    client.force_login(person)
    page = client.get(MESSAGES).content.decode()
    assert reverse("contest:message_detail", args=[other.pk]) in page
    assert "gmina@example.org" not in page
    for name in ("message_detail", "message_html"):
        assert client.get(reverse(f"contest:{name}", args=[other.pk])).status_code == 200
        assert client.get(reverse(f"contest:{name}", args=[hidden.pk])).status_code == 404
    assert client.post(reverse("contest:message_retry", args=[hidden.pk])).status_code == 404
