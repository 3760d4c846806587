"""Documents of office programs: a package is recognised by what its parts declare, and then judged whole."""

from common.files.codes import Code, Refused
from common.files.judges import odf, ooxml
from common.files.judges.package import Package

MAX_DEPTH = 2  # a document, the data sheet of its chart, a chart within that


def kind_of(package: Package) -> str:
    """ "docx", "xlsx", "odt", "ods", or "" when the archive is none of them."""
    if ooxml.is_ooxml(package):
        return ooxml.kind_of(package)
    return odf.kind_of(package)


def is_document(package: Package) -> bool:
    """Of an office program, though not of a kind that is taken: a presentation, a drawing."""
    return ooxml.is_ooxml(package) or "opendocument" in odf.declared(package)


def is_signature_container(package: Package) -> bool:
    """ASiC: a document and its signature packed together."""
    if "vnd.etsi.asic" in odf.declared(package):
        return True
    return any(part.startswith("meta-inf/") and "signature" in part for part in package)


def judge(content: bytes) -> str:
    """The code of what is wrong with the document, "" when nothing is."""
    return _judge(content, 0)


def _judge(content: bytes, depth: int) -> str:
    def embedded(inner: bytes) -> Code | None:
        if depth >= MAX_DEPTH:
            return Code.OBJECT
        if inner.startswith(b"%PDF-"):
            from common.files.judges import pdf  # which judges documents within, by this module

            return Code.UNKNOWN_PART if pdf.judge(inner) else None
        if not inner.startswith(b"PK\x03\x04"):
            return Code.OBJECT
        found = _judge(inner, depth + 1)
        return Code(found) if found else None

    try:
        package = Package(content)
        match kind_of(package):
            case "docx" | "xlsx":
                ooxml.judge_parts(package, embedded)
            case "odt" | "ods":
                odf.judge_parts(package)
            case _:
                return Code.KIND if depth == 0 else Code.OBJECT
    except Refused as refused:
        return refused.code
    return ""
