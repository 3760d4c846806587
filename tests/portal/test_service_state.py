"""The organiser's page about the service: what does not work, since when, what it means, what to do."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from awards.models import Certificate
from common.heartbeats import BACKUP, SEALER, intervals
from common.journal import record
from common.models import JournalEntry, TaskRun
from notifications.models import OutboxMessage, OutboxStatus
from portal import state_words
from tests.awards.makers import diploma
from tests.factories import make_user
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:service_state")
DESK = reverse("portal:desk")
EDITIONS = reverse("contest:organiser_editions")


@pytest.fixture
def officer(client):
    person = make_user("Olga Officer", Role.OFFICER)
    client.force_login(person)
    return person


@pytest.fixture
def alive():
    TaskRun.objects.bulk_create([TaskRun(name=name, succeeded_at=timezone.now()) for name in [*intervals(), SEALER]])


def message(number: int, status: str = OutboxStatus.PENDING, minutes: int = 0) -> None:
    OutboxMessage.objects.create(
        kind="x",
        subject_key=str(number),
        recipient="a@example.org",
        message_id=f"<{number}@x>",
        status=status,
        due_at=timezone.now() - timedelta(minutes=minutes),
    )


def part(client, name: str) -> state_words.Part:
    [found] = [part for part in client.get(PAGE).context["parts"] if part.name == name]
    return found


def test_the_page_is_for_those_who_organise_or_audit(client):
    assert client.get(PAGE).status_code == 302
    client.force_login(make_user())
    assert client.get(PAGE).status_code == 404
    for role in Role.values:
        client.force_login(make_user("", role))
        assert client.get(PAGE).status_code == 200


def test_when_all_is_well_the_page_says_so_and_the_desk_nothing(client, officer, alive, monkeypatch):
    monkeypatch.setattr(state_words, "_journal_rights", lambda: iter(()))  # the tests' database has one role
    answer = client.get(PAGE)
    assert answer.context["troubles"] == []
    assert "Wszystko działa." in answer.content.decode()
    assert PAGE not in client.get(DESK).content.decode()
    assert PAGE in client.get(EDITIONS).content.decode()


def test_a_background_that_stands_still_is_told_with_its_hour(client, officer, alive):
    TaskRun.objects.update(succeeded_at=timezone.now() - timedelta(minutes=9))
    told = part(client, "Praca w tle")
    assert told.tone == "danger"
    assert state_words.moment(timezone.now() - timedelta(minutes=9)) in told.what
    assert told.meaning
    assert told.step
    for page in (DESK, EDITIONS):
        assert told.what in client.get(page).content.decode()


def test_the_warning_is_not_for_those_who_cannot_help(client):
    client.force_login(make_user())
    assert PAGE not in client.get(DESK).content.decode()


def test_a_task_that_is_late_or_fails_is_named(client, officer, alive):
    row = TaskRun.objects.filter(pk="contest.tasks.advance_phases")
    row.update(succeeded_at=timezone.now() - timedelta(minutes=9))
    assert "Zamykanie naborów po terminie" in part(client, "Praca w tle").what
    row.update(succeeded_at=timezone.now(), failing_since=timezone.now(), error="ValueError")
    told = part(client, "Praca w tle")
    assert told.tone == "warning"
    assert "Zamykanie naborów po terminie" in told.what


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 wiadomość czeka"), (2, "2 wiadomości czekają"), (5, "5 wiadomości czeka")],
)
def test_mail_that_waits_is_counted_in_polish(client, officer, alive, count, words):
    for number in range(count):
        message(number, minutes=12)
    told = part(client, "Poczta")
    assert told.tone == "danger"
    assert words in told.what


def test_mail_on_its_way_is_no_trouble(client, officer, alive):
    message(1, minutes=1)
    assert part(client, "Poczta").tone == "success"


def test_mail_that_reached_nobody_leads_to_its_list(client, officer, alive):
    message(1, OutboxStatus.DEAD)
    message(2, OutboxStatus.BOUNCED)
    told = part(client, "Poczta")
    assert told.tone == "warning"
    assert [link.url.partition("?")[2] for link in told.links] == ["status=DEAD", "status=BOUNCED"]
    assert all(client.get(link.url).status_code == 200 for link in told.links)


def test_documents_that_wait_or_failed_are_told(client, officer, alive):
    OutboxMessage.objects.all().delete()
    made = diploma()
    Certificate.objects.filter(pk=made.pk).update(status="PENDING", due_at=timezone.now() - timedelta(minutes=11))
    assert part(client, "Dyplomy i potwierdzenia").tone == "danger"
    Certificate.objects.filter(pk=made.pk).update(status="FAILED", due_at=None)
    told = part(client, "Dyplomy i potwierdzenia")
    assert told.tone == "warning"
    assert [client.get(link.url).status_code for link in told.links] == [200]


def test_a_journal_without_seals_is_told(client, officer, alive):
    with transaction.atomic():
        entry = record(actor=None, action="x", target=officer)
    assert part(client, "Dziennik").tone == "success"
    with as_owner():
        JournalEntry.objects.filter(pk=entry.pk).update(happened_at=timezone.now() - timedelta(minutes=6))
    assert part(client, "Dziennik").tone == "danger"


def test_a_sealer_that_stands_still_is_told_with_its_hour(client, officer, alive):
    TaskRun.objects.filter(pk=SEALER).update(succeeded_at=timezone.now() - timedelta(minutes=9))
    told = part(client, "Dziennik")
    assert told.tone == "danger"
    assert state_words.moment(timezone.now() - timedelta(minutes=9)) in told.what
    assert part(client, "Praca w tle").tone == "success"
    TaskRun.objects.filter(pk=SEALER).delete()
    assert part(client, "Dziennik").tone == "danger"


@pytest.mark.parametrize("state", ["frozen", "stopped"])
def test_a_broker_that_is_away_costs_the_page_no_more_than_two_seconds(
    client, officer, alive, settings, redis_server, state
):
    settings.CELERY_BROKER_URL = redis_server.url
    assert part(client, "Kolejka zadań (Redis)").tone == "success"
    redis_server.freeze() if state == "frozen" else redis_server.stop()
    started = timezone.now()
    told = part(client, "Kolejka zadań (Redis)")
    assert timezone.now() - started < timedelta(seconds=2)
    assert told.tone == "danger"
    assert "nie przepadnie" in told.step


def test_a_broker_that_answers_and_takes_nothing_is_told(client, officer, alive, settings, redis_server):
    settings.CELERY_BROKER_URL = redis_server.url
    redis_server.client.replicaof("127.0.0.1", 1)
    told = part(client, "Kolejka zadań (Redis)")
    assert told.tone == "danger"
    assert "nie przyjmuje" in told.what


def test_a_storage_that_fails_and_a_full_disk_are_told(client, officer, alive, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(state_words, "DISK_FREE_AT_LEAST", 10**18)
    assert part(client, "Pliki").tone == "warning"
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("no folder")
    assert part(client, "Pliki").tone == "danger"


@pytest.mark.parametrize(("hours", "tone"), [(None, "neutral"), (1, "success"), (37, "warning")])
def test_the_age_of_the_last_backup_is_told(client, officer, alive, hours, tone):
    if hours is not None:
        TaskRun.objects.create(name=BACKUP, succeeded_at=timezone.now() - timedelta(hours=hours))
    assert part(client, "Kopia zapasowa").tone == tone


def test_a_backup_is_no_sign_of_life(client, officer):
    TaskRun.objects.create(name=BACKUP, succeeded_at=timezone.now())
    assert part(client, "Praca w tle").tone == "danger"


def test_the_page_asks_the_same_however_much_waits(client, officer, alive):
    client.get(PAGE)
    message(1, OutboxStatus.DEAD)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    for number in range(2, 9):
        message(number, OutboxStatus.DEAD, minutes=20)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few) <= 12


def test_every_task_of_the_timetable_has_words():
    assert set(intervals()) <= set(state_words.TASKS)


def test_a_moment_is_told_with_its_day_when_it_was_not_today():
    yesterday = timezone.now() - timedelta(days=1)
    assert state_words.moment(timezone.now()).count(":") == 1
    assert str(yesterday.year) in state_words.moment(yesterday)
