"""What may still change in a published record, by whom, and what the journal keeps."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from practices.filters import Filters
from practices.models import Practice, PracticeContact
from practices.queries import search, todos_for
from practices.services import confirm_verified, correct_section, withdraw_contact_consent, withdraw_practice
from tests.factories import make_edition, make_juror, make_officer, make_user
from tests.practices.makers import make_practice
from tests.pressing import press

pytestmark = pytest.mark.django_db


def _contact(email: str = "jan@example.org") -> PracticeContact:
    return PracticeContact.objects.create(practice=make_practice(), name="Jan Przykładowy", email=email)


def test_an_officer_moves_a_record_and_the_search_follows() -> None:
    practice = make_practice("Praktyka", section="SOCIAL")
    correct_section(actor=make_officer(), practice_id=practice.pk, section="ENERGY")
    assert list(search(Filters(q="efektywność energetyczna"))) == [practice]
    assert JournalEntry.objects.get(action="practice.correct_section").data == {"before": "SOCIAL", "after": "ENERGY"}


def test_a_section_must_exist() -> None:
    with pytest.raises(Invalid):
        correct_section(actor=make_officer(), practice_id=make_practice().pk, section="NOPE")


def test_the_day_of_a_check_is_kept_and_never_in_the_future() -> None:
    practice = make_practice()
    confirm_verified(actor=make_officer(), practice_id=practice.pk, verified_on=date(2024, 1, 2))
    assert Practice.objects.get().verified_on == date(2024, 1, 2)
    with pytest.raises(Invalid):
        confirm_verified(
            actor=make_officer(), practice_id=practice.pk, verified_on=timezone.localdate() + timedelta(days=1)
        )


def test_withdrawing_needs_a_reason_and_happens_once() -> None:
    practice, officer = make_practice(), make_officer()
    with pytest.raises(Invalid):
        withdraw_practice(actor=officer, practice_id=practice.pk, reason="  ")
    withdraw_practice(actor=officer, practice_id=practice.pk, reason="Jednostka już jej nie stosuje.")
    with pytest.raises(Conflict):
        withdraw_practice(actor=officer, practice_id=practice.pk, reason="Znowu")
    assert JournalEntry.objects.filter(action="practice.withdraw").count() == 1


def test_nobody_but_an_officer_curates() -> None:
    practice, stranger = make_practice(), make_user()
    for service, values in (
        (correct_section, {"section": "ENERGY"}),
        (confirm_verified, {"verified_on": date(2024, 1, 1)}),
        (withdraw_practice, {"reason": "Bo tak"}),
    ):
        with pytest.raises(NotPermitted):
            service(actor=stranger, practice_id=practice.pk, **values)


def test_a_contact_person_takes_themselves_out_of_the_base_and_the_data(client) -> None:
    contact = _contact()
    before = contact.practice.updated_at
    withdraw_contact_consent(actor=make_user("Jan", email="jan@example.org"), contact_id=contact.pk)
    practice = Practice.objects.get()
    assert not practice.contacts.exists()
    assert practice.contact_withdrawn_at
    assert practice.updated_at > before, "cached copies of the data must expire"
    assert "Jan" not in client.get(practice.get_absolute_url()).content.decode()
    assert client.get(f"/api/v1/practices/{practice.pk}/").json()["contacts"] == []
    assert "Jan" not in str(JournalEntry.objects.get(action="practice.withdraw_contact").data)


def test_an_officer_may_do_it_for_them_and_nobody_else() -> None:
    contact = _contact()
    with pytest.raises(NotPermitted):
        withdraw_contact_consent(actor=make_user(), contact_id=contact.pk)
    withdraw_contact_consent(actor=make_officer(), contact_id=contact.pk)
    with pytest.raises(Conflict):
        withdraw_contact_consent(actor=make_officer(), contact_id=contact.pk)


def test_an_unconfirmed_address_proves_nothing() -> None:
    contact = _contact()
    impostor = make_user(email="jan@example.org")
    impostor.emailaddress_set.update(verified=False)
    with pytest.raises(NotPermitted):
        withdraw_contact_consent(actor=impostor, contact_id=contact.pk)


def test_a_contact_without_an_address_belongs_to_nobody() -> None:
    contact = _contact(email="")
    with pytest.raises(NotPermitted):
        withdraw_contact_consent(actor=make_user(), contact_id=contact.pk)


# --- Pages ------------------------------------------------------------------------------------
def test_the_contact_page_asks_first_and_hides_from_strangers(client) -> None:
    contact = _contact()
    address = f"/praktyki/kontakt/{contact.pk}/wycofanie/"
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    client.force_login(make_user(email="jan@example.org"))
    assert client.get(address).status_code == 200
    assert address in client.get(contact.practice.get_absolute_url()).content.decode()
    assert PracticeContact.objects.exists(), "reading changes nothing"
    assert press(client, address).status_code == 302
    assert not PracticeContact.objects.exists()
    assert client.get(address).status_code == 404


def test_an_officer_works_on_a_record_from_its_page(client) -> None:
    practice = make_practice("Praktyka")
    page = f"/organizator/praktyki/{practice.pk}/"
    client.force_login(make_officer())
    assert client.get(page).status_code == 200
    assert press(client, f"{page}dzial/", {"section": "ENERGY"}, page=page, nth=0).status_code == 302
    assert press(client, f"{page}weryfikacja/", {"verified_on": "2024-01-02"}, page=page, nth=1).status_code == 302
    practice.refresh_from_db()
    assert (practice.section, practice.verified_on) == ("ENERGY", date(2024, 1, 2))
    assert press(client, f"{page}wycofanie/", {"reason": "Powód"}, page=page, nth=2).status_code == 302
    practice.refresh_from_db()
    assert practice.withdrawn_reason == "Powód"
    assert b"tag--danger" in client.get("/organizator/praktyki/").content
    assert client.post(f"{page}wycofanie/", {"reason": "Powód"}).status_code == 409


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("dzial", {"section": "NOPE"}),
        ("weryfikacja", {"verified_on": "kiedyś"}),
        ("weryfikacja", {"verified_on": "2999-01-01"}),
        ("wycofanie", {"reason": ""}),
        ("wycofanie", {"reason": "x" * 501}),
    ],
)
def test_a_wrong_form_comes_back_with_its_error(client, form: str, data: dict[str, str]) -> None:
    practice = make_practice()
    client.force_login(make_officer())
    response = client.post(f"/organizator/praktyki/{practice.pk}/{form}/", data)
    assert response.status_code == 422
    assert b"error-summary" in response.content


def test_the_care_pages_are_for_organisers_only(client) -> None:
    practice = make_practice()
    for address in ("/organizator/praktyki/", f"/organizator/praktyki/{practice.pk}/"):
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(make_user())
        assert client.get(address).status_code == 404
    client.force_login(make_officer())
    assert client.get("/organizator/praktyki/999999/").status_code == 404
    assert client.get(f"/organizator/praktyki/{practice.pk}/dzial/").status_code == 405


def test_who_only_reads_is_offered_nothing_that_would_be_refused(client) -> None:
    practice = make_practice()
    PracticeContact.objects.create(practice=practice, name="Osoba Przykładowa")
    address = f"/organizator/praktyki/{practice.pk}/"
    client.force_login(make_officer())
    assert client.get(address).content.count(b'<form class="card') == 3
    client.force_login(make_user("Alicja Audytorka", Role.AUDITOR))
    page = client.get(address).content
    assert b'<form class="card' not in page
    assert b"/praktyki/kontakt/" not in page


def test_the_care_list_can_be_searched(client) -> None:
    make_practice("Szkoła")
    make_practice("Muzeum", withdrawn_at=timezone.now())
    client.force_login(make_officer())
    assert [row.title for row in client.get("/organizator/praktyki/?q=muzeum").context["page"]] == ["Muzeum"]
    assert client.get("/organizator/praktyki/?q=%00'").status_code == 200


def test_an_officer_is_told_which_edition_waits_for_the_announcement() -> None:
    edition = make_edition("DECISION")
    make_edition("VISITS")
    officer, juror = make_officer(), make_officer()
    make_juror(edition, user=juror)
    assert [todo.url for todo in todos_for(officer)] == [f"/organizator/edycje/{edition.slug}/ogloszenie/"]
    assert todos_for(juror) == []
    assert todos_for(make_user()) == []
