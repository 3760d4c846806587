"""Files within a PDF: data for programs (XML, text), pictures and documents, each judged as if sent alone."""

from collections.abc import Callable

from common.files.codes import Code, Refused
from common.files.judges import magic, marks, office, targets
from common.files.judges.lists import words
from common.files.judges.markup import Attributes, Listener, read

# Names by which a plain text becomes a program or a page when it is opened.
_RUN_BY_NAME = targets.PROGRAMS | words(
    "sh bash py pyw pl rb php html htm xhtml svg mht mhtml xsl xslt iqy rqy slk oqy application appref-ms desktop ws "
    "settingcontent-ms library-ms search-ms diagcab psm1 sct mjs command scpt"
)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")
_PAGES = words("html svg hta job package component scriptlet stylesheet transform")


def judge_embedded(content: bytes, names: set[str], judge_pdf: Callable[[bytes], str]) -> None:
    """Refused unless the file is of a kind that may be within, and passes its judge."""
    endings = {_ending(name) for name in names}
    if endings & _RUN_BY_NAME:
        raise Refused(Code.PDF_ATTACHMENT)
    if not content:
        return
    if content.startswith(b"%PDF-"):
        wrong = judge_pdf(content)
    elif content.startswith(marks.ZIP):
        wrong = office.judge(content)
    elif marks.looks_like_markup(content):
        wrong = _judge_markup(content)
    elif content.startswith(_PICTURES):
        wrong = "" if magic.is_picture(content) else Code.PDF_ATTACHMENT
    else:
        wrong = "" if _is_text(content) else Code.PDF_ATTACHMENT
    if wrong:
        raise Refused(Code.PDF_ATTACHMENT)


def _ending(name: str) -> str:
    return name.rstrip(". ").rpartition(".")[2].lower() if "." in name else ""


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
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in content[:65_536])
