"""Diplomas of an edition as one ZIP, sent while it is being made."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from awards.models import Certificate


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
    """One file in memory at a time, however many there are. PDF is compressed already, so it is stored."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for certificate in certificates.iterator(chunk_size=100):
            with certificate.file.open("rb") as handle:
                archive.writestr(file_name(certificate), handle.read())
            yield pipe.take()
    yield pipe.take()
