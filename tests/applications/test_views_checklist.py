"""The formal checklist: what is right of it is saved, what is wrong is named and kept as typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import EligibilityCheck
from tests.applications.review_cases import make_checks, make_sent
from tests.factories import make_edition, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_edition("FORMAL_REVIEW", slug="2026")


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer)
    return officer


def entry_url(name, application):
    return reverse(f"applications:{name}", args=[application.pk])


def test_the_checklist_saves_and_returns_to_the_entry(client, edition, officer):
    application = make_sent(edition=edition, checked=0)
    response = client.post(
        entry_url("review", application),
        {"version": 1, "seen": "", "met_IN_TIME": "1", "met_COMPLETE": "0", "note_COMPLETE": "Brak budżetu."},
    )
    assert response.url == entry_url("officer_detail", application)
    assert EligibilityCheck.objects.count() == 2


def test_a_checklist_with_one_wrong_answer_saves_the_right_ones_and_names_the_wrong_one(client, edition, officer):
    application = make_sent(edition=edition, checked=0)
    answers = {"version": 1, "seen": "", "met_COMPLETE": "0", "note_IN_TIME": "Uwaga do terminu", "met_IN_TIME": "1"}
    response = client.post(entry_url("review", application), answers)
    page = response.content.decode()
    assert response.status_code == 422
    check = EligibilityCheck.objects.get()
    assert (check.criterion, check.met, check.note) == ("IN_TIME", True, "Uwaga do terminu")
    assert "Zapisano 1 odpowiedź." in page
    assert "Nie zapisano: kompletne: wszystkie pola i załączniki." in page
    assert response.context["form"]["met_COMPLETE"].value() == "0"
    seen = response.context["seen"]
    again = answers | {"seen": seen, "note_COMPLETE": "Brak budżetu."}
    assert client.post(entry_url("review", application), again).status_code == 302
    assert EligibilityCheck.objects.get(criterion="COMPLETE").note == "Brak budżetu."


def test_a_note_without_an_answer_is_kept_and_asks_for_the_answer(client, edition, officer):
    application = make_sent(edition=edition, checked=0)
    answers = {"version": 1, "seen": "", "note_SIGNED": "Podpis nieczytelny"}
    response = client.post(entry_url("review", application), answers)
    assert response.status_code == 422
    assert "Podpis nieczytelny" in response.content.decode()
    assert "met_SIGNED" in response.context["form"].errors
    assert not EligibilityCheck.objects.exists()


def test_a_wrong_answer_leaves_the_one_saved_before_and_shows_it(client, edition, officer):
    application = make_sent(edition=edition)
    page = client.get(entry_url("review", application))
    answers = {"version": 1, "seen": page.context["seen"], "met_COMPLETE": "0"}
    response = client.post(entry_url("review", application), answers)
    assert EligibilityCheck.objects.get(criterion="COMPLETE").met
    assert "Zapisano dotąd:" in response.content.decode()
    assert "Nic jeszcze nie zapisano;" in response.content.decode()


def test_right_answers_of_a_stale_checklist_are_not_saved_over_the_others(client, edition, officer):
    application = make_sent(edition=edition, checked=1)
    answers = {"version": 1, "seen": "", "met_IN_TIME": "0", "note_IN_TIME": "Po terminie", "met_COMPLETE": "0"}
    response = client.post(entry_url("review", application), answers)
    assert response.status_code == 409
    assert EligibilityCheck.objects.get().met
    assert "Po terminie" in response.content.decode()


def test_answers_typed_while_somebody_else_decided_stay_on_the_page(client, edition, officer):
    application = make_sent("ELIGIBLE", edition=edition)
    answers = {"version": 1, "seen": "", "met_SIGNED": "0", "note_SIGNED": "Podpis nieczytelny"}
    response = client.post(entry_url("review", application), answers)
    assert response.status_code == 409
    assert "Podpis nieczytelny" in response.content.decode()
    assert all(check.met for check in EligibilityCheck.objects.all())


def test_a_checklist_sent_with_an_error_reads_the_entry_once(client, edition, officer):
    application = make_sent(edition=edition, checked=3)
    answers = {"version": 1, "met_COMPLETE": "0", "met_SIGNED": "1"}
    answers["seen"] = client.get(entry_url("review", application)).context["seen"]
    with CaptureQueriesContext(connection) as asked:
        client.post(entry_url("review", application), answers)
    assert len(asked) <= 23  # 12 of them save
    assert sum('FROM "contest_attachmentrequirement"' in one["sql"] for one in asked) == 1


def test_a_stale_checklist_keeps_the_answers_and_shows_the_others(client, edition, officer):
    application = make_sent(edition=edition, checked=0)
    make_checks(application.versions.get(), "COMPLETE")
    answers = {"version": 1, "seen": "", "met_COMPLETE": "0", "note_COMPLETE": "Moja uwaga"}
    response = client.post(entry_url("review", application), answers)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Moja uwaga" in page
    assert "Brak: COMPLETE." in page
    seen = response.context["seen"]
    assert client.post(entry_url("review", application), answers | {"seen": seen}).status_code == 302
    assert EligibilityCheck.objects.get(criterion="COMPLETE").note == "Moja uwaga"


def test_filling_in_offers_what_the_data_confirms_and_saves_nothing(client, edition, officer):
    application = make_sent(edition=edition, checked=0)
    form = client.get(entry_url("review", application) + "?fill=1").context["form"]
    assert form["met_IN_TIME"].value() == "1"
    assert form["met_IN_DOMAIN"].value() is None
    assert not EligibilityCheck.objects.exists()
