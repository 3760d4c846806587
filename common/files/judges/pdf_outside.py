"""What a PDF names outside of itself: other files, servers that are asked when it is signed, what takes its place."""

import re

import pikepdf

from common.files.codes import Code, Refused
from common.files.judges import targets
from common.files.judges.pdf_once import Once

NAMES = ("/UF", "/F", "/DOS", "/Unix", "/Mac")
_DRIVE_OF_PDF = re.compile(r"^/([A-Za-z])/")  # C:\Users is written /C/Users; /serwer/dane is a server
_DRIVE = re.compile(r"(?:file:/*)?[A-Za-z]:[\\/]", re.IGNORECASE)
_ABOVE = re.compile(r"[\\/]\.\.(?:[\\/]|$)")
# A page as people type it, without http: www.gmina.pl/bip.
_PAGE = re.compile(r"[a-z0-9][\w-]*(?:\.[\w-]+)*\.([a-z]{2,})(?::\d{1,5})?(?:[/?#][^\\]*)?", re.IGNORECASE)


def judge_outside(part: pikepdf.Object, keys: set[str], kinds: set[str], once: Once) -> None:
    """A dictionary by its own keys, wherever it hangs."""
    if "/EF" not in keys and (kinds & {"/Filespec", "/F"} or part.get("/FS") == pikepdf.Name.URL):
        judge_other_file(part, once)
    if "/FS" in keys and not isinstance(part["/FS"], pikepdf.Name):
        _judge_file_of_an_annotation(part["/FS"], once)
    if isinstance(part, pikepdf.Stream) and "/OPI" in keys:
        raise Refused(Code.PDF_OTHER_FILE)  # another picture takes its place when it is printed
    if isinstance(part.get("/Ref"), pikepdf.Dictionary) and "/F" in part["/Ref"]:
        raise Refused(Code.PDF_OTHER_FILE)  # drawn from a page of another file
    if "/DestOutputProfileRef" in keys:
        raise Refused(Code.PDF_OTHER_FILE)  # colours of another file
    if "/Collection" in keys and isinstance(part["/Collection"], pikepdf.Dictionary):
        _judge_portfolio(part["/Collection"])
    if "/V" not in keys:  # a field that is signed asks for nothing any more
        for key in ("/SV", "/Lock"):
            if isinstance(part.get(key), pikepdf.Dictionary) and once.is_new("wishes", part[key]):
                _judge_wishes(part[key])


def _judge_file_of_an_annotation(specification: pikepdf.Object, once: Once) -> None:
    if not (isinstance(specification, pikepdf.Dictionary) and "/EF" in specification):
        judge_other_file(specification, once)


def _judge_portfolio(collection: pikepdf.Object) -> None:
    if "/Navigator" in collection:
        raise Refused(Code.PDF_PORTFOLIO)


def _judge_wishes(wishes: pikepdf.Object) -> None:
    """What a field wants of a signature: no server may be asked for a certificate or for the time."""
    for held in [wishes, *(wishes[key] for key in wishes.keys())]:  # noqa: SIM118
        if isinstance(held, pikepdf.Dictionary) and "/URL" in held:
            raise Refused(Code.PDF_SENDS)


def judge_other_file(specification: object, once: Once) -> None:
    """A document beside this one or on the author's drive, which a click may open; none of a server, no program."""
    if specification is None or not once.is_new("file", specification):
        return
    names = [specification]
    if isinstance(specification, pikepdf.Dictionary):
        if "/FS" in specification:
            raise Refused(Code.PDF_OTHER_FILE)
        names = [specification[key] for key in NAMES if key in specification]
    for name in names:
        if not once.is_new("name of a file", name):
            continue
        target = str(name)
        if not (targets.is_beside(target) or _is_on_a_drive(target)) or not targets.may_be_clicked(target):
            raise Refused(Code.PDF_OTHER_FILE)


def _is_on_a_drive(target: str) -> bool:
    """With a letter, and nowhere above it: nothing leaves the reader's computer for it."""
    path = _DRIVE_OF_PDF.sub(r"\1:/", targets.plain(target))
    return bool(_DRIVE.match(path)) and targets.is_on_a_drive(path) and not _ABOVE.search(path)


def judge_base(root: pikepdf.Object) -> None:
    """What every relative link begins with (/URI /Base of the catalog): a page of the net and nothing else."""
    said = root.get("/URI")
    if isinstance(said, pikepdf.Dictionary) and "/Base" in said:
        base = str(said["/Base"])
        if targets.plain(base) and targets.scheme(base) not in ("http", "https") and not _is_page(base):
            raise Refused(Code.LINK)


def _is_page(base: str) -> bool:
    found = _PAGE.fullmatch(targets.plain(base))
    return found is not None and found[1].lower() not in targets.PROGRAMS - {"com"}
