"""What the XML parts of Word and Excel packages may say: fields, formulas, connections, macros' names, addresses."""

import re

from common.files.codes import Code, Refused
from common.files.judges import schemas, targets
from common.files.judges.fields import Fields, judge_instruction
from common.files.judges.formulas import judge_formula
from common.files.judges.lists import words
from common.files.judges.markup import Attributes, Listener, read, values

_FORMULAS = words(
    "f formula formula1 formula2 definedName calculatedColumnFormula totalsRowFormula oldFormula FmlaLink FmlaRange "
    "FmlaPict FmlaTxbx FmlaGroup"
)
_INSTRUCTIONS = frozenset({"instrText", "delInstrText"})
_PICTURES = words("imagedata fill stroke image textpath blip background img frame iframe")
# A macro's bare name left over from a workbook that once had macros; nothing answers to it.
_MACRO_NAME = re.compile(r"(\[0\]!|[\w.]+!)?[\w.]*")
_ACTING = {
    "ddeLink": Code.DDE,
    "ddeItem": Code.DDE,
    "oleLink": Code.OBJECT,
    "macrosheet": Code.MACROS,
    "dialogsheet": Code.MACROS,
    "ocx": Code.MACROS,
    "dbPr": Code.OUTSIDE_DATA,
    "olapPr": Code.OUTSIDE_DATA,
    "webPr": Code.OUTSIDE_DATA,
    "oledbPr": Code.OUTSIDE_DATA,
    "dataFeedPr": Code.OUTSIDE_DATA,
    "DataMashup": Code.OUTSIDE_DATA,
    "connectString": Code.OUTSIDE_DATA,
    "dataSource": Code.OUTSIDE_DATA,
    "taskpanes": Code.ADD_IN,
    "webextension": Code.ADD_IN,
    "webextensionref": Code.ADD_IN,
    "altChunk": Code.IMPORTED,
    "webVideoPr": Code.OUTSIDE_PICTURE,
    "script": Code.DISGUISED,
    "subDoc": Code.OUTSIDE_PART,
    "sourceFileName": Code.OUTSIDE_PART,
}
# Kept as documents, which are judged; anything else is an object of another program, wherever its bytes are.
_OFFICE_OBJECT = re.compile(r"(excel|word|opendocument|acroexch|acrobat)\.\w", re.IGNORECASE)
_ON = frozenset({"1", "true"})
_COLLECTED = _FORMULAS | _INSTRUCTIONS | {"FmlaMacro"}
_REFERENCES = frozenset({"id", "link", "embed", "pict", "relid", "href"})
_HYPERLINKS = frozenset({"hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver"})
_PLAIN_TEXT = frozenset({"t", "delText"})
_BREAKS = frozenset({"tab", "br", "cr", "ptab"})


