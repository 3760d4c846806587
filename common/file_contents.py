"""What a file really is, and whether it carries anything but a document or a picture.

An allow-list judged by content. Documents that pass are kept byte for byte, because an electronic
signature covers every byte; pictures are drawn again, which drops metadata and anything hidden.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.errors import Invalid
from common.pdf_reader import ReaderFailed, read_verdict

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt", ODS: ".ods"}
ALLOWED_NAMES = "PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS"

MAX_PIXELS = 40_000_000
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_ABOVE = 1024 * 1024  # small parts of honest documents do compress a hundredfold

# What the magic-number library may say of a file of each family; anything else is a contradiction.
_MAGIC = {
    PDF: {".pdf", ".ai"},
    PNG: {".png", ".apng"},
    JPEG: {".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi"},
}
_OOXML_MAIN = {
    DOCX: ("word/document.xml", DOCX + ".main+xml"),
    XLSX: ("xl/workbook.xml", XLSX + ".main+xml"),
}
_OFFICE_CODE = (
    "vbaproject", "vbadata", "activex", "oleobject", "embeddings/", "macrosheets/", "customui", "basic/", "scripts/",
)  # fmt: skip
_BROKEN_PACKAGE = (
    zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error, lzma.LZMAError,
)  # fmt: skip


def recognise(content: bytes) -> str:
    """The media type, from the content alone; Invalid when it is none of the allowed ones."""
    media_type = _by_signature(content)
    if media_type is None or not _magic_agrees(content, media_type):
        raise Invalid(_("This kind of file is not accepted. Save it as one of: %(kinds)s.") % {"kinds": ALLOWED_NAMES})
    return media_type


def clean_content(content: bytes, media_type: str) -> bytes:
    """The bytes to keep; Invalid when the file holds something it should not."""
    if media_type == PDF:
        _check_pdf(content)
        return content
    if media_type in (PNG, JPEG):
        return _redraw(content, media_type)
    _check_office(content, media_type)
    return content


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
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    return bool(found & _MAGIC[media_type])


def _unreadable() -> Invalid:
    return Invalid(_("The file is damaged or incomplete and cannot be opened. Save it again and choose it again."))


# --- PDF --------------------------------------------------------------------------------------


def _check_pdf(content: bytes) -> None:
    """Read in a process of its own with its own limits; one that dies is a refusal."""
    try:
        found = read_verdict(content)
    except ReaderFailed:
        found = "complicated"
    match found:
        case "clean":
            return
        case "encrypted":
            raise Invalid(_("The PDF is protected with a password. Save it without one and choose it again."))
        case "complicated":
            raise Invalid(_("The PDF is too complicated. Print it to a new PDF and choose that one."))
        case "acts":
            raise Invalid(
                _("The PDF holds scripts, commands or other files. Print it to a new PDF and choose that one.")
            )
    raise _unreadable()


# --- Pictures ---------------------------------------------------------------------------------


def _redraw(content: bytes, media_type: str) -> bytes:
    kind = "PNG" if media_type == PNG else "JPEG"
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(_("The picture has too many pixels. Make it smaller, up to 40 megapixels."))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            output = io.BytesIO()
            if kind == "JPEG":
                upright.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
            else:
                plain = upright if upright.mode in ("1", "L", "LA", "RGB", "RGBA") else upright.convert("RGBA")
                clean = Image.new(plain.mode, plain.size)
                clean.paste(plain)
                clean.save(output, "PNG", optimize=False)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable() from error
    return output.getvalue()


# --- Office documents (ZIP) -------------------------------------------------------------------


def _office_type(content: bytes) -> str | None:
    """From the parts of the package, never from the name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in (ODT, ODS) and "content.xml" in names else None
            for media_type, (main_part, _content_type) in _OOXML_MAIN.items():
                if main_part in names and "[Content_Types].xml" in names:
                    return media_type
    except _BROKEN_PACKAGE as error:
        raise _unreadable() from error
    return None


def _check_office(content: bytes, media_type: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_package(entries)
            for entry in entries:
                _check_part(package, entry, media_type)
    except _BROKEN_PACKAGE as error:
        raise _unreadable() from error


def _protected() -> Invalid:
    return Invalid(_("The document is protected with a password. Save it without one and choose it again."))


def _check_package(entries: Iterable[zipfile.ZipInfo]) -> None:
    entries = list(entries)
    bomb = Invalid(_("The document unpacks to far more than it should. Save it again and choose it again."))
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise bomb
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise _unreadable()
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or "\x00" in entry.filename:
            raise _unreadable()
        if entry.flag_bits & 0x1:
            raise _protected()
        large = entry.file_size > RATIO_MATTERS_ABOVE
        if large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise bomb


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo, media_type: str) -> None:
    name = entry.filename.lower()
    active = Invalid(_("The document holds macros, scripts or other files. Save it as a PDF and choose that one."))
    if any(mark in name for mark in _OFFICE_CODE):
        raise active
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    # Without the NUL bytes of UTF-16 the marks below are found in every encoding.
    text = package.read(entry).replace(b"\x00", b"")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise active
    if name == "[content_types].xml":
        wanted = _OOXML_MAIN[media_type][1].encode() if media_type in _OOXML_MAIN else b""
        if wanted not in text or b"macroEnabled" in text:
            raise active
    if name.endswith(".rels") and _links_outside(text):
        raise active
    if name == "meta-inf/manifest.xml" and b"encryption-data" in text:
        raise _protected()
    if media_type in (ODT, ODS) and (b"vnd.sun.star.script" in text or b"script:event-listener" in text):
        raise active


def _links_outside(relationships: bytes) -> bool:
    """Any outside target but a hyperlink is fetched by the program that opens the document."""
    elements = (piece.split(b">", 1)[0] for piece in relationships.split(b"<Relationship")[1:])
    return any(b"External" in element and b"/hyperlink" not in element for element in elements)
