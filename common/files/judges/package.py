"""The ZIP around a document: read strictly, so that no two programs can see two different documents in it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from common.files.codes import Code, Refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_ABOVE = 4 * 1024 * 1024  # small parts of honest documents do compress a hundredfold
MAX_NAME = 400

_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED, _HAS_DESCRIPTOR = 0x1, 0x8
_LONGEST_DESCRIPTOR = 24
_BROKEN = (
    zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error, struct.error,
)  # fmt: skip


def folded(name: str) -> str:
    """Names that a program could take for one another are one name: case and %-encoding do not tell them apart."""
    return unquote(name).casefold()


class Package:
    """The parts of one archive, which begins at the first byte, ends at the last and hides nothing between."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            entries = self._archive.infolist()
            self._check_sizes(entries)
            self._check_names(entries)
            self._check_layout(entries)
        except _BROKEN as error:
            raise Refused(Code.DAMAGED) from error
        self._entries = {folded(entry.filename): entry for entry in entries if not entry.is_dir()}
        if any(entry.is_dir() and entry.file_size for entry in entries):
            raise Refused(Code.DISGUISED)

    def __contains__(self, name: str) -> bool:
        return folded(name) in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def read(self, name: str) -> bytes:
        """The part; the archive's own check of length and sum is made."""
        try:
            return self._archive.read(self._entries[folded(name)])
        except _BROKEN as error:
            raise Refused(Code.DAMAGED) from error

    @staticmethod
    def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise Refused(Code.BOMB)
        for entry in entries:
            large = entry.file_size > RATIO_MATTERS_ABOVE
            if large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                raise Refused(Code.BOMB)

    @staticmethod
    def _check_names(entries: list[zipfile.ZipInfo]) -> None:
        seen = set()
        for entry in entries:
            name = folded(entry.orig_filename)
            if (
                name in seen
                or not name.strip("/")
                or len(name) > MAX_NAME
                or name.startswith("/")
                or "\\" in name
                or any(char < " " for char in name)
                or ".." in name.split("/")
            ):
                raise Refused(Code.DISGUISED)
            seen.add(name)
            if entry.flag_bits & _ENCRYPTED:
                raise Refused(Code.OFFICE_PASSWORD)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused(Code.DAMAGED)

    def _check_layout(self, entries: list[zipfile.ZipInfo]) -> None:
        """The list at the end and the heads before the parts say the same, and every byte belongs to somebody."""
        reached = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            fields = _LOCAL.unpack_from(self._content, entry.header_offset)
            mark, flags, method, packed, unpacked = fields[0], fields[2], fields[3], fields[7], fields[8]
            name_length, extra_length = fields[9], fields[10]
            start = entry.header_offset + _LOCAL.size
            name = self._content[start : start + name_length].decode("utf-8" if flags & 0x800 else "cp437")
            if mark != b"PK\x03\x04" or name != entry.orig_filename or method != entry.compress_type:
                raise Refused(Code.DISGUISED)
            if flags & _ENCRYPTED:
                raise Refused(Code.OFFICE_PASSWORD)
            known = not flags & _HAS_DESCRIPTOR and 0xFFFFFFFF not in (packed, unpacked)
            if known and (packed, unpacked) != (entry.compress_size, entry.file_size):
                raise Refused(Code.DISGUISED)
            slack = entry.header_offset - reached
            if slack < 0 or slack > _LONGEST_DESCRIPTOR or (slack and not reached):
                raise Refused(Code.DISGUISED)
            reached = start + name_length + extra_length + entry.compress_size
        slack = self._archive.start_dir - reached
        if not 0 <= slack <= _LONGEST_DESCRIPTOR:
            raise Refused(Code.DISGUISED)
        end = self._content.rfind(b"PK\x05\x06")
        if end < 0 or end + 22 + len(self._archive.comment) != len(self._content) or len(self._archive.comment) > 200:
            raise Refused(Code.DISGUISED)
