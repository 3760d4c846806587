"""DOCX and XLSX: which parts there are, how they hang together, and that each is what its place says.

An allow-list: every part is the target of a known relationship and is judged by its own bytes; only hyperlinks point
outside, with three exceptions that fetch nothing from the net: a template, a linked picture and a linked workbook on a
drive of the author's office.
"""

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from common.files.codes import Code, Refused
from common.files.judges import magic, marks, targets
from common.files.judges.markup import Attributes, Listener, read
from common.files.judges.ooxml_kinds import (
    ADD_INS,
    EXECUTABLE_TYPES,
    HOSTS,
    IMPORTED,
    KINDS,
    MACRO_TYPES,
    MACROS,
    MAIN_TYPES,
    OBJECTS,
    WORKBOOKS,
    Kind,
)
from common.files.judges.ooxml_markup import judge_data, judge_drawing, judge_markup
from common.files.judges.package import Package, folded

TYPES = "[content_types].xml"
Embedded = Callable[[bytes], Code | None]


class _Types(Listener):
    """[Content_Types].xml: by part and by ending, in lower case."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.endings: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        found = dict(attributes)
        if len(found) != len(attributes):
            raise Refused(Code.DISGUISED)
        kind = found.get("ContentType", "").strip().lower()
        if any(mark in kind for mark in MACRO_TYPES):
            raise Refused(Code.MACROS)
        if name == "Override":
            part = folded(found.get("PartName", "")).lstrip("/")
            if part in self.parts:
                raise Refused(Code.DISGUISED)
            self.parts[part] = kind
        elif name == "Default":
            ending = folded(found.get("Extension", ""))
            if ending in self.endings:
                raise Refused(Code.DISGUISED)
            self.endings[ending] = kind

    def of(self, part: str) -> str:
        return self.parts.get(part) or self.endings.get(part.rpartition(".")[2], "")


class _Relationships(Listener):
    """A .rels part: (type, target, is outside), and the numbers of the links outside."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, bool]] = []
        self.links: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        if len({key for key, _value in attributes}) != len(attributes):
            raise Refused(Code.DISGUISED)
        said = dict(attributes)
        if "base" in said:
            raise Refused(Code.DISGUISED)
        if "Type" not in said and "Target" not in said:
            if name == "Relationship":
                raise Refused(Code.DAMAGED)
            return
        target = said.get("Target", "")
        outside = said.get("TargetMode", "Internal").strip().lower() != "internal"
        clear = targets.plain(target)
        looks_outside = bool(targets.scheme(clear)) or clear.startswith(("//", "\\"))
        kind = said.get("Type", "").strip()
        self.found.append((kind, target, outside or looks_outside))
        if (outside or looks_outside) and _short(kind) == "hyperlink":
            self.links.add(said.get("Id", ""))


def is_ooxml(package: Package) -> bool:
    return TYPES in package


def kind_of(package: Package) -> str:
    """ "docx" or "xlsx" by the main part: the one that the package's own relationship leads to, whatever its name."""
    types = _types(package)
    for part in _main_parts(package, types):
        if found := MAIN_TYPES.get(types.of(part)):
            return found
    return ""


def _types(package: Package) -> _Types:
    types = _Types()
    read(package.read(TYPES), types)
    return types


def _main_parts(package: Package, types: _Types) -> list[str]:
    if "_rels/.rels" in package:
        return [
            target
            for kind, target, outside in _relationships(package, "_rels/.rels")
            if _short(kind) == "officedocument" and not outside
        ]
    return [part for part in types.parts if part in package and types.parts[part] in MAIN_TYPES]


def _relationships(package: Package, part: str) -> list[tuple[str, str, bool]]:
    """With internal targets as names of parts."""
    listener = _Relationships()
    read(package.read(part), listener)
    folder = posixpath.dirname(posixpath.dirname(part))
    return [
        (kind, target if outside else _part_name(folder, target), outside) for kind, target, outside in listener.found
    ]


def _links_of(package: Package, part: str) -> frozenset[str]:
    folder, name = posixpath.split(part)
    relationships = posixpath.join(folder, "_rels", f"{name}.rels")
    if relationships not in package:
        return frozenset()
    listener = _Relationships()
    read(package.read(relationships), listener)
    return frozenset(listener.links)


