"""Making the files of certificates: claimed by token and lease, so that a killed builder harms nobody."""

import hashlib
import logging
import secrets
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.queries import active_members
from awards.certificates import CannotRender, render
from awards.models import Certificate, CertificateKind, CertificateStatus
from awards.queries.certificates import in_force
from awards.sealed import require_facts_as_sealed
from awards.services.certificates import BUILD
from common import journal
from common.background import wake
from common.files.uploads import discard
from common.kernel.readable import readable
from common.kernel.seals import NotAsSealed
from common.locking import lock_row
from notifications.outbox_types import Recipient
from notifications.services import alert, enqueue

# A killed builder's certificate is late by the lease, one interval of the sweep (15 s) and one build: under a minute.
LEASE = timedelta(seconds=30)
RUN_SECONDS = 20  # then the task ends and asks for another, so other work gets its turn
# Columns of the builder: the others are written back by nobody, so facts that somebody spoilt stop no queue.
WORK = ("status", "attempts", "due_at", "claim_token", "lease_until", "build_key", "last_error")
MAX_ATTEMPTS = 5
RETRY_AFTER = timedelta(seconds=20)
STORAGE_PAUSE = timedelta(minutes=1)  # when no file can be written at all

logger = logging.getLogger(__name__)


class StorageFails(Exception):
    """The file could not be written: a full disk, a storage out of reach. No fault of the certificate."""


def build_due(*, limit: int = 500) -> int:
    """Build what waits, one after another, until nothing does, time is up or `limit` were tried; how many are ready.

    Several builders share the work: each certificate is claimed before it is built. A storage that takes no
    files ends the round; the certificates wait for the next one without losing a try.
    """
    until = time.monotonic() + RUN_SECONDS
    built = 0
    for _turn in range(limit):
        claimed = _claim_next()
        if claimed is None:
            break
        try:
            built += _build(claimed)
        except StorageFails as error:
            logger.error("certificates wait, the storage takes no files: %s", error)
            break
        if time.monotonic() > until:
            wake(BUILD)
            break
    return built


def _claim_next() -> Certificate | None:
    """Take one certificate that waits, or whose builder's lease ran out. None when there is none."""
    with transaction.atomic():
        now = timezone.now()
        certificate = (
            in_force()
            .select_for_update(skip_locked=True)
            .filter(
                Q(status=CertificateStatus.PENDING, due_at__lte=now)
                | Q(status=CertificateStatus.BUILDING, lease_until__lte=now)
            )
            .order_by("due_at", "pk")
            .first()
        )
        if certificate is None:
            return None
        left_behind = certificate.build_key
        if certificate.attempts >= MAX_ATTEMPTS:
            _give_up(certificate, certificate.last_error or "the builder stopped five times")
        else:
            certificate.status = CertificateStatus.BUILDING
            certificate.attempts += 1
            certificate.claim_token = uuid.uuid4()
            certificate.lease_until = now + LEASE
            certificate.build_key = f"certificates/{secrets.token_hex(16)}.pdf"
        certificate.save(update_fields=WORK)
    if left_behind:
        discard(left_behind)
    return certificate


def _build(certificate: Certificate) -> bool:
    if certificate.status != CertificateStatus.BUILDING:
        return False
    try:
        with readable():
            require_facts_as_sealed(certificate)
        content = render(certificate.facts, certificate.kind)
        _write(certificate, content)
        return _finish(certificate, hashlib.sha256(content).hexdigest())
    except StorageFails as error:
        _put_back(certificate, error)
        raise
    except Exception as error:
        logger.exception("certificate %s could not be built", certificate.pk)
        _put_back(certificate, error)
        return False


def _write(certificate: Certificate, content: bytes) -> None:
    try:
        certificate.build_key = default_storage.save(certificate.build_key, ContentFile(content))
    except OSError as error:
        raise StorageFails(repr(error)) from error


def _finish(claimed: Certificate, sha256: str) -> bool:
    """Keep the file if the claim still holds; another builder may have taken over meanwhile."""
    with transaction.atomic():
        row = lock_row(Certificate.objects.select_related("award"), pk=claimed.pk)
        holds = row.status == CertificateStatus.BUILDING and row.claim_token == claimed.claim_token
        if holds:
            row.status = CertificateStatus.READY
            row.file.name = claimed.build_key
            row.sha256 = sha256
            row.built_at = timezone.now()
            row.build_key = ""
            row.claim_token = row.lease_until = row.due_at = None
            row.last_error = ""
            row.save()
            journal.record(
                actor=None,
                action="certificate.build",
                target=row,
                edition_id=row.edition_id,
                facts=[row],
                sha256=sha256,
            )
            if not row.revoked_at and not row.replaced_at:
                _tell_members(row)
    if not holds:
        discard(claimed.build_key)
    return holds


def _put_back(claimed: Certificate, error: Exception) -> None:
    """For later; after five tries, or where trying again cannot help, give up.

    The row is asked first: a connection that broke at the commit may have left it finished, with this very file.
    """
    with transaction.atomic():
        row = lock_row(Certificate.objects.all(), pk=claimed.pk)
        if row.file.name == claimed.build_key:
            return
        if row.claim_token == claimed.claim_token and row.status == CertificateStatus.BUILDING:
            _note_failure(row, error)
            row.save(update_fields=WORK)
    discard(claimed.build_key)


def _note_failure(row: Certificate, error: Exception) -> None:
    storage_fails = isinstance(error, StorageFails)
    final = isinstance(error, CannotRender | NotAsSealed)
    message = (str(error) if final else f"{type(error).__name__}: {error}")[:500]
    if final or (row.attempts >= MAX_ATTEMPTS and not storage_fails):
        _give_up(row, message)
        return
    row.status = CertificateStatus.PENDING
    row.due_at = timezone.now() + (STORAGE_PAUSE if storage_fails else RETRY_AFTER * row.attempts)
    row.attempts -= storage_fails
    row.claim_token = row.lease_until = None
    row.build_key = ""
    row.last_error = message


def _give_up(row: Certificate, message: str) -> None:
    """For good, until an officer has it tried again: they are told once an hour, whatever number failed."""
    row.status = CertificateStatus.FAILED
    row.claim_token = row.lease_until = row.due_at = None
    row.build_key = ""
    row.last_error = message
    logger.error("certificate %s was given up: %s", row.pk, message.partition(":")[0])
    alert(
        kind="certificate_alert",
        about=f"certificates:{row.edition_id}",
        link=reverse("awards:certificates", args=[row.edition.slug]),
        now=timezone.now(),
        edition_id=row.edition_id,
    )


def _tell_members(certificate: Certificate) -> None:
    """A diploma is news to the unit; a confirmation is looked up by the person who waits for it."""
    if certificate.kind != CertificateKind.DIPLOMA or certificate.award is None:
        return
    context = {
        "unit_name": certificate.facts["unit_name"],
        "number": certificate.number,
        "edition_title": certificate.facts["edition_title"],
        "file_url": settings.SITE_URL + reverse("awards:certificate_file", args=[certificate.code]),
        "verify_url": settings.SITE_URL + reverse("awards:verify", args=[certificate.code]),
    }
    for membership in active_members([certificate.award.unit_id]):
        user = membership.user
        enqueue(
            kind="certificate_ready",
            subject_key=f"certificate:{certificate.pk}",
            recipient=Recipient(user.email, user.language),
            context=context,
            edition_id=certificate.edition_id,
        )
