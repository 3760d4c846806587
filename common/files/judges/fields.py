"""Instructions of Word's fields: what a document computes when it is opened, printed or pressed F9 in."""

import re
from dataclasses import dataclass, field

from common.files.codes import Code, Refused
from common.files.judges import targets
from common.files.judges.lists import words

# They number, name, date, compare and lay out; none fetches, runs or asks another program.
_KNOWN = words(
    "ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BARCODE BIBLIOGRAPHY "
    "BIDIOUTLINE CITATION COMMENTS COMPARE CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EMBED EQ "
    "FILENAME FILESIZE FILLIN FTNREF FORMCHECKBOX FORMDROPDOWN FORMTEXT GLOSSARY GOTOBUTTON GREETINGLINE IF INDEX INFO "
    "KEYWORDS LASTSAVEDBY LISTNUM MERGEBARCODE MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES "
    "NUMWORDS PAGE PAGEREF PRINTDATE PRIVATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF "
    "STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE"
)
_DDE = frozenset({"DDE", "DDEAUTO"})
_PICTURES = frozenset({"INCLUDEPICTURE", "IMPORT"})
# Word passes over quotes, backslashes and braces before the keyword.
_KEYWORD = re.compile(r"[\"“”\\{}\s\x00]*(=|[^\s\"“”\\{}\x00]+)")
_ARGUMENT = re.compile(r"\"([^\"]*)\"|(\S+)")
_PLACEHOLDER = re.compile(r"\s*MACROBUTTON\s+\"?no_?macro\"?(\s|$)", re.IGNORECASE)
_TAKING = frozenset({"l", "o", "t", "*", "@", "#", "c"})  # switches with a word after them
NESTED = "\x00"  # stands in an instruction for a field within it, whose result is not known beforehand


def judge_instruction(instruction: str) -> None:
    """Refused unless the instruction is one that only shows something."""
    instruction = instruction.replace("\xa0", " ")
    found = _KEYWORD.match(instruction)
    if not found:
        if instruction.strip():
            raise Refused(Code.FIELD)
        return  # an empty field shows nothing
    keyword = found[1].upper()
    rest = instruction[found.end() :]
    if keyword in _DDE:
        raise Refused(Code.DDE)
    if keyword.startswith("=") or keyword in _KNOWN:
        return
    if keyword == "HYPERLINK":
        _judge_link(rest)
    elif keyword in _PICTURES:
        _judge_picture(rest)
    elif keyword == "MACROBUTTON":
        if not _PLACEHOLDER.match(instruction):
            raise Refused(Code.MACROS)
    elif keyword in ("LINK", "DATABASE", "INCLUDETEXT", "INCLUDE", "RD", "DATA"):
        raise Refused(Code.OUTSIDE_DATA)
    else:
        raise Refused(Code.FIELD)


def _arguments(rest: str) -> list[str]:
    """What stands in an instruction besides its switches and what those take."""
    found = []
    is_of_a_switch = False
    for quoted, bare in _ARGUMENT.findall(rest):
        if bare.startswith("\\") and re.fullmatch(r"\\[*@#!a-z]?", bare, re.IGNORECASE):
            is_of_a_switch = bare[1:].lower() in _TAKING
            continue
        if not is_of_a_switch:
            found.append((quoted or bare).replace("\\\\", "\\"))
        is_of_a_switch = False
    return found


def _judge_link(rest: str) -> None:
    for address in _arguments(rest):
        if not targets.may_be_clicked(address):
            raise Refused(Code.LINK)


def _judge_picture(rest: str) -> None:
    addresses = _arguments(rest)
    if NESTED in rest or not addresses:
        raise Refused(Code.OUTSIDE_PICTURE)
    for address in addresses:
        if not (targets.is_on_a_drive(address) or targets.is_mail_part(address) or targets.is_beside(address)):
            raise Refused(Code.OUTSIDE_PICTURE)


@dataclass
class _Open:
    instruction: list[str] = field(default_factory=list)
    is_separated: bool = False


class Fields:
    """Puts an instruction together again that is spread over runs, with other fields within it."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    @property
    def is_listening(self) -> bool:
        return bool(self._open) and not self._open[-1].is_separated

    def mark(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(_Open())
        elif kind == "separate" and self.is_listening:
            self._open[-1].is_separated = True
            judge_instruction("".join(self._open[-1].instruction))
        elif kind == "end" and self._open:
            closed = self._open.pop()
            if not closed.is_separated:
                judge_instruction("".join(closed.instruction))
            if self.is_listening:
                self._open[-1].instruction.append(NESTED)

    def add(self, text: str) -> None:
        """A piece of an instruction; one outside any field is judged on its own."""
        if self.is_listening:
            self._open[-1].instruction.append(text)
        elif text.strip():
            judge_instruction(text)

    def finish(self) -> None:
        """A field that is never closed is judged as far as it goes."""
        for unfinished in self._open:
            judge_instruction("".join(unfinished.instruction))
        self._open.clear()