def _part_name(folder: str, target: str) -> str:
    path = unquote(target.split("#")[0]).strip()
    return folded(posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")) if path else ""


def _short(kind: str) -> str:
    """The last word of a relationship's type; "" when it is nobody's we know."""
    lowered = kind.lower()
    return lowered.rstrip("/").rpartition("/")[2] if lowered.startswith(HOSTS) else ""


def judge_parts(package: Package, embedded: Embedded) -> None:
    """Refused when any part is not what an honest document has there."""
    types = _types(package)
    mains = _main_parts(package, types)
    if len(mains) != 1 or mains[0] not in package:
        raise Refused(Code.DAMAGED)
    kinds: dict[str, Kind] = {mains[0]: Kind.MARKUP}
    drawings: set[str] = set()
    for part in list(package):
        if _is_relationships(part):
            for kind, target, outside in _relationships(package, part):
                _judge_relationship(kind, target, outside, kinds, drawings)
    _judge_each(package, types, kinds, drawings, embedded)


def _judge_each(
    package: Package, types: _Types, kinds: dict[str, Kind], drawings: set[str], embedded: Embedded
) -> None:
    keys: list[str] = []
    fonts = []
    for part in package:
        if part == TYPES or _is_relationships(part):
            continue
        content = package.read(part)
        kind = kinds.get(part)
        if any(mark in types.of(part) for mark in EXECUTABLE_TYPES):
            raise Refused(Code.UNKNOWN_PART)
        if kind is Kind.MARKUP:
            _refuse_object(content)
            is_drawing = part in drawings or part.endswith(".vml")
            keys += (judge_drawing if is_drawing else judge_markup)(content, _links_of(package, part)).font_keys
        elif kind is Kind.DATA:
            _refuse_object(content)
            if content:  # the origin of signatures is empty by its standard
                judge_data(content)
        elif kind is Kind.FONT:
            fonts.append(content)
        else:
            if kind is None and part.split("/")[-2:-1] in (["activex"], ["macrosheets"], ["customui"]):
                raise Refused(Code.MACROS)
            _judge_bytes(part, kind, content, embedded)
    masks = magic.font_masks(keys)
    if not all(magic.is_hidden_font(font, masks) for font in fonts):
        raise Refused(Code.UNKNOWN_PART)


def _judge_bytes(part: str, kind: Kind | None, content: bytes, embedded: Embedded) -> None:
    if kind is Kind.EMBEDDED:
        if code := embedded(content):
            raise Refused(code)
        return
    _refuse_object(content)
    if kind is Kind.PICTURE and content.startswith(b"%PDF-"):
        _judge_bytes(part, Kind.EMBEDDED, content, embedded)  # Word of a Mac keeps drawings so
        return
    if kind is Kind.PICTURE:
        honest = not content or magic.is_picture(content)
    elif kind is Kind.INERT:
        honest = not magic.is_foreign(content)
    elif kind is Kind.CERTIFICATE:
        honest = magic.is_certificate(content)
    else:
        honest = _is_harmless_leftover(content)
    if not honest:
        raise Refused(Code.UNKNOWN_PART)


def _refuse_object(content: bytes) -> None:
    """An object of another program, or a VBA project, both of which are this container, under any part's name."""
    if content.startswith(marks.OLE):
        raise Refused(Code.OBJECT)


def _is_harmless_leftover(content: bytes) -> bool:
    """A part that nothing refers to: programs leave pictures, XML and blanks behind; anything else hides."""
    if not content.strip(b"\x00 \r\n"):
        return True
    if not marks.looks_like_markup(content):
        return magic.is_picture(content)
    judge_markup(content)
    return not magic.is_foreign(content)


def _is_relationships(part: str) -> bool:
    return part.endswith(".rels") and posixpath.basename(posixpath.dirname(part)) == "_rels"


def _judge_relationship(kind: str, target: str, outside: bool, kinds: dict[str, Kind], drawings: set[str]) -> None:
    short = _short(kind)
    if short in MACROS:
        raise Refused(Code.MACROS)
    if short in ADD_INS:
        raise Refused(Code.ADD_IN)
    if short in IMPORTED:
        raise Refused(Code.IMPORTED)
    if outside:
        _judge_outside(short, target)
        return
    if short in OBJECTS:
        raise Refused(Code.OBJECT)
    if short == "hyperlink" or short in WORKBOOKS or not target:
        return
    known = KINDS.get(short)
    if known is None:
        raise Refused(Code.UNKNOWN_PART)
    if kinds.setdefault(target, known) is not known:
        raise Refused(Code.DISGUISED)
    if short == "vmldrawing":
        drawings.add(target)


def _judge_outside(short: str, target: str) -> None:
    """Anything outside but a hyperlink is fetched by the program that opens the document."""
    if short == "hyperlink":
        if not targets.may_be_clicked(target):
            raise Refused(Code.LINK)
    elif short == "attachedtemplate":
        if not targets.is_on_a_drive(target) and not targets.is_beside(target):
            raise Refused(Code.OUTSIDE_TEMPLATE)
    elif short == "image":
        if not (targets.is_on_a_drive(target) or targets.is_beside(target) or targets.is_mail_part(target)):
            raise Refused(Code.OUTSIDE_PICTURE)
    elif short in WORKBOOKS:
        if not targets.is_on_a_drive(target) and not targets.is_beside(target):
            raise Refused(Code.OUTSIDE_DATA)
    elif short in ("oleobject", "package", "mailmergesource", "mailmergeheadersource", "externallink"):
        raise Refused(Code.OUTSIDE_DATA)
    elif short in ("video", "audio", "media"):
        raise Refused(Code.OUTSIDE_PICTURE)
    else:
        raise Refused(Code.OUTSIDE_PART)
