"""The organiser's page of diplomas."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.models import Certificate, CertificateStatus
from awards.services import build_due, building, revoke_certificate
from contest.models import Edition
from tests import factories
from tests.awards import makers
from tests.pressing import press

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(building, "render", lambda facts, _kind: facts["number"].encode())


@pytest.fixture
def desk(client):
    """An announced edition of three awards, its officer signed in."""
    edition, officer = makers.announced("LAUREATE", "FINALIST", "FINALIST", slug="2026")
    client.force_login(officer)
    return edition, officer


def address(name, *args):
    return reverse(f"awards:{name}", args=args)


def test_the_page_lists_diplomas_with_their_state(client, desk):
    text = client.get(address("certificates", "2026")).content.decode()
    for number in ("SLZ/2026/L/001", "SLZ/2026/F/001", "SLZ/2026/F/002"):
        assert number in text


def test_the_number_of_queries_is_constant(client):
    counts = []
    for awards in (1, 3):
        edition, officer = makers.announced(*["FINALIST"] * awards)
        client.force_login(officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("certificates", edition.slug))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_an_edition_without_diplomas_says_how_they_begin(client):
    edition = factories.make_edition()
    client.force_login(factories.make_officer())
    assert "Nie ma jeszcze dyplomów" in client.get(address("certificates", edition.slug)).content.decode()


def test_the_zip_holds_every_ready_diploma_in_force(client, desk):
    _edition, officer = desk
    build_due()
    last = Certificate.objects.order_by("pk").last()
    revoke_certificate(actor=officer, certificate_id=last.pk, reason="x")
    answer = client.get(address("certificates_zip", "2026"))
    assert answer.streaming
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == ["SLZ-2026-F-001.pdf", "SLZ-2026-L-001.pdf"]
    assert archive.read("SLZ-2026-L-001.pdf") == b"SLZ/2026/L/001"


def test_failed_ones_can_be_tried_again(client, desk):
    Certificate.objects.filter(number__contains="/L/").update(
        status=CertificateStatus.FAILED, last_error="brak miejsca"
    )
    assert "brak miejsca" in client.get(address("certificates", "2026")).content.decode()
    answer = client.post(address("certificates_retry", "2026"), follow=True)
    assert "Ponowimy utworzenie 1 dokumentu." in answer.content.decode()
    assert not Certificate.objects.filter(status=CertificateStatus.FAILED).exists()


def test_a_correction_shows_the_present_texts_and_asks_for_the_word(client, desk):
    certificate = Certificate.objects.get(number="SLZ/2026/L/001")
    page = address("certificate_replace", certificate.code)
    assert certificate.facts["unit_name"] in client.get(page).content.decode()
    data = {
        "unit_name": "Gmina Poprawna",
        "title": "T",
        "special_title": "",
        "reason": "literówka",
        "typed_word": "nie",
    }
    answer = client.post(page, data)
    assert answer.status_code == 422
    assert "Gmina Poprawna" in answer.content.decode()
    assert not certificate.award.certificates.filter(replaced_at__isnull=False).exists()
    answer = press(client, page, data | {"typed_word": "zastępuję"}, follow=True)
    assert "SLZ/2026/L/002" in answer.content.decode()
    new = Certificate.objects.get(number="SLZ/2026/F/001")
    same = {name: new.facts[name] for name in ("unit_name", "title", "special_title")}
    answer = press(client, address("certificate_replace", new.code), same | {"reason": "x", "typed_word": "zastępuję"})
    assert answer.status_code == 422
    assert client.post(page, data | {"typed_word": "zastępuję"}).status_code == 409


def test_a_revocation_asks_for_reason_and_word(client, desk):
    certificate = Certificate.objects.get(number="SLZ/2026/L/001")
    page = address("certificate_revoke", certificate.code)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "omyłka", "typed_word": ""}).status_code == 422
    assert client.post(page, {"reason": "", "typed_word": "unieważniam"}).status_code == 422
    answer = press(client, page, {"reason": "omyłka", "typed_word": "Unieważniam"}, follow=True)
    assert "unieważniony" in answer.content.decode()


def test_an_auditor_reads_and_changes_nothing(client, desk):
    code = Certificate.objects.first().code
    client.force_login(factories.make_user("", "AUDITOR"))
    assert client.get(address("certificates", "2026")).status_code == 200
    assert client.post(address("certificates_retry", "2026")).status_code == 404
    assert client.get(address("certificate_replace", code)).status_code == 403
    assert client.get(address("certificate_revoke", code)).status_code == 403


def test_others_do_not_know_the_page(client, desk):
    edition = Edition.objects.get(slug="2026")
    member = Certificate.objects.first().award.unit.memberships.get().user
    for person in (member, edition.jury.get().user):
        client.force_login(person)
        for name in ("certificates", "certificates_zip"):
            assert client.get(address(name, "2026")).status_code == 404
    client.logout()
    assert client.get(address("certificates", "2026"))["Location"].startswith("/konto/")


def test_a_confirmation_cannot_be_corrected_here(client):
    from awards.services import ensure_confirmation

    entry = factories.make_application(state="SUBMITTED")
    certificate = ensure_confirmation(version=makers.submitted_version(entry))
    client.force_login(factories.make_officer())
    assert client.get(address("certificate_revoke", certificate.code)).status_code == 404
    assert client.get(address("certificate_revoke", "NIC")).status_code == 404
