"""How long an edition's personal data is kept: set by organisers, shown to all, reminded of, never enforced."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.queries import rules_of
from contest.workflow import Phase
from notifications.models import OutboxMessage
from privacy.queries import due_editions, todos_for
from privacy.services import remind_of_retention, remove_persons, set_retention
from tests.factories import PASSWORD, make_application, make_edition, make_juror, make_officer, make_user
from tests.pressing import press

pytestmark = pytest.mark.django_db


def announced(days_ago: int, **fields) -> Edition:
    return make_edition(Phase.ANNOUNCED, announced_at=timezone.now() - timedelta(days=days_ago), **fields)


# --- Counting -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "months", "last"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, date(2027, 2, 28)),  # no 31 February
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 1, date(2027, 2, 1)),  # already the new year in Warsaw
        (datetime(2024, 2, 29, 12, tzinfo=UTC), 12, date(2025, 2, 28)),
    ],
)
def test_the_last_day_is_a_warsaw_day_months_after_the_announcement(moment, months, last):
    assert make_edition(Phase.ANNOUNCED, announced_at=moment, retention_months=months).retention_until == last


def test_a_running_edition_has_no_last_day_and_five_years_by_default():
    edition = make_edition(Phase.SCORING)
    assert edition.retention_until is None
    assert edition.retention_months == 60


def test_data_is_due_the_day_after_the_last():
    edition = announced(400, retention_months=12)
    assert edition.retention_until
    assert due_editions(edition.retention_until) == []
    assert due_editions(edition.retention_until + timedelta(days=1)) == [edition]


def test_an_edition_whose_data_was_removed_is_not_due_again():
    edition = announced(400, retention_months=1)
    remove_persons(actor=None, edition_id=edition.pk)
    assert due_editions() == []


# --- Setting --------------------------------------------------------------------------------------
def test_an_organiser_sets_it_at_any_time_and_the_rules_do_not_change():
    officer, edition = make_officer(), make_edition(Phase.SCORING)
    before = rules_of(edition)
    set_retention(actor=officer, edition_id=edition.pk, months=24)
    edition = Edition.objects.get(pk=edition.pk)
    assert edition.retention_months == 24
    assert rules_of(edition) == before
    act = JournalEntry.objects.get(action="edition.set_retention")
    assert act.data == {"before": 60, "after": 24}


@pytest.mark.parametrize("months", [0, -1, 241])
def test_a_time_out_of_reason_is_refused(months):
    with pytest.raises(Invalid):
        set_retention(actor=make_officer(), edition_id=make_edition().pk, months=months)


def test_others_may_not_set_it():
    edition = make_edition()
    for person in (make_user(), make_user("Audytor", Role.AUDITOR), make_juror(edition).user):
        with pytest.raises(NotPermitted):
            set_retention(actor=person, edition_id=edition.pk, months=5)


def test_after_the_removal_there_is_nothing_to_set():
    edition = announced(10)
    remove_persons(actor=None, edition_id=edition.pk)
    with pytest.raises(Conflict):
        set_retention(actor=make_officer(), edition_id=edition.pk, months=5)


# --- Reminding ------------------------------------------------------------------------------------
def test_officers_are_reminded_once_by_mail_and_on_their_desk_and_nothing_is_removed():
    edition = announced(400, retention_months=12)
    make_application(edition, contact_name="Ewa")
    officer = make_officer()
    make_juror(edition, user=make_officer("Na jury"))
    for _run in range(3):
        remind_of_retention()
    mail = OutboxMessage.objects.get(kind="retention_due")
    assert (mail.recipient, mail.edition_id) == (officer.email, edition.pk)
    assert [todo.url for todo in todos_for(officer)] == [f"/organizator/edycje/{edition.slug}/dane-osobowe/"]
    assert todos_for(make_user()) == []
    assert edition.applications.get().contact_name == "Ewa"


def test_a_longer_time_reminds_anew_when_it_ends():
    edition = announced(400, retention_months=1)
    make_officer()
    remind_of_retention()
    Edition.objects.filter(pk=edition.pk).update(retention_months=12)
    remind_of_retention()
    assert OutboxMessage.objects.filter(kind="retention_due").count() == 2


def test_the_desk_asks_the_same_number_of_questions_for_one_edition_and_for_three(django_assert_max_num_queries):
    officer = make_officer()
    announced(400, retention_months=1)
    assert officer.roles
    with django_assert_max_num_queries(1):
        todos_for(officer)
    announced(400, retention_months=1)
    announced(400, retention_months=1)
    with django_assert_max_num_queries(1):
        assert len(todos_for(officer)) == 3


# --- The pages ------------------------------------------------------------------------------------
def test_everybody_reads_until_when(client):
    edition = announced(0)
    page = client.get(f"/edycje/{edition.slug}/").content.decode()
    assert str(edition.retention_until.year) in page
    assert "/prywatnosc/" in page


def test_the_organisers_page_asks_for_the_word(client):
    edition, officer = announced(400), make_officer()
    make_application(edition, contact_name="Ewa")
    client.force_login(officer)
    address = f"/organizator/edycje/{edition.slug}/dane-osobowe/"
    assert 'name="typed_word"' in client.get(address).content.decode()
    assert client.post(address, {"typed_word": "tak"}).status_code == 422
    assert edition.applications.get().contact_name == "Ewa"
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert press(client, address, {"typed_word": "USUWAM"}, nth=-1)["Location"] == address
    assert edition.applications.get().contact_name == ""
    assert client.get(address).status_code == 200


def test_an_old_session_gives_the_password_and_the_removal_goes_on_by_itself(client):
    """Whoever finds a session open removes nobody; what the organiser sent is not lost."""
    edition = announced(400)
    make_application(edition, contact_name="Ewa")
    client.force_login(make_officer())
    address = f"/organizator/edycje/{edition.slug}/dane-osobowe/"
    asked = press(client, address, {"typed_word": "USUWAM"}, nth=-1)["Location"]
    assert asked.startswith("/konto/reauthenticate/")
    assert client.post(asked, {"password": "wrong"}).status_code == 200
    assert edition.applications.get().contact_name == "Ewa"
    assert client.post(asked, {"password": PASSWORD})["Location"] == address
    assert edition.applications.get().contact_name == ""


def test_a_refusal_after_the_password_leads_back_to_the_page_of_the_edition(client):
    """It is shown at the address of the password; its form must not be sent there."""
    edition = announced(400)
    client.force_login(make_officer())
    page = client.get(f"/organizator/edycje/{edition.slug}/dane-osobowe/").content.decode()
    assert f'<form method="post" action="/organizator/edycje/{edition.slug}/dane-osobowe/"' in page


def test_a_running_edition_offers_no_removal_and_refuses_one(client):
    edition = make_edition(Phase.SCORING)
    client.force_login(make_officer())
    address = f"/organizator/edycje/{edition.slug}/dane-osobowe/"
    assert 'name="typed_word"' not in client.get(address).content.decode()
    assert press(client, address, {"typed_word": "USUWAM"}, nth=-1).status_code == 409


def test_the_page_speaks_of_a_date_only_where_there_is_one(client):
    client.force_login(make_officer())
    sentences = []
    for edition in (make_edition(Phase.SCORING), announced(0)):
        page = client.get(f"/organizator/edycje/{edition.slug}/dane-osobowe/").content.decode()
        sentences.append(("daty jeszcze nie ma" in page, "Ta data jest na publicznej stronie edycji" in page))
    assert sentences == [(True, False), (False, True)]


def test_the_time_is_set_on_the_page(client):
    edition = make_edition(Phase.CALL)
    client.force_login(make_officer())
    address = f"/organizator/edycje/{edition.slug}/dane-osobowe/czas/"
    assert client.post(address, {"months": "0"}).status_code == 422
    assert press(client, address, {"months": "36"}, page=address.replace("czas/", "")).status_code == 302
    assert Edition.objects.get(pk=edition.pk).retention_months == 36


def test_an_auditor_reads_the_page_and_changes_nothing(client):
    edition = announced(400)
    client.force_login(make_user("Audytor", Role.AUDITOR))
    address = f"/organizator/edycje/{edition.slug}/dane-osobowe/"
    assert 'name="typed_word"' not in client.get(address).content.decode()
    assert client.post(address, {"typed_word": "USUWAM"}).status_code == 404


def test_an_organiser_on_the_jury_is_told_why_not(client):
    edition, officer = announced(400), make_officer()
    make_juror(edition, user=officer)
    client.force_login(officer)
    assert client.post(f"/organizator/edycje/{edition.slug}/dane-osobowe/", {"typed_word": "USUWAM"}).status_code == 403
