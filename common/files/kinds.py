"""Which kinds of files are taken, told by their content alone, and how their names are cleaned. Pure: no Django.

`recognise` is called inside the limited reader, because the parts of a package are foreign bytes too.
"""

import io
import lzma
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt", ODS: ".ods"}
PICTURES = (PNG, JPEG)
OFFICE = (DOCX, XLSX, ODT, ODS)
ALLOWED_NAMES = "PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS"

NAME_LENGTH = 120
READ_OF_A_NAME = 1000
FALLBACK_NAME = "plik"

# The main part of a package and the type it must be declared with.
OOXML_MAIN = {
    DOCX: ("word/document.xml", DOCX + ".main+xml"),
    XLSX: ("xl/workbook.xml", XLSX + ".main+xml"),
}
BROKEN_PACKAGE = (
    zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error, lzma.LZMAError,
)  # fmt: skip
# What the magic-number library may say of a file of each family; anything else is a contradiction.
_MAGIC = {
    PDF: {".pdf", ".ai"},
    PNG: {".png", ".apng"},
    JPEG: {".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi"},
}


class Broken(Exception):
    """The file says it is of a kind and cannot be opened as one."""


def recognise(content: bytes) -> str | None:
    """The media type, from the content alone; None when it is none of the allowed ones. Raises Broken."""
    media_type = _by_signature(content)
    return media_type if media_type and _magic_agrees(content, media_type) else None


def _by_signature(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return None


def _magic_agrees(content: bytes, media_type: str) -> bool:
    if media_type not in _MAGIC:
        return True  # an office document was recognised by its parts, which says more than a number
    import puremagic

    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    return bool(found & _MAGIC[media_type])


def _office_type(content: bytes) -> str | None:
    """From the parts of the package, never from the name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in (ODT, ODS) and "content.xml" in names else None
            for media_type, (main_part, _content_type) in OOXML_MAIN.items():
                if main_part in names and "[Content_Types].xml" in names:
                    return media_type
    except BROKEN_PACKAGE as error:
        raise Broken from error
    return None


def clean_name(name: str, extension: str) -> str:
    """The sender's name without path, control or direction-changing characters, ending in `extension`."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    printable = "".join(
        char for char in last[:READ_OF_A_NAME] if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    printable = "".join(char for char in printable if char not in '<>:"/|?*;')
    stem = printable.rsplit(".", 1)[0] if "." in printable else printable
    stem = " ".join(stem.split()).strip(". ")[:NAME_LENGTH].strip(". ")
    return f"{stem or FALLBACK_NAME}{extension}"
