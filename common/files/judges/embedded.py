"""Files within a PDF: data for programs (XML, text), pictures and documents, each judged as if sent alone."""

import re
import unicodedata
from collections.abc import Callable

from common.files.codes import Code, Refused
from common.files.judges import magic, marks, office, pdf_head
from common.files.judges.lists import words
from common.files.judges.markup import Attributes, Listener, read

# What a name may end with: nothing of it runs when it is opened. Numbers and words with blanks are no endings.
_ENDINGS = words("xml txt csv json pdf docx xlsx odt ods png jpg jpeg gif tif tiff p7s xades sig bin") | {""}
_SIGNATURES = (b"-----BEGIN PKCS7", b"-----BEGIN CMS", b"-----BEGIN SIGNED")
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # the identifier of CMS
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TABLES = words("csv bin") | {""}
# A cell that a sheet would compute: a call, a reference to another sheet, or DDE. Amounts, telephones and ="00-950"
# are none.
_FORMULA = re.compile(
    r"""(?:^|[;,\t\r\n])[ "']*(?:=|[+\-@](?=[^\W\d]|["'(]))[^;,\t\r\n]*[(!]|"""
    r"""(?:^|[;,\t\r\n])[ "']*[=+\-@][^;,\t\r\n]*\|[^;\t\r\n]{0,300}!"""
)
_SYLK_FORMULA = re.compile(r"^ *[CF];(?:[^\r\n;]*;)*E", re.MULTILINE)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")
_PAGES = words("html svg hta job package component scriptlet stylesheet transform")


def judge_embedded(content: bytes, names: set[str], judge_pdf: Callable[[bytes], str]) -> None:
    """Refused unless the file is of a kind that may be within, and passes its judge."""
    endings = {_ending(name) for name in names}
    if endings - _ENDINGS:
        raise Refused(Code.PDF_ATTACHMENT)
    if not content:
        return
    if pdf_head.begins(content) and ("pdf" in endings or pdf_head.is_alone(content)):
        wrong = judge_pdf(content)
    elif content.startswith(marks.ZIP):
        wrong = office.judge(content)
    elif marks.looks_like_markup(content):
        wrong = _judge_markup(content)
    elif content.startswith(_PICTURES):
        wrong = "" if magic.is_picture(content) else Code.PDF_ATTACHMENT
    elif _is_signature(content):
        wrong = ""
    else:
        wrong = "" if _is_text(content) and not _computes(content, endings) else Code.PDF_ATTACHMENT
    if wrong:
        raise Refused(Code.PDF_ATTACHMENT)


def _ending(name: str) -> str:
    """As the system that saves the file would see it: without invisible characters, dots and blanks at the end."""
    clear = "".join(char for char in name if unicodedata.category(char)[0] not in "CZ" or char == " ").rstrip(". ")
    ending = clear.rpartition(".")[2].lower() if "." in clear else ""
    return "" if ending.isdecimal() or " " in ending else ending


def _is_signature(content: bytes) -> bool:
    return content.startswith(_SIGNATURES) or (content[:1] == b"\x30" and _SIGNED_DATA in content[:64])


def _computes(content: bytes, endings: set[str]) -> bool:
    """A table with a formula in it; a sheet in the form of SYLK is opened as one under any name."""
    text = content.decode("utf-16" if content.startswith(_UTF_16) else "latin-1", "replace")
    if text.startswith("ID;"):
        return bool(_SYLK_FORMULA.search(text))
    return bool(endings & _TABLES and _FORMULA.search(text))


class _Data(Listener):
    """XML that carries data; a page or a program in XML is told by its root."""

    def __init__(self) -> None:
        self._is_root = True

    def start(self, name: str, attributes: Attributes) -> None:
        if name.lower() == "script" or (self._is_root and name.lower() in _PAGES):
            raise Refused(Code.PDF_ATTACHMENT)
        self._is_root = False


def _judge_markup(content: bytes) -> str:
    try:
        read(content, _Data())
    except Refused as refused:
        return refused.code
    return ""


def _is_text(content: bytes) -> bool:
    if magic.is_foreign(content):
        return False
    if content.startswith(_UTF_16):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in content[:65_536])
