"""What a picture or a PDF carries behind its end or between its parts: such a file is two files, of which one is seen.

An archive is read from its end and a page from its first mark, wherever those stand; a picture before them does not
disturb. So a picture ends where its format says, with what telephones add to photographs as the only exception.
"""

import re
import struct
from collections.abc import Iterable, Iterator

from common.files.judges.marks import BLANK, FOREIGN, looks_like_markup

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_WMF = (b"\x01\x00\x09\x00\x00\x03", b"\x02\x00\x09\x00\x00\x03")
_PLACEABLE = b"\xd7\xcd\xc6\x9a"
# Long enough to stand in no picture or film by chance.
_PAGES = re.compile(rb"<\?php|<script|<html|<!doctype|<iframe|<svg[\s>]|%PDF-", re.IGNORECASE)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in the data of a JPEG, where FF 00 and restarts are no markers
_END_RECORD = struct.Struct("<4s4H2IH")
_LONGEST_COMMENT = 65_536
_MOST_PICTURES = 50  # one behind another in a JPEG
_SET_ABORT_PROCEDURE = 9


def carries_more(content: bytes) -> bool:
    """Whether something else hides in the picture, or it only begins as one."""
    if holds_archive(content):
        return True
    if content.startswith(_PNG):
        return _png_carries(content)
    if content.startswith(_JPEG):
        return _jpeg_carries(content)
    if content.startswith((b"GIF87a", b"GIF89a")):
        return not _is_gif(content)
    if content.startswith((b"II*\x00", b"MM\x00*")):
        return not _is_tiff(content)
    if content.startswith((_PLACEABLE, *_WMF)):
        return _wmf_calls(content)
    if content.startswith(b"BM"):
        return _is_hostile(content[max(int.from_bytes(content[2:6], "little"), 26) :])
    if content[:4] == b"RIFF":
        return _is_hostile(content[8 + int.from_bytes(content[4:8], "little") :])
    return False


def holds_archive(content: bytes, known: Iterable[bytes] = ()) -> bool:
    """Whether a program for archives would open the file as one; archives among `known` are judged elsewhere."""
    start = tail = max(len(content) - _LONGEST_COMMENT - _END_RECORD.size, 0)
    spans: list[tuple[int, int]] | None = None
    while (start := content.find(b"PK\x05\x06", start)) >= 0:
        record = content[start : start + _END_RECORD.size]
        if len(record) == _END_RECORD.size:
            fields = _END_RECORD.unpack(record)
            size, offset = fields[5], fields[6]
            first = max(start - size, 0)
            opens = any(content.startswith(b"PK\x01\x02", place) for place in (first, offset))
            if opens or b"PK\x06\x06" in content[max(start - 200, 0) : start]:
                spans = _spans(content, tail, known) if spans is None else spans
                if not any(begin <= first and start + len(record) <= end for begin, end in spans):
                    return True
        start += 4
    return False


def _spans(content: bytes, tail: int, known: Iterable[bytes]) -> list[tuple[int, int]]:
    """Where archives that are known stand, of those that reach into the tail."""
    found = []
    for other in set(known):
        place = content.find(other, max(tail - len(other), 0))
        while place >= 0:
            found.append((place, place + len(other)))
            place = content.find(other, place + len(other))
    return found


def _is_hostile(tail: bytes) -> bool:
    tail = tail.lstrip(BLANK)
    return tail.startswith(FOREIGN) or looks_like_markup(tail) or bool(_PAGES.search(tail))


def _png_carries(content: bytes) -> bool:
    """Behind the last chunk there is nothing; texts within are no pages."""
    place = len(_PNG)
    while place + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        place += 12 + length
        if kind in (b"tEXt", b"iTXt") and _PAGES.search(content, place - length - 4, place - 4):
            return True
        if kind == b"IEND":
            return bool(content[place:].strip(BLANK))
    return False  # cut short, which the decoder tells


def _jpeg_carries(content: bytes) -> bool:
    """Behind the end may stand more pictures and what telephones add: films, depths, notes of their own."""
    for _picture in range(_MOST_PICTURES):
        if not content.startswith(_JPEG):
            break
        end, segments = _jpeg_end(content)
        if any(_PAGES.search(segment) for segment in segments):
            return True
        content = content[end:].lstrip(BLANK)
    return _is_hostile(content)


def _jpeg_end(content: bytes) -> tuple[int, list[bytes]]:
    """Where the first picture ends, and what its segments say."""
    place = 2
    segments: list[bytes] = []
    while found := _MARKER.search(content, place):
        marker, place = content[found.start() + 1], found.end()
        if marker == 0xD9:
            return place, segments
        if marker != 0x01:
            length = int.from_bytes(content[place : place + 2], "big")
            segments.append(content[place : place + length])
            place += max(length, 2)
    return len(content), segments


def _is_gif(content: bytes) -> bool:
    """Block by block to the trailer, with nothing behind it; `/*` for a width makes a script of it."""
    if len(content) < 13 or content[6:8] == b"/*":
        return False
    place = 13 + _palette(content[10])
    while place < len(content):
        kind = content[place]
        if kind == 0x3B:
            return not content[place + 1 :].strip(BLANK)
        if kind == 0x21:
            place += 2
        elif kind == 0x2C and place + 10 < len(content):
            place += 11 + _palette(content[place + 9])
        else:
            return False
        while place < len(content) and content[place]:
            place += 1 + content[place]
        place += 1
    return True  # without its trailer, which viewers forgive


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _is_tiff(content: bytes) -> bool:
    """The head leads to a directory of fields within the file."""
    order = "<" if content.startswith(b"II") else ">"
    if len(content) < 8:
        return False
    (place,) = struct.unpack_from(order + "I", content, 4)
    if not 8 <= place <= len(content) - 2:
        return False
    (count,) = struct.unpack_from(order + "H", content, place)
    kinds = [struct.unpack_from(order + "H", content, place + 4 + 12 * n)[0] for n in range(min(count, 4))
             if place + 6 + 12 * n <= len(content)]  # fmt: skip
    return 0 < count <= 1000 and place + 2 + 12 * count <= len(content) and all(1 <= kind <= 18 for kind in kinds)


def _wmf_calls(content: bytes) -> bool:
    """A record that gives the printer a procedure of its own to call (Escape, SETABORTPROC)."""
    start = 22 if content.startswith(_PLACEABLE) else 0
    return any(
        function & 0xFF == 0x26 and parameter == _SET_ABORT_PROCEDURE
        for function, parameter in _records(content, start)
    )


def _records(content: bytes, start: int) -> Iterator[tuple[int, int]]:
    place = start + 18
    while place + 8 <= len(content):
        size, function, parameter = struct.unpack_from("<IHH", content, place)
        yield function, parameter
        if size < 3:
            return
        place += 2 * size
