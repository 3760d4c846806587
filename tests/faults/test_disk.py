"""The media disk is full, or a file on it is not what it was."""

import io
import os
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from applications.models import Attachment
from awards.models import Certificate, CertificateStatus
from awards.services import build_due, building
from common.media import check_media
from tests import factories
from tests.awards import makers
from tests.common.files import hostile

pytestmark = pytest.mark.django_db
TOLD = "Pliku nie udało się zapisać po naszej stronie"
UNREADABLE = "Tego pliku nie można teraz odczytać"


class SmallDisk:
    """A tmpfs of 256 kB as MEDIA_ROOT, which can be filled to the last page and emptied again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self, *, spare: int = 4096) -> None:
        """Leave `spare` bytes: a larger file begins to be written and breaks off in the middle."""
        with self.filler.open("wb", buffering=0) as handle:
            disk = os.statvfs(self.folder)
            handle.write(b"x" * (disk.f_bavail * disk.f_frsize - spare))

    def empty(self) -> None:
        self.filler.unlink()

    def files(self) -> list[str]:
        return [path.name for path in self.folder.rglob("*") if path.is_file() and path != self.filler]


@pytest.fixture
def disk(tmp_path, settings):
    folder = tmp_path / "media"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    settings.MEDIA_ROOT = folder
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.case(27)
def test_an_upload_to_a_full_disk_is_told_and_leaves_nothing(disk, client, figure):
    entry = factories.make_application()
    client.force_login(factories.make_member(entry.unit))
    address = reverse("applications:attachments", args=[entry.pk])
    content = hostile.pdf(
        lambda document: document.Root.__setitem__("/Padding", document.make_stream(os.urandom(60_000)))
    )

    def upload():
        return client.post(
            address, {"file": SimpleUploadedFile("a.pdf", content), "description": "Podpisane przez wójta"}
        )

    disk.fill()
    answer = upload()
    assert answer.status_code == 422
    page = answer.content.decode()
    assert TOLD in page
    assert "Podpisane przez wójta" in page
    assert (Attachment.objects.count(), disk.files()) == (0, [])
    disk.empty()
    assert upload().status_code == 302
    assert len(disk.files()) == 1
    figure("upload to a full disk: a sentence beside the form, 0 rows, 0 files; with room again: taken")


@pytest.mark.case(27)
def test_certificates_wait_for_room_on_the_disk_and_lose_no_try(disk, caplog, figure):
    certificate = makers.diploma()
    disk.fill()
    now = timezone.now()
    rounds = 8
    for minute in range(rounds):
        with time_machine.travel(now + minute * (building.STORAGE_PAUSE + timedelta(seconds=1)), tick=False):
            assert build_due() == 0
        certificate = Certificate.objects.get(pk=certificate.pk)
        assert (certificate.status, certificate.attempts) == (CertificateStatus.PENDING, 0)
        assert "No space left" in certificate.last_error
        assert disk.files() == []
    assert caplog.text.count("the storage takes no files") == rounds
    disk.empty()
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert build_due() == 1
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert (certificate.status, certificate.last_error) == (CertificateStatus.READY, "")
    assert check_media(now=timezone.now()).clean
    figure(f"diploma on a full disk: {rounds} rounds pending without losing a try, 0 files; with room again: ready")


def test_a_full_disk_ends_the_round_and_the_next_certificates_are_not_drawn_in_vain(monkeypatch):
    drawn = []
    monkeypatch.setattr(building, "render", lambda facts, _kind: drawn.append(facts) or b"%PDF")

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building.default_storage, "save", full)
    makers.announced("LAUREATE", "FINALIST", "FINALIST")
    assert build_due() == 0
    assert len(drawn) == 1


# --- Files that changed behind our back --------------------------------------------------------
DAMAGE = {
    "deleted": lambda path: path.unlink(),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "altered": lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]),
}


@pytest.fixture
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.case(28)
def test_check_media_lists_every_damaged_file_and_pages_say_so_in_words(client, media, monkeypatch, capsys, figure):
    monkeypatch.setattr(building, "render", lambda facts, _kind: b"%PDF " + facts["number"].encode())
    edition, officer = makers.announced("LAUREATE", "FINALIST", "HONOURABLE_MENTION", slug="2026")
    build_due()
    entry = edition.applications.first()
    attachments = [factories.make_attachment(entry) for _ in DAMAGE]
    diplomas = list(Certificate.objects.order_by("pk"))
    for harm, attachment, diploma in zip(DAMAGE.values(), attachments, diplomas, strict=True):
        harm(media / attachment.file.name)
        harm(media / diploma.file.name)

    with pytest.raises(CommandError, match="6 problem"):
        call_command("check_media")
    listed = capsys.readouterr().out
    assert all(row.file.name in listed for row in [*attachments, *diplomas])
    assert listed.count("missing: ") == 2
    assert listed.count("damaged (digest differs): ") == 4

    client.force_login(factories.make_member(entry.unit))
    answers = [client.get(reverse("applications:attachment_download", args=[row.pk])) for row in attachments[:2]]
    client.force_login(officer)
    answers += [client.get(reverse("awards:certificate_file", args=[row.code])) for row in diplomas]
    assert [answer.status_code for answer in answers] == [409] * 5
    assert all(UNREADABLE in answer.content.decode() for answer in answers)

    archive = client.get(reverse("awards:certificates_zip", args=[edition.slug]))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as read:
        assert read.namelist() == ["brakujące.txt"]
        told = read.read("brakujące.txt").decode()
    assert all(diploma.number in told for diploma in diplomas)
    figure(
        "deleted, truncated, altered: 6 of 6 listed; 5 pages say so (409), none is a 500; the archive names 3 it lacks"
    )
