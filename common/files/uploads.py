"""Files people send: checked by content on the way in, served as downloads only on the way out."""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from common.errors import Conflict, Invalid
from common.files.kinds import EXTENSIONS, clean_name
from common.files.limited_reader import ReaderFailed, run_limited
from common.files.refusals import failed, refused
from common.files.virus_scan import ScannerUnavailable, find_virus
from common.metrics import refused_uploads_counted
from common.templatetags.ui import filesize

Answer = TypeVar("Answer", bound=HttpResponseBase)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An upload that passed: its own bytes, which are kept as they came, and what is known about them."""

    name: str
    media_type: str
    source: File
    sha256: str
    is_scanned: bool = False  # a virus scanner found it clean

    @property
    def size(self) -> int:
        return int(self.source.size)

    @property
    def content(self) -> bytes:
        """All of it; whoever can takes `source` in pieces."""
        self.source.seek(0)
        read: bytes = self.source.read()
        return read


class StoredFile(Protocol):
    """A row that has a file: an attachment of an entry or of a practice."""

    @property
    def file(self) -> FieldFile: ...

    name: str
    media_type: str
    size: int


@refused_uploads_counted()
def check_upload(upload: UploadedFile) -> CheckedFile:
    """The file, ready to store; raises Invalid with a sentence that says what is wrong and what would do."""
    if not upload.size:
        raise Invalid(_("The file is empty. Check it on your computer and choose it again."))
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise Invalid(_too_large())
    media_type = _judge(upload)
    return CheckedFile(
        name=clean_name(upload.name or "", EXTENSIONS[media_type]),
        media_type=media_type,
        source=upload,
        sha256=_digest(upload),
        is_scanned=_scan(upload),
    )


def _too_large() -> str:
    limit = filesize(settings.UPLOAD_MAX_BYTES)
    return _("The file is larger than %(limit)s. Make it smaller or split it.") % {"limit": limit}


def told_before_sending() -> dict[str, str]:
    """Attributes of a file field by which the browser tells of a file that is too large before it sends it."""
    return {"data-max-bytes": str(settings.UPLOAD_MAX_BYTES), "data-too-large": _too_large()}


def _judge(upload: UploadedFile) -> str:
    """The media type. Nothing of the file is decoded in this process, and a large one is not even read."""
    upload.seek(0)
    content = Path(upload.temporary_file_path()) if isinstance(upload, TemporaryUploadedFile) else upload.read()
    try:
        answer = run_limited("judge", content)
    except ReaderFailed as failure:
        raise failed(failure) from failure
    if answer.result["code"] != "clean":
        raise refused(answer.result["code"])
    return str(answer.result["media_type"])


def _digest(content: File) -> str:
    digest = hashlib.sha256()
    for piece in content.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _scan(content: File) -> bool:
    """Whether a virus scanner found the file clean; raises Invalid when it found a virus.

    False where none is set, and where it gives no answer: hours before a deadline a file is rather kept, marked as not
    scanned and asked about again, than refused.
    """
    if not settings.CLAMD_URL:
        return False
    try:
        virus = find_virus(content.chunks(), address=settings.CLAMD_URL)
    except ScannerUnavailable as error:
        logger.error("the virus scanner gives no answer: %s", error)
        return False
    if virus:
        logger.warning("an upload was refused: %s", virus)
        raise Invalid(_("The virus scanner found something in this file. Check your computer and send a clean copy."))
    return True


def store(content: bytes | File, folder: str = "attachments") -> str:
    """Write to the storage under a random name and return that name.

    A failed write (a full disk) leaves nothing behind and is told in a sentence.
    """
    name = f"{folder}/{secrets.token_hex(20)}"
    try:
        return default_storage.save(name, ContentFile(content) if isinstance(content, bytes) else content)
    except OSError as error:
        discard(name)
        raise Invalid(
            _("The file could not be saved on our side. Everything else is kept. Try again in a few minutes.")
        ) from error


@contextmanager
def file_with_row(name: str) -> Iterator[None]:
    """The transaction that writes the row of the stored file `name`: no row, no file.

    A connection that breaks at the commit itself leaves unknown whether the row stands. Then the file stays too:
    one too many is listed by check_media, one too few is lost.
    """
    committing = False
    try:
        with transaction.atomic():
            yield
            committing = True
    except BaseException as error:
        if not (committing and isinstance(error, OperationalError | InterfaceError)):
            discard(name)
        raise


def discard(name: str) -> None:
    """Delete a stored file; nothing happens when it is not there."""
    try:
        default_storage.delete(name)
    except OSError:
        logger.exception("could not delete %s; check_media lists it as an orphan", name)


def open_stored(file: FieldFile) -> File:
    """The stored file, open for reading; a missing one is told to the reader in a sentence and to us in the log."""
    if not file:
        raise Conflict(_("This file was removed together with the personal data of its edition."))
    try:
        return file.open("rb")
    except OSError as error:
        logger.exception("stored file %s cannot be read", file.name)
        raise unreadable() from error


def read_stored(file: FieldFile, sha256: str) -> bytes:
    """The whole of a small stored file, checked against its digest: an altered one is not handed out."""
    with open_stored(file) as handle:
        content: bytes = handle.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        logger.error("stored file %s is not what was stored", file.name)
        raise unreadable()
    return content


def unreadable() -> Conflict:
    return Conflict(_("This file cannot be read at the moment. Please tell the organiser of the contest."))


class StoredPage(Protocol):
    """A row of a page that the limited reader drew."""

    @property
    def file(self) -> FieldFile: ...

    media_type: str
    sha256: str


def page_response(page: StoredPage) -> HttpResponse:
    """A drawn page as a picture beside the entry: the caller has asked the permissions of its original."""
    response = HttpResponse(read_stored(page.file, page.sha256), content_type=page.media_type)
    response.headers["Content-Disposition"] = "inline"
    return _harmless(response)


def attachment_response(attachment: StoredFile, *, is_infected: bool = False) -> FileResponse:
    """The file as a download that no browser will run: the caller has asked permissions.

    A truncated file is refused: half a document must not be judged as the whole.
    """
    if is_infected:
        raise Conflict(_("The virus scanner found something in this file, so it is handed out to nobody."))
    handle = open_stored(attachment.file)
    if handle.size != attachment.size:
        logger.error("stored file %s has %s bytes of %s", attachment.file.name, handle.size, attachment.size)
        handle.close()
        raise unreadable()
    response = FileResponse(
        handle,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    return _harmless(response)


def _harmless(response: Answer) -> Answer:
    """Never run, never taken for another kind, never kept by a browser whose reader may lose the right to it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
