"""Statement, privacy, error pages, the language switch."""

import re

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import RequestFactory, override_settings
from django.utils import translation

from common.errors import Conflict, Invalid, NotPermitted
from common.views import bad_request, permission_denied, refusal_page, server_error
from tests.factories import make_user

pytestmark = pytest.mark.django_db

# What the ministry's technical conditions of the statement ask for, each once.
OFFICIAL_IDS = (
    "a11y-deklaracja", "a11y-wstep", "a11y-podmiot", "a11y-url", "a11y-data-publikacja", "a11y-data-aktualizacja",
    "a11y-status", "a11y-data-sporzadzenie", "a11y-data-przeglad", "a11y-audytor", "a11y-kontakt", "a11y-osoba",
    "a11y-email", "a11y-telefon", "a11y-procedura", "a11y-aplikacje", "a11y-architektura",
)  # fmt: skip
OPERATOR = {
    "name": "Związek Przykładowy",
    "address": "ul. Długa 1, 00-000 Przykładowo",
    "email": "biuro@example.org",
    "phone": "22 000 00 00",
    "data_officer_email": "iod@example.org",
    "published_on": "2026-01-02",
    "statement_on": "2026-01-03",
}
TO_FILL_IN = "do uzupełnienia przez podmiot prowadzący serwis"


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_statement_has_every_official_id_once(client, language):
    page = client.get("/deklaracja-dostepnosci/", {"lang": language}).content.decode()
    assert {name: page.count(f'id="{name}"') for name in OFFICIAL_IDS} == dict.fromkeys(OFFICIAL_IDS, 1)


def test_what_the_operator_has_not_given_is_marked_and_nothing_is_invented(client):
    page = client.get("/deklaracja-dostepnosci/").content.decode()
    assert page.count(TO_FILL_IN) == 9
    assert "datetime=" not in page


@pytest.mark.parametrize("path", ["/deklaracja-dostepnosci/", "/prywatnosc/"])
def test_a_named_operator_leaves_nothing_to_fill_in(client, path):
    with override_settings(SITE_OPERATOR=OPERATOR):
        page = client.get(path).content.decode()
    assert TO_FILL_IN not in page
    assert "Związek Przykładowy" in page


def test_dates_of_the_statement_can_be_read_by_machines(client):
    with override_settings(SITE_OPERATOR=OPERATOR):
        page = client.get("/deklaracja-dostepnosci/").content.decode()
    assert 'id="a11y-data-publikacja" datetime="2026-01-02"' in page
    assert 'id="a11y-data-sporzadzenie" datetime="2026-01-03"' in page


def test_the_language_switch_stays_on_the_page_and_is_remembered(client):
    page = client.get("/prywatnosc/?x=1").content.decode()
    assert 'href="?x=1&amp;lang=en"' in page
    response = client.get("/prywatnosc/?lang=en")
    assert '<html lang="en">' in response.content.decode()
    assert '<html lang="en">' in client.get("/").content.decode()


def test_a_missing_page_offers_sign_in_and_return_to_it(client):
    response = client.get("/nie-ma/")
    assert response.status_code == 404
    assert 'href="/konto/login/?next=/nie-ma/"' in response.content.decode()


def test_a_missing_page_tells_a_signed_in_person_whose_account_it_is(client):
    client.force_login(make_user(email="anna@example.org"))
    page = client.get("/nie-ma/").content.decode()
    assert "anna@example.org" in page
    assert "/konto/login/?next" not in page


@pytest.mark.parametrize(
    ("refusal", "heading"),
    [
        (Conflict("Nabór jest zamknięty."), "Teraz nie można tego zrobić"),
        (NotPermitted("Tylko osoba upoważniona."), "Nie masz do tego uprawnień"),
        (Invalid("Suma wag musi wynosić 100."), "Nie udało się tego przyjąć"),
    ],
)
def test_a_refusal_says_what_happened_and_what_was_kept(refusal, heading):
    response = refusal_page(RequestFactory().get("/"), refusal)
    page = response.content.decode()
    assert response.status_code == refusal.status
    assert heading in page
    assert str(refusal) in page
    assert "pozostało" in page


def test_a_refused_form_gives_back_every_text_that_was_typed_and_no_secret():
    sent = {
        "note": "Brak podpisu <b>skarbnika</b>",
        "reason": ["Pierwszy", "Drugi"],
        "role": "JUROR",
        "agreed": "on",
        "points": "7",
        "password1": "Tajne hasło",
        "typed_word": "USUWAM",
        "csrfmiddlewaretoken": "abcdef",
        "action": "save",
    }
    page = refusal_page(RequestFactory().post("/", sent), Conflict("Za późno.")).content.decode()
    for text in ("Brak podpisu &lt;b&gt;skarbnika&lt;/b&gt;", "Pierwszy", "Drugi", "7"):
        assert text in page
    for text in ("JUROR", "Tajne hasło", "USUWAM", "abcdef"):
        assert text not in page
    empty = refusal_page(RequestFactory().post("/", {"role": "JUROR", "agreed": "on"}), Conflict("Za późno."))
    assert "Wpisane, ale niezapisane" not in empty.content.decode()


@pytest.mark.parametrize(("view", "status"), [(bad_request, 400), (permission_denied, 403)])
def test_error_pages_say_that_nothing_was_changed(view, status):
    response = view(RequestFactory().get("/"), Exception())
    assert response.status_code == status
    assert "Nic nie zostało zmienione" in response.content.decode()


@pytest.mark.parametrize(("language", "words"), [("pl", "Coś poszło nie tak"), ("en", "Something went wrong")])
def test_the_page_of_a_failure_needs_neither_database_nor_session(language, words):
    def refuse(*args: object) -> None:
        raise AssertionError("the page of a failure asked the database")

    with translation.override(language), connection.execute_wrapper(refuse):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert words in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_a_database_that_is_away_is_told_with_when_to_try_again(client, monkeypatch, error):
    def away(*args: object) -> None:
        raise error

    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        page = client.get("/edycje/")
        data = client.get("/api/v1/editions/")
    assert (page.status_code, data.status_code) == (503, 503)
    assert (page["Retry-After"], data["Retry-After"]) == ("30", "30")
    assert "Serwis jest chwilowo niedostępny" in page.content.decode()
    assert data.json() == {"detail": "Service Unavailable"}


def test_the_page_of_a_failure_names_styles_that_exist(client):
    page = server_error(RequestFactory().get("/")).content.decode()
    for path in re.findall(r'href="/static/([^"]+)"', page):
        assert (settings.BASE_DIR / "static" / path).exists(), path


def test_styles_and_script_stay_small():
    styles = sum(path.stat().st_size for path in (settings.BASE_DIR / "static" / "css").glob("*.css"))
    assert styles < 40_000
    assert (settings.BASE_DIR / "static" / "js" / "app.js").stat().st_size < 8_000


def test_no_template_carries_inline_style_script_or_unescaped_text():
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if {"emails", "certificates"} & set(path.parts) or path.name == "copy.html":
            continue  # what leaves the site: mail, documents, the copy of one's own data
        text = path.read_text()
        assert not re.search(r'\sstyle="|\son\w+="|<style|\|safe\b|<script(?![^>]*\ssrc=)', text), path


def test_the_parts_kept_for_all_pages_are_kept_for_each_language(client):
    for language, link in (("pl", "Deklaracja dostępności"), ("en", "Accessibility statement")) * 2:
        page = client.get("/edycje/", {"lang": language}).content.decode()
        assert page.count(f">{link}</a>") == 1
        assert page.count("css/tokens") == 1
