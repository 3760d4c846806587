"""Files of an entry: added after they were checked, set aside when removed, put back, deleted a day later."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application, Attachment, ScanStatus
from applications.permissions import can_edit
from applications.queries.applicant import editable_fields, is_restorable, was_submitted
from applications.rules import MAX_ATTACHMENTS, MAX_ATTACHMENTS_BYTES
from applications.sections import ATTACHMENTS
from applications.services.drafts import locked_entry
from common import journal
from common.deadlines import RESTORABLE
from common.errors import Conflict, Invalid
from common.files.uploads import CheckedFile, discard, file_with_row, store
from contest.models import AttachmentRequirement


def add_attachment(
    *, actor: User, application_id: int, upload: CheckedFile, requirement_id: int | None, description: str
) -> Attachment:
    """Store the file and its row. The file is written first, so the lock is short; no row, no file.

    The same form sent again changes nothing and returns the file that is there.
    """
    stored_name = store(upload.source)
    with file_with_row(stored_name):
        application = _locked_for_files(actor, application_id)
        values = {
            "requirement_id": requirement_id,
            "name": upload.name,
            "description": description,
            "sha256": upload.sha256,
        }
        if present := application.attachments.filter(removed_at__isnull=True, **values).first():
            transaction.on_commit(lambda: discard(stored_name))
            return present
        _require_room(application, upload.size)
        if (
            requirement_id is not None
            and not AttachmentRequirement.objects.filter(pk=requirement_id, edition=application.edition_id).exists()
        ):
            raise Invalid(_("This document is not on the list of the edition. Choose one from the list."))
        attachment = Attachment.objects.create(
            application=application,
            file=stored_name,
            media_type=upload.media_type,
            size=upload.size,
            scan_status=ScanStatus.CLEAN if upload.is_scanned else ScanStatus.NOT_SCANNED,
            uploaded_by=actor,
            **values,
        )
        _note(actor, application, "application.attach", attachment, facts=[attachment])
    return attachment


def remove_attachment(*, actor: User, attachment_id: int) -> None:
    """Take a file out of the entry. For a day it can be put back; then `sweep_removed_files` deletes it.

    What was ever part of a submitted version is kept for the record. Removing what is gone already changes nothing,
    so a double click is harmless.
    """
    with transaction.atomic():
        owner = Attachment.objects.filter(pk=attachment_id).values_list("application", flat=True).first()
        application = _locked_for_files(actor, owner) if owner else None
        # Read after the wait: another click may have removed it, and deleted its row, meanwhile.
        attachment = Attachment.objects.filter(pk=attachment_id, removed_at__isnull=True).first()
        if application is None or attachment is None:
            return
        attachment.removed_at = timezone.now()
        attachment.save(update_fields=["removed_at"])
        _note(actor, application, "application.detach", attachment, facts=[attachment])


def restore_attachment(*, actor: User, attachment_id: int) -> Attachment:
    """Put a removed file back, the very row with its file. What is in the entry already stays, so twice is once."""
    with transaction.atomic():
        owner = Attachment.objects.filter(pk=attachment_id).values_list("application", flat=True).first()
        if owner is None:
            raise Conflict(_("This file was removed more than a day ago and cannot be put back. Add it again."))
        application = _locked_for_files(actor, owner)
        attachment = Attachment.objects.filter(pk=attachment_id).first()
        if attachment is not None and attachment.removed_at is None:
            return attachment
        if attachment is None or not is_restorable(attachment, timezone.now()):
            raise Conflict(_("This file was removed more than a day ago and cannot be put back. Add it again."))
        _require_room(application, attachment.size)
        attachment.removed_at = None
        attachment.save(update_fields=["removed_at"])
        _note(actor, application, "application.reattach", attachment, facts=[attachment])
    return attachment


def sweep_removed_files(now: datetime) -> int:
    """Delete files that were taken out of entries more than a day ago and were never sent; how many. Safe twice."""
    deleted = 0
    gone = Attachment.objects.filter(removed_at__lt=now - RESTORABLE).exclude(file="")
    for row in gone.order_by("pk"):
        if was_submitted(row):
            continue
        with transaction.atomic():
            application = locked_entry(row.application_id)
            attachment = gone.filter(pk=row.pk).first()  # read after the wait: it may have been put back meanwhile
            if attachment is None:
                continue
            drawn = list(attachment.renditions.select_related("attachment"))
            stored = [str(attachment.file.name), *(str(page.file.name) for page in drawn)]
            journal.record(
                actor=None,
                action="application.discard_file",
                target=application,
                edition_id=application.edition_id,
                gone=[attachment, *drawn],
                attachment=attachment.pk,
            )
            attachment.delete()
            for name in stored:
                transaction.on_commit(partial(discard, name))
            deleted += 1
    return deleted


def _locked_for_files(actor: User, application_id: int) -> Application:
    application = locked_entry(application_id)
    can_edit(actor, application).require()
    if ATTACHMENTS not in editable_fields(application):
        raise Conflict(_("Files cannot be changed now: the entry was sent or is being reviewed."))
    return application


def _require_room(application: Application, size: int) -> None:
    present = application.attachments.filter(removed_at__isnull=True)
    if present.count() >= MAX_ATTACHMENTS:
        raise Invalid(_("An entry may have up to %(count)s files. Remove one first.") % {"count": MAX_ATTACHMENTS})
    if (present.aggregate(total=Sum("size"))["total"] or 0) + size > MAX_ATTACHMENTS_BYTES:
        raise Invalid(_("Together the files of an entry may take up to 100 MB. Remove one or make them smaller."))


def _note(
    actor: User, application: Application, action: str, attachment: Attachment, **sealed: list[Attachment]
) -> None:
    application.revision += 1
    application.save(update_fields=["revision", "updated_at"])
    journal.record(
        actor=actor,
        action=action,
        target=application,
        edition_id=application.edition_id,
        attachment=attachment.pk,
        sha256=attachment.sha256,
        **sealed,
    )
