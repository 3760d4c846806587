"""What is given back of a form that could not be done, and to whom."""

import pytest
from django.urls import reverse

from common.web import written_by
from common.web.typed_texts import texts_of
from tests.factories import make_application, make_member, make_user

SENT = {
    "phone": "600 100 200", "locality": "WARSZAWA", "title": "BIP", "implemented_on": "1.02.2020",
    "population": "9 120", "points_JAKOSC": "7", "why_JAKOSC": "Tak.", "form-0-name": "Czas",
    "goals": "Cele.\nZadania.",
}  # fmt: skip


def test_texts_numbers_and_dates_are_given_back_with_their_labels():
    given = texts_of((name, [text]) for name, text in SENT.items())
    assert [typed.text for typed in given] == list(SENT.values())
    assert {typed.text: typed.label for typed in given}["9 120"] == "Liczba mieszkańców"


def test_a_text_is_called_as_its_form_calls_it_and_not_as_a_column_of_the_machines_own() -> None:
    (given,) = texts_of([("context", ["Dlaczego."])])
    assert given.label == "Kontekst i problem"


@pytest.mark.parametrize(
    "name",
    ["csrfmiddlewaretoken", "password1", "typed_word", "written_by", "shown", "action", "form-TOTAL_FORMS", "domain",
     "contact_consent", "title"],
)  # fmt: skip
def test_secrets_keys_choices_ticks_and_blanks_are_not(name):
    assert texts_of([(name, [" " if name == "title" else "1"])]) == []
    assert texts_of([("anything", ["on"])]) == []


@pytest.mark.django_db
def test_a_page_that_is_there_no_more_gives_back_what_was_typed_to_its_writer_alone(client):
    """The membership ended while the entry was being written."""
    entry = make_application()
    member = make_member(entry.unit)
    member.memberships.all().delete()
    client.force_login(member)
    address = reverse("applications:edit", args=[entry.pk, "podstawowe"])
    data = {"title": "Bardzo ważny tytuł", "population": "9 120"}
    answer = client.post(address, data | {written_by.FIELD: written_by.mark_of(member)})
    assert answer.status_code == 404
    assert "Bardzo ważny tytuł" in answer.content.decode()
    assert "9 120" in answer.content.decode()
    for mark in ({}, {written_by.FIELD: written_by.mark_of(make_user())}):
        assert "Bardzo ważny tytuł" not in client.post(address, data | mark).content.decode()
