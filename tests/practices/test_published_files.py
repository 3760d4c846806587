"""Of a picture only its rendition becomes public: an original may tell where it was taken."""

import pytest
from django.urls import reverse

from applications.models import Attachment, Rendition, ScanStatus
from common.files.uploads import store
from common.kernel.baseline import seal_baseline
from common.models import JournalEntry
from practices.models import PracticeAttachment
from practices.services.files import publish_drawn_pictures, published_file
from privacy.services.emptying import empty_files
from tests import factories
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db
ORIGINAL = b"\xff\xd8\xff GPS 50.72"


def photograph(**fields):
    entry = factories.make_application(state="SUBMITTED")
    values = {"content": ORIGINAL, "media_type": "image/heic", "name": "rynek.heic"} | fields
    return factories.make_attachment(entry, **values)


def published(source):
    practice = make_practice()
    row = published_file(practice, Attachment.objects.prefetch_related("renditions").get(pk=source.pk))
    row.save()
    return practice, row


def test_a_drawn_picture_is_published_as_its_rendition(client):
    source = photograph()
    page = factories.make_rendition(source)
    _practice, row = published(source)
    assert (row.file.name, row.name, row.media_type, row.sha256) == (
        page.file.name,
        "rynek.jpg",
        "image/jpeg",
        page.sha256,
    )
    answer = client.get(reverse("practices:attachment", args=[row.pk]))
    assert b"GPS" not in b"".join(answer.streaming_content)


def test_one_that_is_not_drawn_yet_is_nobodys_until_it_is(client):
    source = photograph()
    practice, row = published(source)
    address = reverse("practices:attachment", args=[row.pk])
    assert client.get(address).status_code == 404
    assert "rynek" not in client.get(practice.get_absolute_url()).content.decode()
    assert publish_drawn_pictures() == 0
    factories.make_rendition(source)
    assert publish_drawn_pictures() == 1
    assert publish_drawn_pictures() == 0
    assert b"GPS" not in b"".join(client.get(address).streaming_content)
    assert "rynek.jpg" in client.get(practice.get_absolute_url()).content.decode()


def test_one_in_which_a_virus_was_found_meanwhile_is_not_published():
    source = photograph()
    published(source)
    factories.make_rendition(source)
    Attachment.objects.update(scan_status=ScanStatus.INFECTED)
    assert publish_drawn_pictures() == 0


def test_a_page_exchanged_past_the_service_is_published_for_no_picture():
    source, other = photograph(), photograph()
    for file in (source, other):
        published(file)
    exchanged = factories.make_rendition(source)
    factories.make_rendition(other)
    seal_baseline()
    Rendition.objects.filter(pk=exchanged.pk).update(sha256="0" * 64)
    assert publish_drawn_pictures() == 1
    assert PracticeAttachment.objects.get(source=source).file == ""


def test_a_document_is_published_as_it_was_sent():
    source = photograph(media_type="application/pdf", name="opis.pdf")
    _practice, row = published(source)
    assert (row.file.name, row.name, row.sha256) == (source.file.name, "opis.pdf", source.sha256)


def test_what_was_published_before_renditions_stays_as_it_is(client):
    """Pictures of older versions were drawn again when they came, and share their file with the entry."""
    row = PracticeAttachment.objects.create(
        practice=make_practice(), file=store(b"old"), name="a.jpg", media_type="image/jpeg", size=3, sha256="0" * 64
    )
    assert b"".join(client.get(reverse("practices:attachment", args=[row.pk])).streaming_content) == b"old"


def test_removing_persons_takes_originals_and_pages_and_leaves_what_is_published(django_capture_on_commit_callbacks):
    shown, other = photograph(), photograph()
    kept, gone = factories.make_rendition(shown), factories.make_rendition(other)
    _practice, row = published(shown)
    originals = [file.file.storage.path(file.file.name) for file in (shown, other)]
    storage = kept.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        empty_files(actor=None, act=shown.application.edition, files=Attachment.objects.all())
    assert not Rendition.objects.exists()
    noted = JournalEntry.objects.filter(action="application.remove_pages").values_list("facts", flat=True)
    assert {number: found for facts in noted for number, found in facts["applications.rendition"].items()} == {
        str(page.pk): None for page in (kept, gone)
    }
    assert not [path for path in originals if storage.exists(path)]
    assert not storage.exists(gone.file.name)
    assert storage.exists(row.file.name)
