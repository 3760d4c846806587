import hashlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone

from applications.models import Application, Attachment, CompletionRequest, ScanStatus
from applications.queries.applicant import current_attachments, restorable_attachments
from applications.services import attachments as service
from applications.services.attachments import (
    add_attachment,
    remove_attachment,
    restore_attachment,
    sweep_removed_files,
)
from applications.services.submission import submit_application
from applications.workflow import State
from common.deadlines import RESTORABLE
from common.errors import Conflict, Invalid, NotPermitted
from common.files.uploads import check_upload, file_with_row, store
from common.kernel.seals import missing
from common.models import JournalEntry
from tests import factories
from tests.common.files import hostile

pytestmark = pytest.mark.django_db


def a_file(name="plik.pdf"):
    return check_upload(SimpleUploadedFile(name, hostile.pdf()))


def add(actor, application, **changes):
    values = {"upload": a_file(), "requirement_id": None, "description": ""} | changes
    return add_attachment(actor=actor, application_id=application.pk, **values)


def stored():
    return set(default_storage.listdir("attachments")[1]) if default_storage.exists("attachments") else set()


@pytest.fixture
def draft(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.make_application()


@pytest.fixture
def member(draft):
    return factories.make_member(draft.unit)


def test_a_file_is_kept_with_its_digest_and_noted(draft, member):
    requirement = draft.edition.attachment_requirements.first()
    attachment = add(member, draft, requirement_id=requirement.pk, description="Podpisane")
    with attachment.file.open() as handle:
        assert hashlib.sha256(handle.read()).hexdigest() == attachment.sha256
    assert (attachment.requirement, attachment.description) == (requirement, "Podpisane")
    assert JournalEntry.objects.get(action="application.attach").data["sha256"] == attachment.sha256


def test_a_refused_upload_leaves_no_file(draft, member):
    with pytest.raises(NotPermitted):
        add(factories.make_user(), draft)
    with pytest.raises(Invalid):
        add(member, draft, requirement_id=factories.make_edition().attachment_requirements.first().pk)
    assert stored() == set()
    assert not Attachment.objects.exists()


def test_a_transaction_that_fails_late_leaves_no_file(draft, member, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(service.journal, "record", broken)
    with pytest.raises(RuntimeError):
        add(member, draft)
    assert stored() == set()
    assert not Attachment.objects.exists()


def test_a_sent_entry_takes_no_files(draft, member):
    Application.objects.update(state=State.SUBMITTED)
    with pytest.raises(Conflict):
        add(member, draft)
    assert stored() == set()


def test_a_returned_entry_takes_files_when_the_call_is_about_them(draft, member):
    Application.objects.update(state=State.RETURNED)
    request = CompletionRequest.objects.create(
        application=draft,
        points=[{"criterion": "ELIGIBLE_UNIT", "note": ""}],
        due_at=draft.edition.submission_deadline,
        requested_at=draft.created_at,
    )
    with pytest.raises(Conflict):
        add(member, draft)
    CompletionRequest.objects.filter(pk=request.pk).update(points=[{"criterion": "SIGNED", "note": ""}])
    assert add(member, draft)


def test_number_and_size_of_files_are_limited_and_removed_ones_do_not_count(draft, member, monkeypatch):
    monkeypatch.setattr(service, "MAX_ATTACHMENTS", 2)
    first = add(member, draft)
    add(member, draft, upload=a_file("drugi.pdf"))
    third = a_file("trzeci.pdf")
    with pytest.raises(Invalid):
        add(member, draft, upload=third)
    remove_attachment(actor=member, attachment_id=first.pk)
    monkeypatch.setattr(service, "MAX_ATTACHMENTS_BYTES", 2 * a_file().size - 1)
    with pytest.raises(Invalid):
        add(member, draft, upload=third)
    monkeypatch.setattr(service, "MAX_ATTACHMENTS_BYTES", 2 * a_file().size)
    assert add(member, draft, upload=third)


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_sent_again_is_the_same_file(draft, member):
    upload = a_file()  # made once: a PDF made a second later is another file
    first = add(member, draft, upload=upload, description="Podpisane")
    assert add(member, draft, upload=upload, description="Podpisane").pk == first.pk
    assert (Attachment.objects.count(), len(stored())) == (1, 1)
    assert add(member, draft, upload=upload, description="Druga strona").pk != first.pk
    remove_attachment(actor=member, attachment_id=first.pk)
    assert add(member, draft, upload=upload, description="Podpisane").removed_at is None


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_may_have_been_committed_stays(draft, member, monkeypatch):
    """The answer to COMMIT is lost: nobody knows, and a file too many is better than one too few."""
    commit = connection.commit

    def cut_after_commit():
        commit()
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", cut_after_commit)
        with pytest.raises(OperationalError):
            add(member, draft)
    assert default_storage.exists(Attachment.objects.get().file.name)


def test_a_file_whose_row_was_surely_not_committed_goes(draft):
    with pytest.raises(OperationalError), file_with_row(store(b"x")):
        raise OperationalError("server closed the connection unexpectedly")
    assert stored() == set()


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_that_was_never_sent_is_deleted_a_day_later(draft, member):
    attachment = add(member, draft)
    remove_attachment(actor=member, attachment_id=attachment.pk)
    assert JournalEntry.objects.filter(action="application.detach").exists()
    assert current_attachments(draft) == []
    now = timezone.now()
    assert sweep_removed_files(now + RESTORABLE - timedelta(minutes=1)) == 0
    assert len(stored()) == 1
    assert sweep_removed_files(now + RESTORABLE + timedelta(minutes=1)) == 1
    assert sweep_removed_files(now + RESTORABLE + timedelta(minutes=1)) == 0
    assert not Attachment.objects.exists()
    assert stored() == set()
    assert missing(draft.edition_id, (Attachment, [])) == []  # the journal knows that it went


def test_a_removed_file_is_put_back_as_the_row_it_was(draft, member):
    attachment = add(member, draft)
    remove_attachment(actor=member, attachment_id=attachment.pk)
    assert restorable_attachments(draft, timezone.now()) == [attachment]
    for _twice in range(2):
        assert restore_attachment(actor=member, attachment_id=attachment.pk) == attachment
    assert current_attachments(draft) == [attachment]
    assert default_storage.exists(attachment.file.name)
    assert JournalEntry.objects.filter(action="application.reattach").count() == 1


def test_what_cannot_be_put_back_says_why(draft, member):
    old, infected = add(member, draft), add(member, draft, description="Drugi")
    for attachment in (old, infected):
        remove_attachment(actor=member, attachment_id=attachment.pk)
    Attachment.objects.filter(pk=old.pk).update(removed_at=timezone.now() - RESTORABLE - timedelta(minutes=1))
    Attachment.objects.filter(pk=infected.pk).update(scan_status=ScanStatus.INFECTED)
    assert restorable_attachments(draft, timezone.now()) == []
    for attachment in (old, infected):
        with pytest.raises(Conflict):
            restore_attachment(actor=member, attachment_id=attachment.pk)
    with pytest.raises(Conflict):
        restore_attachment(actor=member, attachment_id=10**6)
    with pytest.raises(NotPermitted):
        restore_attachment(actor=factories.make_user(), attachment_id=old.pk)


@pytest.mark.django_db(transaction=True)
def test_removing_a_file_twice_is_removing_it_once(draft, member):
    attachment = add(member, draft)
    remove_attachment(actor=member, attachment_id=attachment.pk)
    remove_attachment(actor=member, attachment_id=attachment.pk)
    assert JournalEntry.objects.filter(action="application.detach").count() == 1


def test_a_removed_file_of_a_sent_version_is_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft = factories.make_complete_draft()
    member = factories.make_member(draft.unit)
    submit_application(actor=member, application_id=draft.pk)
    Application.objects.update(state=State.RETURNED)
    CompletionRequest.objects.create(
        application=draft,
        points=[{"criterion": "COMPLETE", "note": ""}],
        due_at=draft.edition.submission_deadline,
        requested_at=draft.created_at,
    )
    attachment = Attachment.objects.get()
    remove_attachment(actor=member, attachment_id=attachment.pk)
    remove_attachment(actor=member, attachment_id=attachment.pk)
    attachment.refresh_from_db()
    assert attachment.removed_at
    assert default_storage.exists(attachment.file.name)
    assert JournalEntry.objects.filter(action="application.detach").count() == 1


def test_a_stranger_cannot_remove(draft):
    attachment = factories.make_attachment(draft)
    with pytest.raises(NotPermitted):
        remove_attachment(actor=factories.make_user(), attachment_id=attachment.pk)
