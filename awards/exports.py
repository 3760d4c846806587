"""Diplomas of an edition as one ZIP, sent while it is being made."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from awards.models import Certificate
from common.errors import Conflict
from common.files.uploads import read_stored


class _Pipe(io.RawIOBase):
    """What the ZIP writer writes to: holds bytes until they are taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def file_name(certificate: Certificate) -> str:
    """ "SLZ-2026-L-001.pdf": a number has slashes, a file name has none."""
    return certificate.number.replace("/", "-") + ".pdf"


def zip_of(certificates: QuerySet[Certificate]) -> Iterator[bytes]:
    """One file in memory at a time, however many there are. PDF is compressed already, so it is stored.

    The answer has begun when a file turns out to be unreadable, so the archive itself says which ones it lacks.
    """
    pipe = _Pipe()
    unread = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for certificate in certificates.iterator(chunk_size=100):
            try:
                archive.writestr(file_name(certificate), read_stored(certificate.file, certificate.sha256))
            except Conflict:
                unread.append(certificate.number)
            yield pipe.take()
        if unread:
            explanation = _("These diplomas could not be read, so they are not in this archive:")
            archive.writestr(_("missing.txt"), "\n".join([explanation, *unread, ""]))
    yield pipe.take()
