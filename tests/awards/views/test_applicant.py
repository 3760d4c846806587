"""The unit's own documents: for its members and the organisers alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Certificate, CertificateStatus
from awards.services import build_due, building, ensure_confirmation
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(building, "render", lambda *_args: b"%PDF made")


@pytest.fixture
def woken(monkeypatch):
    """The names of the tasks that pages woke."""
    found = []
    monkeypatch.setattr("awards.views.applicant.wake", lambda task: found.append(task.name))
    return found


@pytest.fixture
def entry():
    entry = factories.make_application(state="SUBMITTED")
    factories.make_member(entry.unit)
    makers.submitted_version(entry)
    return entry


def page(entry):
    return reverse("awards:confirmation", args=[entry.pk])


def member_of(unit):
    return unit.memberships.first().user


def test_a_missing_confirmation_is_said_to_be_on_its_way_and_reading_makes_nothing(client, entry, woken):
    client.force_login(member_of(entry.unit))
    answer = client.get(page(entry))
    assert "Dokument jest przygotowywany." in answer.content.decode()
    assert "hx-get" in answer.content.decode()
    assert woken == ["awards.tasks.confirm_submissions"]
    assert not Certificate.objects.exists()


def test_a_pending_one_wakes_the_builder_and_a_refresh_by_the_page_itself_does_not(client, entry, woken):
    ensure_confirmation(version=entry.versions.get())
    client.force_login(member_of(entry.unit))
    client.get(page(entry), headers={"HX-Request": "true"})
    assert woken == []
    client.get(page(entry))
    assert woken == ["awards.tasks.build_certificates"]


def test_a_ready_one_is_offered_and_downloads_as_pdf(client, entry, woken):
    certificate = ensure_confirmation(version=entry.versions.get())
    build_due()
    client.force_login(member_of(entry.unit))
    text = client.get(page(entry)).content.decode()
    link = reverse("awards:certificate_file", args=[certificate.code])
    assert link in text
    assert "hx-get" not in text
    answer = client.get(link)
    assert b"".join(answer.streaming_content) == b"%PDF made"
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert certificate.number.replace("/", "-") in answer["Content-Disposition"]
    assert woken == []


def test_a_failed_one_is_admitted_and_the_facts_still_shown(client, entry, woken):
    certificate = ensure_confirmation(version=entry.versions.get())
    Certificate.objects.update(status=CertificateStatus.FAILED)
    client.force_login(member_of(entry.unit))
    text = client.get(page(entry)).content.decode()
    assert "Nie udało się utworzyć dokumentu" in text
    assert entry.versions.get().sha256 in text
    answer = client.get(reverse("awards:certificate_file", args=[certificate.code]))
    assert "Nie udało się go utworzyć" in answer.content.decode()


def test_the_newest_version_is_the_one_confirmed(client, entry, woken):
    second = makers.submitted_version(entry, 2)
    certificate = ensure_confirmation(version=second)
    build_due()
    client.force_login(member_of(entry.unit))
    assert certificate.number in client.get(page(entry)).content.decode()


def test_strangers_get_404_and_the_anonymous_are_asked_to_sign_in(client, entry, woken):
    certificate = ensure_confirmation(version=entry.versions.get())
    build_due()
    addresses = (page(entry), reverse("awards:certificate_file", args=[certificate.code]))
    for address in addresses:
        assert client.get(address)["Location"].startswith("/konto/")
    juror = factories.make_juror(entry.edition)
    stranger = factories.make_member(factories.make_unit())
    for person in (juror.user, stranger):
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404
    for role in ("OFFICER", "AUDITOR"):
        client.force_login(factories.make_user("", role))
        for address in addresses:
            assert client.get(address).status_code == 200


def test_a_draft_has_no_confirmation(client):
    draft = factories.make_application()
    client.force_login(factories.make_member(draft.unit))
    assert client.get(page(draft)).status_code == 404


def test_a_diploma_is_for_its_own_unit(client):
    certificate = makers.diploma()
    link = reverse("awards:certificate_file", args=[certificate.code])
    client.force_login(member_of(certificate.award.unit))
    assert "nie jest jeszcze gotowy" in client.get(link).content.decode()
    build_due()
    assert client.get(link)["Content-Type"] == "application/pdf"
    client.force_login(factories.make_member(factories.make_unit()))
    assert client.get(link).status_code == 404


def test_the_page_of_documents_offers_the_diploma_in_force_to_the_unit_alone(client, woken):
    diploma = makers.diploma()
    entry = diploma.award.application
    makers.submitted_version(entry)
    client.force_login(member_of(entry.unit))
    assert "Dyplom jest przygotowywany" in client.get(page(entry)).content.decode()
    build_due()
    link = reverse("awards:certificate_file", args=[diploma.code])
    assert link in client.get(page(entry)).content.decode()
    detail = client.get(reverse("applications:applicant_detail", args=[entry.pk])).content.decode()
    assert page(entry) in detail
    assert "Gratulujemy" in detail
    Certificate.objects.filter(pk=diploma.pk).update(revoked_at=timezone.now())
    assert link not in client.get(page(entry)).content.decode()


def test_an_address_is_read_only(client, entry):
    client.force_login(member_of(entry.unit))
    assert client.post(page(entry)).status_code == 405
