"""Pages of sent files are drawn once, whoever dies meanwhile, and go when their file goes."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from applications.models import Attachment, Drawing, Rendition, ScanStatus
from applications.services import drawing
from applications.services.attachments import add_attachment, remove_attachment, sweep_removed_files
from common.files.limited_reader import ReaderFailed
from common.files.uploads import check_upload
from common.kernel.seals import differences
from common.models import JournalEntry
from tests import factories
from tests.common.files import hostile

pytestmark = pytest.mark.django_db


def sent_file(content=None, media_type="application/pdf", **fields):
    entry = factories.make_application(state="SUBMITTED")
    return factories.make_attachment(entry, content=content or hostile.pdf(), media_type=media_type, **fields)


def photograph():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "GPS 50.72"
    out = io.BytesIO()
    Image.effect_noise((400, 300), 40).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def failing(monkeypatch):
    def fail(kind):
        def run(*_args, **_options):
            raise ReaderFailed(kind)

        monkeypatch.setattr(drawing, "run_limited", run)

    return fail


def due_again():
    Attachment.objects.update(draw_due_at=None)


def test_pages_of_a_sent_file_are_drawn_once():
    file = sent_file(hostile.pdf(lambda document: document.add_blank_page()))
    assert drawing.draw_attachments() == 1
    assert drawing.draw_attachments() == 0
    file.refresh_from_db()
    assert (file.drawing, file.page_count) == (Drawing.DRAWN, 2)
    pages = list(file.renditions.all())
    assert [page.page for page in pages] == [1, 2]
    for page in pages:
        content = page.file.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (page.size, page.sha256)
    sealed = JournalEntry.objects.get(action="application.draw_file").facts["applications.rendition"]
    assert sealed.keys() == {str(page.pk) for page in pages}
    assert differences(pages) == []


def test_only_the_first_pages_are_drawn(monkeypatch):
    monkeypatch.setattr(drawing, "PAGES", 2)
    file = sent_file(hostile.pdf(lambda document: [document.add_blank_page() for _number in range(4)]))
    drawing.draw_attachments()
    file.refresh_from_db()
    assert (file.page_count, file.renditions.count()) == (5, 2)


def test_files_of_drafts_and_removed_ones_wait():
    factories.make_attachment(factories.make_application(), content=hostile.pdf())
    sent_file(removed_at=timezone.now())
    assert drawing.draw_attachments() == 0
    assert not Rendition.objects.exists()


def test_an_office_document_is_not_drawn():
    file = sent_file(hostile.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert drawing.draw_attachments() == 0
    file.refresh_from_db()
    assert file.drawing == Drawing.NONE


@pytest.mark.parametrize("kind", ["memory", "time", "crash"])
def test_a_file_nobody_can_draw_is_tried_five_times_and_given_up(failing, kind):
    failing(kind)
    file = sent_file()
    for _try in range(drawing.MAX_ATTEMPTS + 2):
        drawing.draw_attachments()
        due_again()
    file.refresh_from_db()
    assert (file.drawing, file.draw_attempts) == (Drawing.FAILED, drawing.MAX_ATTEMPTS)


def test_a_busy_machine_costs_no_try(failing):
    failing("busy")
    file = sent_file()
    drawing.draw_attachments()
    file.refresh_from_db()
    assert (file.drawing, file.draw_attempts) == (Drawing.PENDING, 0)


def test_who_draws_a_file_has_it_for_a_while_and_a_killed_one_loses_it(monkeypatch):
    sent_file()
    assert drawing._claim_next()
    assert drawing._claim_next() is None
    Attachment.objects.update(draw_due_at=timezone.now() - timedelta(seconds=1))
    assert drawing._claim_next().draw_attempts == 2


def test_two_who_drew_the_same_file_leave_one_set_of_pages():
    file = sent_file()
    first, second = drawing._claim_next(), None
    due_again()
    second = drawing._claim_next()
    assert drawing._draw(first)
    assert not drawing._draw(second)
    names = {page.file.name for page in file.renditions.all()}
    assert names == {f"renditions/{name}" for name in default_storage.listdir("renditions")[1]} & names
    assert len(names) == 1


def test_an_altered_original_is_not_drawn():
    file = sent_file(sha256="0" * 64)
    drawing.draw_attachments()
    file.refresh_from_db()
    assert (file.drawing, file.renditions.count()) == (Drawing.PENDING, 0)


@pytest.mark.case(58)
def test_the_clerks_own_bytes_are_kept_and_readers_get_a_picture_without_the_place():
    content = photograph()
    entry = factories.make_application()
    member = factories.make_member(entry.unit)
    upload = check_upload(SimpleUploadedFile("Zdjęcie.jpg", content))
    file = add_attachment(actor=member, application_id=entry.pk, upload=upload, requirement_id=None, description="x")
    assert file.file.read() == content
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    type(entry).objects.filter(pk=entry.pk).update(submitted_at=timezone.now(), number="SLZ/1", state="SUBMITTED")
    drawing.draw_attachments()
    [page] = file.renditions.all()
    assert b"GPS" not in page.file.read()


def test_a_removed_file_of_a_draft_takes_its_pages_with_it(django_capture_on_commit_callbacks):
    entry = factories.make_application()
    member = factories.make_member(entry.unit)
    file = factories.make_attachment(entry)
    page = factories.make_rendition(file)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(actor=member, attachment_id=file.pk)
        assert Rendition.objects.exists()  # for a day the file can be put back
        sweep_removed_files(timezone.now() + timedelta(days=2))
    assert not Rendition.objects.exists()
    assert not default_storage.exists(page.file.name)
    assert not default_storage.exists(file.file.name)


def test_a_page_is_a_harmless_picture_and_none_of_an_infected_file(client):
    file = sent_file()
    page = factories.make_rendition(file)
    client.force_login(factories.make_member(file.application.unit))
    address = reverse("applications:attachment_page", args=[file.pk, 1])
    answer = client.get(address)
    assert answer.content == page.file.read()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(reverse("applications:attachment_page", args=[file.pk, 2])).status_code == 404
    Attachment.objects.update(scan_status=ScanStatus.INFECTED)
    assert client.get(address).status_code == 404
