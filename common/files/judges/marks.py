"""The first bytes of containers and programs, by which they are told wherever they stand."""

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# Containers and programs that no part of a document is, whatever its name.
FOREIGN = (
    OLE, ZIP, b"PK\x05\x06", b"PK\x07\x08", b"MZ", b"\x7fELF", b"%PDF-", b"{\\rtf",
    b"#!", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"ITSF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"CWS", b"FWS", b"ZWS", b"!<arch>", b"\x00asm", b"%!PS",
)  # fmt: skip
_MARKUP = re.compile(rb"[\x00\xef\xbb\xbf\xff\xfe\s]*<", re.ASCII)
BLANK = b"\x00\t\n\x0c\r\x1a "


def looks_like_markup(content: bytes) -> bool:
    return bool(_MARKUP.match(content[:200]))
