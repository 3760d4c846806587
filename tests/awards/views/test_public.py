"""Results and the check of certificates, as the public sees them."""

import re
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Application
from awards.models import Award, Certificate
from awards.services import build_due, building, load_historical_editions, replace_certificate, revoke_certificate
from contest.models import Edition
from jury.models import ScoringRound
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


def results(client, edition):
    return client.get(reverse("awards:results", args=[edition.slug]))


def test_results_are_unknown_until_announced_exactly_like_an_unknown_edition(client):
    edition, _chair = makers.deciding_edition(slug="2026")
    makers.decided(edition)
    answer = results(client, edition)
    unknown = client.get(reverse("awards:results", args=["2099"]))
    assert answer.status_code == unknown.status_code == 404
    assert answer.content.replace(b"2026", b"2099") == unknown.content
    assert client.get(reverse("awards:results_bundle", args=["2026"])).status_code == 404


def test_even_organisers_and_the_chair_see_no_public_results_before(client):
    edition, chair = makers.deciding_edition()
    makers.decided(edition)
    for person in (chair.user, factories.make_officer()):
        client.force_login(person)
        assert results(client, edition).status_code == 404


def test_published_results_show_awards_with_justification_places_and_the_funnel(client):
    edition, _chair = makers.deciding_edition(has_places=True)
    for _number in range(2):
        makers.decided(edition, "LAUREATE", place=1, justification="Wzór do naśladowania.")
    makers.decided(edition, "FINALIST", title="Dobra praktyka")
    factories.make_application(edition, state="NOT_SELECTED", title="Tajna przegrana")
    officer = factories.make_officer()
    from awards.services import announce

    announce(actor=officer, edition_id=edition.pk)
    page = results(client, edition).content.decode()
    assert page.count("ex aequo") == 2
    assert "Wzór do naśladowania." in page
    assert "Dobra praktyka" in page
    assert "Tajna przegrana" not in page
    assert "<svg" in page


def test_no_name_of_a_person_stands_on_the_results(client):
    edition, officer = makers.announced()
    for user in [officer, *[member.user for member in edition.jury.all()]]:
        user.full_name = "Kanarek Żółty"
        user.save()
    assert "Kanarek" not in results(client, edition).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_of_the_results_page_is_constant(client, django_assert_max_num_queries, count):
    edition, _officer = makers.announced(*["LAUREATE"] * count)
    with django_assert_max_num_queries(6) as queries:
        assert results(client, edition).status_code == 200
    assert len(queries) == 6  # 1 once a copy is kept: tests/common/test_copies.py


def test_2011_shows_its_twelve_laureates_and_the_source(client):
    load_historical_editions()
    page = results(client, Edition.objects.get(slug="2011")).content.decode()
    for name in ("Bielsko-Biała", "Przasnysz", "Lubicz", "Słupsk", "Płońsk", "Toruń", "Koszalin", "Jarocin"):
        assert name in page
    for name in ("Długosiodło", "Powiat gryficki", "Powiat elbląski", "Powiat pilski"):
        assert name in page
    assert page.count("<article") == 12
    assert "Dziedzina: brak danych w źródłach" in page
    assert "Doskonalenie zarządzania usługami publicznymi" in page


def test_2012_says_that_its_results_are_not_in_the_sources(client):
    load_historical_editions()
    page = results(client, Edition.objects.get(slug="2012")).content.decode()
    assert "Wyników nie ma w naszych źródłach" in page


def test_the_bundle_is_public_after_the_announcement(client):
    edition, _officer = makers.announced()
    address = reverse("awards:results_bundle", args=[edition.slug])
    assert client.get(address).status_code == 404
    ScoringRound.objects.create(
        edition=edition, number=1, closed_at=edition.announced_at, bundle={"juror": 1, "ą": "ę"}, sha256="0" * 64
    )
    answer = client.get(address)
    assert answer.json() == {"juror": 1, "ą": "ę"}
    assert "attachment" in answer["Content-Disposition"]
    assert address in results(client, edition).content.decode()


def check(client, code, **options):
    return client.get(reverse("awards:verify", args=[code]), **options)


@pytest.fixture
def certificate():
    return makers.diploma(slug="2026")


def test_a_valid_diploma_says_what_it_certifies(client, certificate):
    page = check(client, certificate.code).content.decode()
    assert "Autentyczny i ważny." in page
    assert certificate.number in page
    assert certificate.facts["unit_name"] in page


