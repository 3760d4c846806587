"""A virus found in a document after its practice was published: nobody gets it, and the organisers know."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Role
from applications.models import ScanStatus
from applications.services.scanning import scan_attachments
from common.models import JournalEntry
from practices.models import Practice, PracticeAttachment
from practices.services.withhold import withhold_infected_files
from tests.common.files.test_virus_scan import running_scanner
from tests.factories import make_application, make_attachment, make_user
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db
SERVICE_STATE = reverse("portal:service_state")


@pytest.fixture
def published(settings, tmp_path) -> PracticeAttachment:
    """A document of a practice and of the entry it came from: one file."""
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("attachments/plan", ContentFile(b"%PDF-1.4 plan"))
    make_attachment(make_application(), file=name, scan_status=ScanStatus.NOT_SCANNED)
    return PracticeAttachment.objects.create(
        practice=make_practice("Ciepło z odpadów"), file=name, name="plan.pdf", media_type="application/pdf", size=13,
        sha256="0" * 64,
    )  # fmt: skip


def address(file: PracticeAttachment) -> str:
    return reverse("practices:attachment", args=[file.pk])


def page(client, practice: Practice) -> str:
    return client.get(practice.get_absolute_url()).content.decode()


def test_an_infected_document_leaves_every_public_page_and_the_organisers_are_told(published, client, settings):
    assert client.get(address(published)).status_code == 200
    assert "plan.pdf" in page(client, published.practice)
    with running_scanner() as scanner:
        settings.CLAMD_URL, scanner.say = scanner.url, "stream: Eicar-Signature FOUND"
        scan_attachments()
    assert withhold_infected_files() == 1
    assert withhold_infected_files() == 0
    assert client.get(address(published)).status_code == 404
    assert "plan.pdf" not in page(client, published.practice)
    api = client.get(reverse("api-1:get_practice", args=[published.practice_id])).json()
    assert api["attachments"] == []
    assert JournalEntry.objects.filter(action="practice.withhold_file", target_id=published.practice_id).count() == 1
    client.force_login(make_user("", Role.OFFICER))
    assert client.get(address(published)).status_code == 404
    told = client.get(SERVICE_STATE).content.decode()
    assert "W 1 dokumencie opublikowanym z praktyką znaleziono wirusa." in told
    assert reverse("practices:manage", args=[published.practice_id]) in told


def test_finding_a_virus_wakes_the_work_that_withholds_it(published, settings, monkeypatch):
    woken = []
    monkeypatch.setattr("applications.services.scanning.wake_after_commit", woken.append)
    with running_scanner() as scanner:
        settings.CLAMD_URL, scanner.say = scanner.url, "stream: Eicar-Signature FOUND"
        scan_attachments()
    assert woken == ["practices.tasks.withhold_infected_files"]


def test_a_clean_document_stays_and_the_page_of_the_service_says_nothing_of_it(published, client, settings):
    with running_scanner() as scanner:
        settings.CLAMD_URL = scanner.url
        assert scan_attachments() == 1
    assert withhold_infected_files() == 0
    assert client.get(address(published)).status_code == 200
    client.force_login(make_user("", Role.OFFICER))
    assert "Opublikowane dokumenty" not in client.get(SERVICE_STATE).content.decode()


def test_a_practice_taken_down_worries_nobody_any_more(published, client):
    PracticeAttachment.objects.update(withheld_at="2026-01-01T00:00:00Z")
    Practice.objects.update(withdrawn_at="2026-01-02T00:00:00Z")
    client.force_login(make_user("", Role.OFFICER))
    assert "Opublikowane dokumenty" not in client.get(SERVICE_STATE).content.decode()
