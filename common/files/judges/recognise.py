"""Which kind a file is, told by its content alone; the answer for what is none of ours says what it is instead."""

from common.files.codes import Code, Refused
from common.files.judges import magic, marks, office, pdf, pdf_head
from common.files.judges.package import Package
from common.files.kinds import DOCX, HEIC, JPEG, ODS, ODT, PDF, PNG, XLSX

_OFFICE = {"docx": DOCX, "xlsx": XLSX, "odt": ODT, "ods": ODS}
# Brands of still pictures coded as HEVC (ISO 23008-12), as the first box of the file names them.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # the identifier of CMS, as in .p7m and .p7s
_SIGNATURE_TEXTS = (b"-----BEGIN PKCS7", b"-----BEGIN CMS", b"-----BEGIN SIGNED")
_SIGNATURE_IN_XML = (b"http://www.w3.org/2000/09/xmldsig#", b"http://uri.etsi.org/01903/")


def recognise(content: bytes) -> str:
    """The media type; Refused with a code of its own for kinds that people send by mistake."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content[4:8] == b"ftyp" and _is_heic(content[: int.from_bytes(content[:4], "big")][:256]):
        return HEIC
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    if content.startswith(marks.OLE):
        raise Refused(_old_office(content))
    if _is_signature(content):
        raise Refused(Code.SIGNATURE_CONTAINER)
    if pdf_head.begins(content):
        return PDF
    if _is_other_picture(content):
        raise Refused(Code.OTHER_PICTURE)
    raise Refused(Code.KIND)


def judge(content: bytes, media_type: str) -> str:
    """What is wrong with a document of this kind; "" when nothing is."""
    return pdf.judge(content) if media_type == PDF else office.judge(content)


def _is_other_picture(content: bytes) -> bool:
    """TIFF, WebP, GIF and their kin, which everybody can save as one of our kinds."""
    if marks.looks_like_markup(content):
        return magic.is_drawing(content)
    return not content.startswith(b"\x1f\x8b") and magic.begins_as_picture(content)


def _package(content: bytes) -> str:
    package = Package(content)
    if found := _OFFICE.get(office.kind_of(package)):
        return found
    if office.is_signature_container(package):
        raise Refused(Code.SIGNATURE_CONTAINER)
    raise Refused(Code.KIND if office.is_document(package) else Code.ARCHIVE)


def _is_heic(box: bytes) -> bool:
    """By its main brand or, after a general one (mif1), by those it is compatible with."""
    return bool(_HEIC_BRANDS & {box[8:12], *(box[start : start + 4] for start in range(16, len(box), 4))})


def _old_office(content: bytes) -> Code:
    """A document with a password is kept in the container of the old formats, under this name."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Code.OFFICE_PASSWORD
    return Code.OLD_OFFICE


def _is_signature(content: bytes) -> bool:
    """A signature beside or around a document: CMS (.p7m, .p7s, .sig) or XAdES (.xades, .xml)."""
    if content[:1] == b"\x30" and _SIGNED_DATA in content[:64]:
        return True
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_SIGNATURE_TEXTS):
        return True
    return marks.looks_like_markup(content) and any(mark in content for mark in _SIGNATURE_IN_XML)
