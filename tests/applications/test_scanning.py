"""Uploads and the virus scanner: refused, kept while it is silent, asked about again, withheld."""

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from applications.models import Attachment, ScanStatus
from applications.services.attachments import add_attachment
from applications.services.scanning import scan_attachments
from common.errors import Invalid
from common.files.uploads import check_upload
from common.files.virus_scan import ScannerUnavailable
from common.models import JournalEntry
from tests import factories
from tests.common.files.hostile import EICAR, pdf
from tests.common.files.test_virus_scan import running_scanner
from tests.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings):
    with running_scanner() as server:
        settings.CLAMD_URL = server.url
        yield server


@pytest.fixture
def draft(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.make_application()


def add(draft, content=None) -> Attachment:
    upload = check_upload(SimpleUploadedFile("plik.pdf", content or pdf()))
    actor = factories.make_member(draft.unit)
    return add_attachment(actor=actor, application_id=draft.pk, upload=upload, requirement_id=None, description="")


def test_a_clean_file_is_marked_as_scanned(draft, scanner):
    assert add(draft).scan_status == ScanStatus.CLEAN


def test_an_infected_file_is_refused_with_a_sentence(draft, scanner):
    infected = pdf() + b"\n%" + EICAR + b"\n%%EOF"
    with pytest.raises(Invalid, match="antywirusowy"):
        check_upload(SimpleUploadedFile("plik.pdf", infected))


def test_without_a_scanner_a_file_is_kept_and_the_page_says_that_nobody_looked(draft, client):
    attachment = add(draft)
    assert attachment.scan_status == ScanStatus.NOT_SCANNED
    assert scan_attachments() == 0
    client.force_login(factories.make_member(draft.unit))
    page = client.get(reverse("applications:attachments", args=[draft.pk])).content.decode()
    assert "niesprawdzony pod kątem wirusów" in page


def test_while_the_scanner_is_down_files_are_kept_and_asked_about_when_it_is_back(draft, settings):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"
    attachment = add(draft)
    assert attachment.scan_status == ScanStatus.NOT_SCANNED
    assert scan_attachments() == 0
    with running_scanner() as server:
        settings.CLAMD_URL = server.url
        assert scan_attachments() == 1
        assert scan_attachments() == 0
    attachment.refresh_from_db()
    assert attachment.scan_status == ScanStatus.CLEAN


def test_a_file_the_scanner_chokes_on_keeps_no_other_from_being_judged(draft, scanner, settings, monkeypatch):
    settings.CLAMD_URL = ""
    choking, fine = add(draft), add(draft, pdf(lambda document: document.add_blank_page()))
    settings.CLAMD_URL = scanner.url
    bad = choking.file.read()

    def ask(content, *, address):
        if content == bad:
            raise ScannerUnavailable("it took too long")
        return ""

    monkeypatch.setattr("applications.services.scanning.find_virus", ask)
    assert scan_attachments() == 1
    fine.refresh_from_db()
    assert fine.scan_status == ScanStatus.CLEAN


def test_a_file_removed_while_the_scanner_reads_it_keeps_no_other_from_being_judged(
    draft, scanner, settings, monkeypatch
):
    settings.CLAMD_URL = ""
    files = [add(draft), add(draft, pdf(lambda document: document.add_blank_page()))]
    settings.CLAMD_URL = scanner.url

    def remove_the_first(content, *, address):
        Attachment.objects.filter(pk=files[0].pk).delete()
        return ""

    monkeypatch.setattr("applications.services.scanning.find_virus", remove_the_first)
    scan_attachments()
    assert Attachment.objects.get().scan_status == ScanStatus.CLEAN


def test_a_virus_found_later_withholds_the_file_from_everybody(draft, scanner, settings, client):
    settings.CLAMD_URL = ""
    attachment = add(draft)
    settings.CLAMD_URL = scanner.url
    scanner.say = "stream: Eicar-Signature FOUND"
    assert scan_attachments() == 1
    attachment.refresh_from_db()
    assert attachment.is_infected
    assert JournalEntry.objects.filter(action="application.withhold_file").count() == 1
    client.force_login(factories.make_member(draft.unit))
    assert client.get(reverse("applications:attachment_download", args=[attachment.pk])).status_code == 409
    page = client.get(reverse("applications:attachments", args=[draft.pk])).content.decode()
    assert "zainfekowany" in page


def test_a_lost_file_does_not_keep_the_others_from_being_scanned(draft, scanner, settings):
    settings.CLAMD_URL = ""
    older, newest = add(draft), add(draft, pdf() + b"\n%%EOF")
    default_storage.delete(newest.file.name)
    settings.CLAMD_URL = scanner.url
    assert scan_attachments() == 1
    older.refresh_from_db()
    newest.refresh_from_db()
    assert (older.scan_status, newest.scan_status) == (ScanStatus.CLEAN, ScanStatus.NOT_SCANNED)


def scan(*options) -> str:
    out = StringIO()
    call_command("scan_attachments", *options, stdout=out)
    return out.getvalue()


def test_the_command_scans_everything_at_once_when_a_scanner_is_switched_on(draft, settings, monkeypatch):
    monkeypatch.setattr("applications.services.scanning.AT_ONCE", 1)
    for number in range(3):
        add(draft, pdf() + f"\n%{number}\n%%EOF".encode())
    with pytest.raises(CommandError, match="no scanner"):
        scan()
    with running_scanner() as server:
        settings.CLAMD_URL = server.url
        assert scan() == "3 file(s) judged, 0 infected, 0 without an answer\n"
        assert scan() == "0 file(s) judged, 0 infected, 0 without an answer\n"


def test_a_scanner_that_has_learnt_since_looks_again_at_what_was_clean(draft, scanner):
    attachment = add(draft)
    scanner.say = "stream: Eicar-Signature FOUND"
    assert scan().startswith("0 file(s)")
    with pytest.raises(CommandError, match="1 file\\(s\\) judged, 1 infected"):
        scan("--again")
    attachment.refresh_from_db()
    assert attachment.is_infected
    assert scan("--again").startswith("0 file(s)")


def test_a_silent_scanner_ends_the_command_with_what_was_not_judged(draft, settings):
    for number in range(4):
        add(draft, pdf() + f"\n%{number}\n%%EOF".encode())
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(CommandError, match="0 infected, 3 without an answer"):
        scan()
