"""The public pages: for anybody, at any size, with any address, in a constant number of queries."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from common.files.uploads import store
from practices.models import Practice, PracticeAttachment, PracticeContact
from practices.services import load_seed_practice
from tests.factories import make_officer, make_unit, make_user, make_voivodeship
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db


def _titles(response) -> list[str]:
    return [row["practice"].title for row in response.context["rows"]]


# --- The list ---------------------------------------------------------------------------------
def test_an_empty_base_says_what_will_be_here(client) -> None:
    response = client.get("/praktyki/")
    assert response.status_code == 200
    assert "ui/empty.html" in [template.name for template in response.templates]


@pytest.mark.parametrize(
    ("count", "sentence"), [(1, "1 praktyka"), (3, "3 praktyki"), (5, "5 praktyk"), (22, "22 praktyki")]
)
def test_the_count_has_the_right_plural(client, count: int, sentence: str) -> None:
    for number in range(count):
        make_practice(f"Praktyka {number}")
    assert f"<strong>{sentence}</strong>" in client.get("/praktyki/").content.decode()


def test_each_filter_narrows_the_list(client) -> None:
    mazowieckie = make_voivodeship("14", "mazowieckie")
    make_practice(
        "Szukana", section="PARTNERSHIP", voivodeship=mazowieckie, unit_type="RURAL", tools=("CAF",),
        added_on=date(2012, 1, 1), award_kind="LAUREATE",
    )  # fmt: skip
    make_practice("Inna", section="SOCIAL", tools=("EFQM",))
    for address in (
        "section=PARTNERSHIP", "section=INSTITUTIONAL", "voivodeship=14", "unit_type=RURAL", "tool=CAF", "year=2012",
        "award=LAUREATE",
    ):  # fmt: skip
        assert _titles(client.get(f"/praktyki/?{address}")) == ["Szukana"], address
    assert _titles(client.get("/praktyki/?award=NONE")) == ["Inna"]
    assert _titles(client.get("/praktyki/?section=SOCIAL&tool=CAF")) == []


FILTERS = ["section", "voivodeship", "unit_type", "tool", "year", "award", "sort", "page"]


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("value", ["nonsense", "'", "9" * 40, "-1", "²²²²", "１２", "🙂", "0", "03", "2999", "<b>"])
def test_unknown_values_ask_for_nothing_and_are_named(client, name: str, value: str) -> None:
    make_practice("Jedyna")
    if (name, value) in {("page", "03"), ("page", "2999")}:
        pytest.skip("a page beyond the end is the last one")
    response = client.get("/praktyki/", {name: value})
    assert response.status_code == 200
    assert _titles(response) == ["Jedyna"]
    text = response.content.decode()
    assert "Nie zrozumiano:" in text
    assert f"„{escape(value[:40])}" in text


@pytest.mark.parametrize("name", [*FILTERS, "q"])
@pytest.mark.parametrize("value", ["", " ", "\0"])
def test_a_filter_left_empty_is_understood(client, name: str, value: str) -> None:
    make_practice("Jedyna")
    response = client.get("/praktyki/", {name: value})
    assert _titles(response) == ["Jedyna"]
    assert "Nie zrozumiano:" not in response.content.decode()


def test_a_query_that_is_too_long_is_cut_and_said_to_be(client) -> None:
    make_practice("Szkoła")
    response = client.get("/praktyki/", {"q": "szkoła " + "a" * 300})
    assert response.status_code == 200
    assert "Nie zrozumiano:" in response.content.decode()


def test_a_year_without_practices_is_a_filter_that_can_be_taken_off(client) -> None:
    make_practice("Jedyna", added_on=date(2012, 1, 1))
    response = client.get("/praktyki/?year=1999")
    assert _titles(response) == []
    text = response.content.decode()
    assert "Nie zrozumiano:" not in text
    assert "1999 <span" in text


def test_a_file_is_not_made_with_a_filter_that_is_not_understood(client) -> None:
    make_practice("Jedyna")
    response = client.get("/praktyki/eksport.csv?voivodeship=03&section=SOCIAL")
    assert response.status_code == 422
    assert "Województwo: 03" in response.content.decode()
    page = client.get("/praktyki/?voivodeship=03&section=SOCIAL")
    assert page.context["export_address"] == "/praktyki/eksport.csv?section=SOCIAL"


def test_counts_of_choices_hold_with_the_other_filters(client) -> None:
    make_practice("Jeden", section="SOCIAL", unit_type="RURAL")
    make_practice("Dwa", section="SOCIAL", unit_type="URBAN")
    make_practice("Trzy", section="PARTNERSHIP", unit_type="URBAN")
    facets = {facet.name: facet for facet in client.get("/praktyki/?unit_type=URBAN").context["facets"]}
    assert {option.value: option.count for option in facets["section"].options} == {
        "SOCIAL": 1, "INSTITUTIONAL": 1, "PARTNERSHIP": 1,
    }  # fmt: skip
    assert {option.value: option.count for option in facets["unit_type"].options} == {"URBAN": 2, "RURAL": 1}
    assert facets["unit_type"].chosen.value == "URBAN"


def test_a_query_is_ordered_by_match_unless_the_date_is_chosen(client) -> None:
    make_practice("Szkoła", added_on=date(2010, 1, 1))
    make_practice("Inna", abstract="szkoła", added_on=date(2020, 1, 1))
    assert _titles(client.get("/praktyki/?q=szkoły")) == ["Szkoła", "Inna"]
    assert _titles(client.get("/praktyki/?q=szkoły&sort=date")) == ["Inna", "Szkoła"]


def test_nothing_found_suggests_words_that_find_something(client) -> None:
    make_practice("Szkoła")
    response = client.get("/praktyki/?q=szkoła+dinozaur&voivodeship=02")
    assert _titles(response) == []
    assert response.context["single_words"] == ["szkoła"]


def test_pages_keep_the_filters(client) -> None:
    for number in range(23):
        make_practice(f"Praktyka {number}", section="ENERGY")
    response = client.get("/praktyki/?section=ENERGY&page=2")
    assert len(_titles(response)) == 3
    assert "section=ENERGY&amp;page=1" in response.content.decode()
    assert client.get("/praktyki/?page=999").status_code == 200


@pytest.mark.parametrize("address", ["/praktyki/", "/praktyki/?q=szkoła&section=SOCIAL", "/praktyki/mapa/"])
def test_the_number_of_queries_does_not_grow(client, address: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_practice("Szkoła", tools=("CAF",))
    one = queries()
    for number in range(3):
        make_practice(f"Szkoła {number}", tools=("CAF", "EFQM"), voivodeship=make_voivodeship("14", "mazowieckie"))
    assert queries() == one <= 12


# --- The record -------------------------------------------------------------------------------
def test_the_seed_record_shows_its_metadata_card_as_the_old_page_did(client) -> None:
    make_unit("Dzierżoniów", code="0202021")
    practice = load_seed_practice()
    text = " ".join(client.get(practice.get_absolute_url()).content.decode().split())
    for label, value in (
        ("Data wprowadzenia do BDP", '<time datetime="2013-03-30">30 marca 2013</time>'),
        ("Typ jednostki", "gmina miejska"),
        ("Miejscowość", "Dzierżoniów"),
        ("Powiat", "dzierżoniowski"),
        ("Województwo", "dolnośląskie"),
        ("Kod pocztowy i Poczta", "brak danych"),
        ("Jednostka wdrażająca", "Urząd Miasta w Dzierżoniowie"),
        ("Telefon", "74 6450865"),
        ("Fax", "74 6415530"),
        ("Adres e-mail", '<a href="mailto:um@um.dzierzoniow.pl">um@um.dzierzoniow.pl</a>'),
        ("Liczba mieszkańców", "brak danych"),
    ):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in text.replace("<dt> ", "<dt>"), label
    assert "Dorota Sało<br>Inspektor w Urzędzie Miejskim<br>tel. 74 6450865" in text
    assert "Rozwój instytucjonalny" in text
    assert "Partnerstwo" in text
    for part in ("Skrót i Metryka", "Pełna prezentacja", "Załączniki"):
        assert part in text


def test_another_readable_part_leads_to_the_right_one_for_good(client) -> None:
    practice = make_practice("Szkoła otwarta")
    for address in (f"/praktyki/{practice.pk}-inna/", f"/praktyki/{practice.pk}/"):
        response = client.get(address)
        assert response.status_code == 301
        assert response.headers["Location"] == f"/praktyki/{practice.pk}-szkola-otwarta/"


@pytest.mark.parametrize("address", ["/praktyki/999-x/", "/praktyki/99999999999999999999999-x/", "/praktyki/999/"])
def test_an_unknown_record_is_404(client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_record_shows_everything_it_has_in_a_constant_number_of_queries(client) -> None:
    practice = make_practice(
        "Pełna",
        context="Kontekst praktyki.",
        indicators=[{"name": "Czas", "unit": "dni", "before": "21", "after": "9", "year": "2024"}],
        tools=("CAF", "EFQM"),
        justification="Uzasadnienie Komisji tekst.",
        award_kind="LAUREATE",
        edition_slug="2012",
        edition_title="Edycja 2012",
        award_place=2,
        award_title="Lider wśród liderów",
        licence="CC BY 4.0",
        population=1234,
        application_version=3,
    )
    make_practice("Podobna")
    for number in range(3):
        PracticeContact.objects.create(practice=practice, name=f"Osoba {number}", email="a@example.org")
    with CaptureQueriesContext(connection) as captured:
        text = client.get(practice.get_absolute_url()).content.decode()
    assert len(captured) <= 12
    for expected in (
        "Kontekst praktyki.", "Czas", "21", "Uzasadnienie Komisji tekst.", "Laureat", "Edycja 2012", "CC BY 4.0",
        "Lider wśród liderów", "Podobna", "Osoba 2", "wspólna metoda oceny CAF",
    ):  # fmt: skip
        assert expected in text, expected
    assert "1\xa0234" in text or "1234" in text


def test_officers_find_the_way_to_the_care_of_the_base(client) -> None:
    make_practice("Praktyka")
    assert "/organizator/praktyki/" not in client.get("/praktyki/").content.decode()
    client.force_login(make_officer())
    assert "/organizator/praktyki/" in client.get("/praktyki/").content.decode()


def test_markup_in_a_record_stays_text(client) -> None:
    practice = make_practice("<script>alert(1)</script>", abstract="<img src=x onerror=alert(1)>")
    text = client.get(practice.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_a_withdrawn_record_is_gone_everywhere_but_for_officers(client) -> None:
    practice = make_practice("Wycofana", withdrawn_at=timezone.now())
    assert client.get(practice.get_absolute_url()).status_code == 404
    assert _titles(client.get("/praktyki/")) == []
    assert _titles(client.get("/praktyki/?q=wycofana")) == []
    assert "Wycofana" not in client.get("/praktyki/atom.xml").content.decode()
    assert "Wycofana" not in b"".join(client.get("/praktyki/eksport.csv")).decode()
    assert client.get("/praktyki/mapa/").context["total"] == 0
    client.force_login(make_user())
    assert client.get(practice.get_absolute_url()).status_code == 404
    client.force_login(make_officer())
    assert client.get(practice.get_absolute_url()).status_code == 200


# --- Files, map, feed, export -----------------------------------------------------------------
def _attach(practice: Practice) -> PracticeAttachment:
    return PracticeAttachment.objects.create(
        practice=practice,
        file=store(b"%PDF-1.4"),
        name="Opis.pdf",
        media_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )


def test_an_attachment_is_a_harmless_download_for_anybody(client) -> None:
    file = _attach(make_practice("Z plikiem"))
    response = client.get(f"/praktyki/zalaczniki/{file.pk}/")
    assert b"".join(response) == b"%PDF-1.4"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_an_attachment_of_a_withdrawn_record_is_404(client) -> None:
    file = _attach(make_practice("Wycofana", withdrawn_at=timezone.now()))
    assert client.get(f"/praktyki/zalaczniki/{file.pk}/").status_code == 404
    assert client.get("/praktyki/zalaczniki/999999/").status_code == 404


def test_the_map_counts_every_voivodeship_and_links_to_its_practices(client) -> None:
    make_practice("A")
    make_practice("B")
    make_practice("C", voivodeship=make_voivodeship("14", "mazowieckie"))
    make_practice("D", voivodeship=None)
    response = client.get("/praktyki/mapa/")
    tiles = {tile.code: tile for tile in response.context["tiles"]}
    assert len(tiles) == 16
    assert (tiles["02"].count, tiles["14"].count, tiles["32"].count) == (2, 1, 0)
    assert (tiles["02"].shade, tiles["14"].shade, tiles["32"].shade) == (4, 2, 0)
    names = [tile.name for tile in response.context["by_name"]]
    assert names.index("łódzkie") == names.index("lubuskie") + 1, "ł after l"
    assert "?voivodeship=14" in response.content.decode()


def test_the_feed_is_atom_with_absolute_addresses(client) -> None:
    practice = make_practice("Szkoła & dom", abstract="Opis")
    response = client.get("/praktyki/atom.xml")
    root = ElementTree.fromstring(response.content)
    space = "{http://www.w3.org/2005/Atom}"
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert root.find(f"{space}entry/{space}title").text == "Szkoła & dom"
    assert root.find(f"{space}entry/{space}link").get("href").endswith(practice.get_absolute_url())


@pytest.mark.parametrize("address", ["/praktyki/atom.xml", "/praktyki/eksport.csv"])
def test_an_unchanged_base_is_not_sent_twice(client, address: str) -> None:
    make_practice("Pierwsza")
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.head(address).status_code == 200
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make_practice("Druga")
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_export_holds_what_the_list_shows_and_runs_no_formula(client) -> None:
    make_practice("=HYPERLINK(1)", section="ENERGY", tools=("CAF",))
    make_practice("Inna", section="SOCIAL")
    response = client.get("/praktyki/eksport.csv?section=ENERGY")
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["tools"] == "CAF"
    assert "praktyki.csv" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("address", ["/praktyki/", "/praktyki/mapa/", "/praktyki/atom.xml", "/praktyki/eksport.csv"])
def test_public_addresses_only_answer_reading(client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_counts_of_all_choices_look_the_words_up_once(client):
    """One look for the number of records, one for the page, one for all counts of choices together."""
    make_practice(title="Autobusy na żądanie")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/praktyki/?q=autobus").status_code == 200
    assert sum("practices_search" in query["sql"] for query in queries) == 3
