"""Sending an entry, and sending it again after a call for completion.

Order that makes the deadline hold: share the edition's deadline lock (closing the call waits for
us or we for it), lock the entry, then read the clock, then decide.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications.models import Application, ApplicationVersion, Attachment, CompletionRequest, NumberSequence
from applications.permissions import can_submit
from applications.queries.applicant import current_attachments, members_to_tell
from applications.queries.problems import submission_problems
from applications.queries.shown import sending, sending_again
from applications.snapshots import snapshot
from applications.workflow import State
from common import journal
from common.canonical import sha256_of
from common.deadlines import in_time
from common.errors import Conflict, Invalid
from common.locking import lock_row, share_deadline
from common.transitions import advance
from contest.models import Edition
from notifications.outbox_types import Message
from notifications.services import enqueue_bulk


def submit_application(*, actor: User, application_id: int, shown: str | None = None) -> Application:
    """Send a draft: number, frozen version, journal, confirmation to every member of the unit.

    Sending what was sent already changes nothing and returns it, so a double click is harmless.
    `shown` is the token of the page that was confirmed: a text changed since by a colleague is shown first.
    """
    with transaction.atomic():
        application = _locked(application_id)
        can_submit(actor, application).require()
        if application.submitted_at is not None and application.state != State.WITHDRAWN:
            return application
        edition = application.edition  # read now: one joined above could be older than the lock we waited for
        now = timezone.now()
        if not edition.is_call_open(now):
            raise Conflict(
                _("The call is closed, so the entry was not sent. Your draft is kept and can still be read.")
            )
        files = _complete_files(application)
        sending.require(shown, application, actor, files=files)
        advance(application, "submit")
        application.number = _next_number(edition)
        application.submitted_at = now
        application.save(update_fields=["state", "number", "submitted_at", "updated_at"])
        _freeze(actor, application, files, now, "application.submit")
    return application


def resubmit_application(*, actor: User, application_id: int, shown: str | None = None) -> Application:
    """Send a completed entry before the date of the call for completion; a new version is frozen."""
    with transaction.atomic():
        application = _locked(application_id)
        can_submit(actor, application).require()
        request = application.completion_requests.first()
        if application.state == State.SUBMITTED and request and request.answered_at:
            return application
        now = timezone.now()
        if request is not None and application.state == State.RETURNED and not in_time(now, request.due_at):
            raise Conflict(
                _("The date of the call for completion has passed, so the entry was not sent. Write to the organiser.")
            )
        files = _complete_files(application)
        sending_again.require(shown, application, actor, files=files, call=request)
        advance(application, "resubmit")
        application.save(update_fields=["state", "updated_at"])
        answered = close_requests(application, now)
        _freeze(actor, application, files, now, "application.resubmit", answered)
    return application


def _locked(application_id: int) -> Application:
    edition_id = Application.objects.values_list("edition_id", flat=True).get(pk=application_id)
    share_deadline(edition_id)
    return lock_row(Application.objects.select_related("unit", "domain", "group"), pk=application_id)


def _complete_files(application: Application) -> list[Attachment]:
    """The files of an entry that lacks nothing; Invalid when it does."""
    files = current_attachments(application)
    if count := len(submission_problems(application, files)):
        raise Invalid(
            ngettext(
                "The entry was not sent: %(count)s point is missing. Your draft is kept.",
                "The entry was not sent: %(count)s points are missing. Your draft is kept.",
                count,
            )
            % {"count": count}
        )
    return files


def _next_number(edition: Edition) -> str:
    """Gapless: the sequence's row is locked until this transaction ends, and rolls back with it."""
    try:
        sequence = lock_row(NumberSequence.objects.all(), edition=edition)
    except NumberSequence.DoesNotExist:
        NumberSequence.objects.get_or_create(edition=edition)
        sequence = lock_row(NumberSequence.objects.all(), edition=edition)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    # A second edition of the same year tells its numbers apart by its own.
    edition_part = edition.slug if edition.slug == str(edition.year) else f"{edition.year}.{edition.pk}"
    return f"SLZ-{edition_part}-{sequence.last:04d}"


def close_requests(application: Application, now: datetime) -> list[CompletionRequest]:
    """The call for completion that was open, answered now; the caller seals it with the act."""
    waiting = list(application.completion_requests.filter(answered_at__isnull=True))
    for request in waiting:
        request.answered_at = now
        request.save(update_fields=["answered_at"])
    return waiting


def _freeze(
    actor: User,
    application: Application,
    files: list[Attachment],
    now: datetime,
    action: str,
    answered: Sequence[CompletionRequest] = (),
) -> None:
    content = snapshot(application, files)
    version = ApplicationVersion.objects.create(
        application=application,
        number=application.versions.count() + 1,
        content=content,
        sha256=sha256_of(content),
        submitted_at=now,
        submitted_by=actor,
    )
    journal.record(
        actor=actor,
        action=action,
        target=application,
        edition_id=application.edition_id,
        facts=[application, version, *answered],
        number=application.number,
        version=version.number,
        sha256=version.sha256,
    )
    context = {
        "number": application.number,
        "title": application.title,
        "unit": str(application.unit),
        "version": version.number,
        "submitted_at": now.isoformat(),
        "sha256": version.sha256,
        "link": settings.SITE_URL + reverse("applications:applicant_detail", args=[application.pk]),
    }
    subject_key = f"application:{application.pk}:v{version.number}"
    told = [Message(subject_key, recipient, context) for recipient in members_to_tell(application.unit_id)]
    enqueue_bulk(kind="application_submitted", messages=told, edition_id=application.edition_id)
