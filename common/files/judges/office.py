"""Office documents: packages of parts (ZIP) that may hold nothing but a document. Runs inside the limited reader."""

import io
import zipfile
from collections.abc import Iterable

from common.files.kinds import BROKEN_PACKAGE, ODS, ODT, OOXML_MAIN

CLEAN, UNREADABLE = "clean", "unreadable"
PROTECTED, BOMB, ACTIVE = "office password", "office bomb", "office acts"

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_ABOVE = 1024 * 1024  # small parts of honest documents do compress a hundredfold

_OFFICE_CODE = (
    "vbaproject", "vbadata", "activex", "oleobject", "embeddings/", "macrosheets/", "customui", "basic/", "scripts/",
)  # fmt: skip


class _Refused(Exception):
    """Ends the reading with a code."""


def judge(content: bytes, media_type: str) -> str:
    """ "clean", or the code of the first thing that is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_package(entries)
            for entry in entries:
                _check_part(package, entry, media_type)
    except _Refused as refused:
        return str(refused)
    except BROKEN_PACKAGE:
        return UNREADABLE
    return CLEAN


def _check_package(entries: Iterable[zipfile.ZipInfo]) -> None:
    entries = list(entries)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _Refused(BOMB)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise _Refused(UNREADABLE)
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or "\x00" in entry.filename:
            raise _Refused(UNREADABLE)
        if entry.flag_bits & 0x1:
            raise _Refused(PROTECTED)
        large = entry.file_size > RATIO_MATTERS_ABOVE
        if large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _Refused(BOMB)


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo, media_type: str) -> None:
    name = entry.filename.lower()
    if any(mark in name for mark in _OFFICE_CODE):
        raise _Refused(ACTIVE)
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    # Without the NUL bytes of UTF-16 the marks below are found in every encoding.
    text = package.read(entry).replace(b"\x00", b"")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _Refused(ACTIVE)
    if name == "[content_types].xml":
        wanted = OOXML_MAIN[media_type][1].encode() if media_type in OOXML_MAIN else b""
        if wanted not in text or b"macroEnabled" in text:
            raise _Refused(ACTIVE)
    if name.endswith(".rels") and _links_outside(text):
        raise _Refused(ACTIVE)
    if name == "meta-inf/manifest.xml" and b"encryption-data" in text:
        raise _Refused(PROTECTED)
    if media_type in (ODT, ODS) and (b"vnd.sun.star.script" in text or b"script:event-listener" in text):
        raise _Refused(ACTIVE)


def _links_outside(relationships: bytes) -> bool:
    """Any outside target but a hyperlink is fetched by the program that opens the document."""
    elements = (piece.split(b">", 1)[0] for piece in relationships.split(b"<Relationship")[1:])
    return any(b"External" in element and b"/hyperlink" not in element for element in elements)
