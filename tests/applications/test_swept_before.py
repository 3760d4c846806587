"""An installation whose removed files were deleted before the journal was told of that (migration 0007)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from applications.models import Attachment
from applications.services.attachments import add_attachment, remove_attachment, restore_attachment
from common.files.uploads import check_upload
from common.kernel.comparison import verify_all
from common.kernel.seals import missing
from common.models import JournalEntry
from jury.sealed import read_behind
from tests import factories
from tests.common.files import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.make_application()


@pytest.fixture
def swept(entry):
    """Files in an entry, taken out, and one of them deleted with no word in the journal."""
    member = factories.make_member(entry.unit)
    upload = check_upload(SimpleUploadedFile("plik.pdf", hostile.pdf()))
    swept, kept, back = (
        add_attachment(
            actor=member, application_id=entry.pk, upload=upload, requirement_id=None, description=description
        )
        for description in ("Usunięty", "Zachowany", "Przywrócony")
    )
    for row in (swept, kept, back):
        remove_attachment(actor=member, attachment_id=row.pk)
    restore_attachment(actor=member, attachment_id=back.pk)
    number = swept.pk
    swept.delete()
    return number


def upgrade() -> None:
    import_module("applications.migrations.0007_swept_files_are_told").tell(apps, None)


def gone(entry) -> list[str]:
    return [found.number for found in missing(entry.edition_id, *read_behind(entry.edition).items())]


def test_a_file_swept_before_the_upgrade_is_missed_by_nobody_after_it(entry, swept):
    assert gone(entry) == [str(swept)]
    upgrade()
    assert gone(entry) == []
    assert not [text for text in verify_all(media=False).problems if "applications.attachment" in text]
    note = JournalEntry.objects.get(action="application.discard_file")
    assert (note.target_id, note.edition_id, note.data) == (entry.pk, entry.edition_id, {"attachment": swept})
    upgrade()
    assert JournalEntry.objects.filter(action="application.discard_file").count() == 1


def test_a_file_deleted_after_the_upgrade_or_never_taken_out_is_missed(entry, swept):
    upgrade()
    numbers = set(map(str, Attachment.objects.values_list("pk", flat=True)))
    Attachment.objects.all().delete()
    assert set(gone(entry)) == numbers


def test_a_file_that_was_put_back_or_sent_and_is_gone_is_told_after_the_upgrade(entry, swept):
    kept, back = Attachment.objects.order_by("pk")
    content = {"attachments": [{"id": kept.pk}]}
    sent = {"number": 1, "content": content, "sha256": "", "submitted_at": timezone.now()}
    entry.versions.create(submitted_by=kept.uploaded_by, **sent)
    numbers = {str(kept.pk), str(back.pk)}
    Attachment.objects.all().delete()
    upgrade()
    assert set(gone(entry)) == numbers