def test_a_replaced_one_leads_to_the_new_one_and_a_revoked_one_gives_the_reason(client, certificate):
    officer = factories.make_officer()
    new = replace_certificate(
        actor=officer, certificate_id=certificate.pk, corrections={"title": "Poprawny"}, reason="literówka"
    )
    page = check(client, certificate.code).content.decode()
    assert "literówka" in page
    assert reverse("awards:verify", args=[new.code]) in page
    assert "Autentyczny i ważny." not in page
    revoke_certificate(actor=officer, certificate_id=new.pk, reason="wydany omyłkowo")
    page = check(client, new.code).content.decode()
    assert "wydany omyłkowo" in page
    assert "Autentyczny i ważny." not in page


def test_an_unknown_code_is_a_404_in_plain_words(client):
    answer = check(client, "AAAA-BBBB-CCCC-DDDD")
    assert answer.status_code == 404
    assert "Nie ma dokumentu o tym kodzie" in answer.content.decode()
    assert check(client, "!!!").status_code == 404
    assert check(client, "<script>x").status_code in (302, 404)


def test_a_code_typed_carelessly_finds_its_page(client, certificate):
    careless = certificate.code.lower().replace("-", " ")
    answer = client.get(reverse("awards:verify_form"), {"code": f" {careless} "})
    assert answer["Location"] == reverse("awards:verify", args=[certificate.code])
    assert check(client, careless)["Location"] == reverse("awards:verify", args=[certificate.code])
    assert client.get(reverse("awards:verify_form"), {"code": ""}).status_code == 200


def test_a_confirmation_tells_no_name_of_unit_or_title(client):
    """Who entered the contest is nobody's business before the results."""
    entry = factories.make_application(state="SUBMITTED", title="Tajny tytuł", unit=factories.make_unit("Tajnowo"))
    from awards.services import ensure_confirmation

    found = ensure_confirmation(version=makers.submitted_version(entry))
    page = check(client, found.code).content.decode()
    assert found.facts["content_sha256"] in page
    assert entry.number in page
    assert "Tajn" not in page


def upload(content):
    return {"file": SimpleUploadedFile("dyplom.pdf", content, "application/pdf")}


@pytest.fixture
def issued(certificate, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(building, "render", lambda *_args: b"%PDF issued")
    build_due()
    return Certificate.objects.get(pk=certificate.pk)


def test_an_identical_file_is_recognised_and_a_changed_one_is_not(client, issued):
    address = reverse("awards:verify", args=[issued.code])
    assert "identyczny" in client.post(address, upload(b"%PDF issued")).content.decode()
    assert "różni się" in client.post(address, upload(b"%PDF issued ")).content.decode()
    assert client.post(address, {}).status_code == 422


def test_a_file_alone_leads_to_its_certificate_and_is_not_kept(client, issued, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    address = reverse("awards:verify_form")
    assert client.post(address, upload(b"%PDF issued"))["Location"] == reverse("awards:verify", args=[issued.code])
    assert "Tego pliku nie wystawiliśmy" in client.post(address, upload(b"%PDF forged")).content.decode()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_over_the_limit_is_refused_in_words(client, issued, settings):
    settings.UPLOAD_MAX_BYTES = 5
    answer = client.post(reverse("awards:verify_form"), upload(b"%PDF issued"))
    assert answer.status_code == 422
    assert "większy niż" in answer.content.decode()


def test_the_api_gives_published_results_and_nothing_before():
    from django.http import Http404
    from django.test import RequestFactory

    from awards.api import results as endpoint

    request = RequestFactory().get("/")
    edition, _chair = makers.deciding_edition(slug="2025")
    makers.decided(edition)
    with pytest.raises(Http404):
        endpoint(request, "2025")
    load_historical_editions()
    data = endpoint(request, "2011")
    assert len(data["awards"]) == Award.objects.filter(edition__slug="2011").count() == 12
    assert {row["domain"] for row in data["awards"]} == {None}
    assert data["announced_at"] is None
    assert Application.objects.count() == 1


def headings(page: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])", page)]


def test_no_level_of_heading_is_left_out_in_results_new_and_old(client):
    edition, _officer = makers.announced()
    load_historical_editions()
    for slug in (edition.slug, "2011", "2012"):
        levels = headings(client.get(reverse("awards:results", args=[slug])).content.decode())
        assert levels[0] == 1
        assert all(below <= above + 1 for above, below in pairwise(levels)), (slug, levels)
