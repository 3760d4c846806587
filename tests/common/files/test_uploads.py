import hashlib
import time
import unicodedata

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from applications.models import Attachment
from common.errors import Conflict, Invalid
from common.files import kinds, uploads
from tests.common.files import hostile


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def upload(content, name="plik.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("kind", hostile.GOOD)
def test_honest_files_pass(kind):
    checked = uploads.check_upload(upload(hostile.GOOD[kind], "Oświadczenie burmistrza.bin"))
    extension = kinds.EXTENSIONS[checked.media_type]
    assert checked.name == f"Oświadczenie burmistrza{extension}"
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()
    assert kind.split()[0] in (extension[1:], "grey", "jpeg")


@pytest.mark.case(43)
@pytest.mark.parametrize("kind", hostile.BAD)
@pytest.mark.parametrize("name", ["plik.pdf", "plik.docx", "plik.png"])
def test_hostile_files_are_refused_whatever_their_name(kind, name):
    started = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        uploads.check_upload(upload(hostile.BAD[kind], name))
    assert str(refusal.value)
    assert time.monotonic() - started < 5


def test_there_are_at_least_forty_hostile_files():
    assert len(hostile.BAD) >= 40


def test_an_empty_file_is_refused():
    with pytest.raises(Invalid, match="empty"):
        uploads.check_upload(upload(b""))


def test_the_limit_itself_passes_and_one_byte_more_does_not(settings):
    content = hostile.pdf()
    settings.UPLOAD_MAX_BYTES = len(content)
    assert uploads.check_upload(upload(content)).size == len(content)
    settings.UPLOAD_MAX_BYTES = len(content) - 1
    with pytest.raises(Invalid, match="larger"):
        uploads.check_upload(upload(content))


def test_a_document_is_kept_byte_for_byte_because_a_signature_covers_every_byte():
    content = hostile.pdf() + b"\n% signature\n"
    assert uploads.check_upload(upload(content)).content == content


def test_a_picture_is_kept_byte_for_byte_too_because_it_is_evidence():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = hostile.picture("JPEG", size=(8, 4), exif=exif) + b"a tail"
    checked = uploads.check_upload(upload(content))
    assert checked.content == content
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("uchwała.pdf", "uchwała.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\jan\\plik.doc", "plik.pdf"),
        ("zly\u202efdp.exe", "zlyfdp.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("...", "plik.pdf"),
        ("", "plik.pdf"),
        (".pdf", "plik.pdf"),
        ("  a   b  .pdf", "a b.pdf"),
        ('"; filename="x.exe', "filename=x.pdf"),
        ("a" * 500 + ".pdf", "a" * 120 + ".pdf"),
        ("plik.tar.gz", "plik.tar.pdf"),
        ("Uchwała nr XII.45.2026", "Uchwała nr XII.45.2026.pdf"),
        ("Uchwała nr XII.45.2026.PDF", "Uchwała nr XII.45.2026.pdf"),
        ("Zarządzenie 12.2026 z dn. 1.06.2026 r.", "Zarządzenie 12.2026 z dn. 1.06.2026 r.pdf"),
        ("Uchwała\u00a0nr 5.docx", "Uchwała nr 5.pdf"),
        ("skan..pdf", "skan.pdf"),
        ("oświadczenie.pdf.p7m", "oświadczenie.pdf"),
        ("zdjęcie.HEIC", "zdjęcie.pdf"),
        ("a" * 2000 + ".pdf", "a" * 120 + ".pdf"),
        ("o\u0301.pdf", "ó.pdf"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert kinds.clean_name(sent, ".pdf") == kept
    assert not [char for char in kinds.clean_name(sent, ".pdf") if unicodedata.category(char)[0] == "C"]


def test_a_failed_write_leaves_nothing_and_says_so(monkeypatch):
    written = []

    def full_disk(name, content, max_length=None):
        written.append(name)
        raise OSError(28, "No space left on device")

    discarded = []
    monkeypatch.setattr(default_storage, "save", full_disk)
    monkeypatch.setattr(uploads, "discard", discarded.append)
    with pytest.raises(Invalid, match="could not be saved"):
        uploads.store(b"x")
    assert discarded == written


def test_a_file_that_cannot_be_deleted_is_left_to_check_media(monkeypatch, caplog):
    def broken(name):
        raise OSError("read-only")

    monkeypatch.setattr(default_storage, "delete", broken)
    uploads.discard("attachments/x")
    assert "check_media" in caplog.text


def test_stored_names_are_random_and_say_nothing():
    first, second = uploads.store(b"x"), uploads.store(b"x")
    assert first != second
    assert first.startswith("attachments/")


@pytest.mark.case(43)
def test_a_download_is_an_attachment_that_no_browser_runs():
    name = "Zażółć „gęślą” jaźń.pdf"
    attachment = Attachment(file=uploads.store(b"%PDF-"), name=name, media_type="application/pdf", size=5)
    response = uploads.attachment_response(attachment)
    assert b"".join(response.streaming_content) == b"%PDF-"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Za%C5%BC")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "application/pdf"


def test_a_lost_file_is_told_in_a_sentence():
    attachment = Attachment(file="attachments/nie-ma", name="a.pdf", media_type="application/pdf")
    with pytest.raises(Conflict):
        uploads.attachment_response(attachment)