class PartListener(Listener):
    """Hears one part. Fields do not cross parts."""

    elements = frozenset({*_ACTING, *_COLLECTED, *_PLAIN_TEXT, *_BREAKS, *schemas.ELEMENTS, "fldChar"})
    keys = schemas.KEYS | words(
        "instr src href althref formula fmlaLink fmlaRange fmlaTxbx textlink macro fmlaMacro fontKey embeddedHtml "
        "ProgID shapeid action sourceFile odcFile SchemaRef refreshOnLoad xlm store storeType type Type"
    )

    def __init__(self, links: frozenset[str] = frozenset()) -> None:
        """`links`: the numbers under which addresses outside are kept, which only hyperlinks may use."""
        self._links = links
        if links:
            self.keys = self.keys | _REFERENCES
        self.fields = Fields()
        self.font_keys: list[str] = []
        self._collected: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if name in _ACTING:
            raise Refused(_ACTING[name])
        if name in _COLLECTED or (name in _PLAIN_TEXT and self.fields.is_listening):
            self._collected = []
            self.listen(True)
        elif name in _BREAKS and self.fields.is_listening:
            self.fields.add(" ")
        elif name == "fldChar":
            for kind in values(attributes, "fldCharType"):
                self.fields.mark(kind)
        if attributes:
            schemas.judge(name, attributes)
            self._judge_attributes(name, attributes)

    def _judge_attributes(self, name: str, attributes: Attributes) -> None:
        for key, value in attributes:
            if not value:
                continue
            if key in _REFERENCES and value in self._links and name not in _HYPERLINKS:
                raise Refused(Code.OUTSIDE_PART)
            if key == "instr":
                judge_instruction(value)
            elif key in ("src", "href", "althref"):
                _judge_address(name, value)
            elif key in ("formula", "fmlaLink", "fmlaRange", "fmlaTxbx", "textlink"):
                judge_formula(value)
            elif key in ("macro", "fmlaMacro"):
                _judge_macro(value)
            elif key == "fontKey":
                self.font_keys.append(value)
            elif key == "embeddedHtml":
                raise Refused(Code.OUTSIDE_PICTURE)
            elif key == "action" and name.startswith("hlink") and "program" in value.lower():
                raise Refused(Code.LINK)
            elif key == "xlm" and name == "definedName" and value in _ON:
                raise Refused(Code.MACROS)
            elif _is_elsewhere(name, key, value):
                raise Refused(Code.OUTSIDE_DATA)
            elif key == "shapeid" and name == "control":  # a form's control in a sheet has a shapeId
                raise Refused(Code.MACROS)
            elif key == "ProgID" and name == "OLEObject" and not _OFFICE_OBJECT.match(value):
                raise Refused(Code.OBJECT)
            elif key in ("store", "storeType") and name == "reference":
                raise Refused(Code.ADD_IN)
            elif key == "type" and value == "realTimeData":
                raise Refused(Code.FORMULA)
            elif key == "Type" and name == "OLEObject" and value == "Link":
                raise Refused(Code.OBJECT)

    def text(self, data: str) -> None:
        if self._collected is not None:
            self._collected.append(data)

    def end(self, name: str) -> None:
        if self._collected is None:
            return
        if name in _FORMULAS:
            judge_formula("".join(self._collected))
        elif name == "FmlaMacro":
            _judge_macro("".join(self._collected))
        elif name in _INSTRUCTIONS or name in _PLAIN_TEXT:
            self.fields.add("".join(self._collected))
        else:
            return
        self._collected = None
        self.listen(False)


def _is_elsewhere(element: str, key: str, value: str) -> bool:
    """A connection that is made on opening, or what it is read from on a server or the net."""
    if key == "refreshOnLoad":
        return element == "connection" and value in _ON
    is_source = key in ("sourceFile", "odcFile", "SchemaRef")
    return is_source and not (targets.is_on_a_drive(value) or targets.is_beside(value))


def _judge_macro(name: str) -> None:
    """A name alone runs nothing, because no macro comes with the file; an address of another file would."""
    if not _MACRO_NAME.fullmatch(name.strip()):
        raise Refused(Code.MACROS)


def _judge_address(element: str, address: str) -> None:
    if element in _PICTURES:
        if not (targets.is_beside(address) or targets.is_on_a_drive(address) or targets.is_mail_part(address)):
            raise Refused(Code.OUTSIDE_PICTURE)
    elif not targets.may_be_clicked(address):
        raise Refused(Code.LINK)


def judge_markup(content: bytes, links: frozenset[str] = frozenset()) -> PartListener:
    """Refused when the part says something that acts; otherwise what was heard (keys of fonts)."""
    listener = PartListener(links)
    read(content, listener)
    listener.fields.finish()
    return listener


_OPEN_BREAK = re.compile(rb"<br\s*>", re.IGNORECASE)


def judge_drawing(content: bytes, links: frozenset[str] = frozenset()) -> PartListener:
    """Excel itself writes `<br>` without an end into the old kind of drawings (comments); it is read as it means it."""
    return judge_markup(_OPEN_BREAK.sub(b"<br/>", content), links)


_PROGRAM = "_assemblylocation"  # the property that names it


class _Data(Listener):
    """Data of the organisation may say anything, but a query to elsewhere (Power Query) is kept among them too, what
    every relative link of the document begins with (HyperlinkBase), and which program Word loads with it (VSTO)."""

    elements = frozenset({"DataMashup", "HyperlinkBase", "property"})
    keys = schemas.KEYS

    def __init__(self) -> None:
        self._base: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "DataMashup":
            raise Refused(Code.OUTSIDE_DATA)
        if name == "property" and _PROGRAM in (value.lower() for value in values(attributes, "name")):
            raise Refused(Code.ADD_IN)
        schemas.judge(name, attributes)
        if name == "HyperlinkBase":
            self.listen(True)

    def text(self, data: str) -> None:
        self._base.append(data)

    def end(self, name: str) -> None:
        if name == "HyperlinkBase":
            self.listen(False)
            if not targets.may_be_clicked("".join(self._base)):
                raise Refused(Code.LINK)


def judge_data(content: bytes) -> None:
    read(content, _Data())
