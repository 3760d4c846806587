"""Formulas of spreadsheets: they compute from the sheet, or they ask another program or the net."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.files.codes import Code, Refused
from common.files.judges import targets
from common.files.judges.lists import words

_STRING = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_OPENING = re.compile(r"[\"'\[]")
_IN_BRACKETS = re.compile(r"'.|[\[\]]", re.DOTALL)  # an apostrophe there takes the sense off the next sign
# Functions that fetch, run or ask another program. IMAGE draws a picture from an address.
_REACHING = words(
    "webservice rtd call register register.id unregister exec execute initiate poke request terminate fopen fwrite "
    "fwriteln fread freadln files directory send.keys sql.request sql.open sql.execquery image py evaluate run "
    "importdata importxml importhtml importfeed importrange stockhistory translate detectlanguage copilot cubevalue "
    "cubemember cubememberproperty cubeset cubesetcount cubekpimember cuberankedmember"
)
# Functions to which another may be given by its bare name.
_TAKING_FUNCTIONS = re.compile(
    r"\b(let|lambda|map|reduce|scan|byrow|bycol|makearray|groupby|pivotby)\s*\(", re.IGNORECASE
)
_WORD = re.compile(r"([^\W\d][\w.]*)(\s*[(!])?")
_SPACES = re.compile(r"^((?:_xlfn|_xlws|_xleta|_xludf|com\.microsoft|com\.sun\.star|org\.\w+)\.)+")
_ARRAY = re.compile(r"\{[^{}]*\}")  # {1;2|3;4}: a bar there begins a row
_BAR = re.compile(r"[\w.')\]]\s*\|\s*['\w\[]")
_STEP = re.compile(r"(?<![\w.])(?:(?P<link>hyperlink)|(?P<char>(?:uni)?char))\s*\(|[(),;]", re.IGNORECASE)
_INDIRECT = re.compile(r"(?<![\w.])indirect\s*\(", re.IGNORECASE)
_SERVER = re.compile(r"['\s]*(?:\\\\|//|https?:|ftps?:|file:(?!///[A-Za-z]:))", re.IGNORECASE)
_DECIDED = re.compile(r"[:/\\#?]")


def judge_formula(formula: str) -> None:
    """Refused when the formula asks another program (DDE), the net or another file there."""
    if len(formula) < 4:
        return
    bare = formula
    if _OPENING.search(formula):
        pieces = list(_pieces(formula))
        bare = "".join(sign or text for sign, text in pieces)
        _judge_pieces(pieces, bare)
    if "|" in bare and _BAR.search(_ARRAY.sub("", bare)):
        raise Refused(Code.DDE)
    if "\\\\" in bare:
        raise Refused(Code.OUTSIDE_DATA)
    _judge_words(bare)


def _pieces(formula: str) -> Iterator[tuple[str, str]]:
    """("", what stands bare), ('""', a text), ("''", a quoted name), ("[]", what stands in brackets, a column say)."""
    place = 0
    while found := _OPENING.search(formula, place):
        start = found.start()
        yield "", formula[place:start]
        sign = found[0]
        if sign == "[":
            end = _end_of_brackets(formula, start)
        else:
            closed = (_STRING if sign == '"' else _QUOTED).match(formula, start)
            end = closed.end() if closed else 0
        if not end:  # never closed
            place = start
            break
        yield sign + ("]" if sign == "[" else sign), formula[start + 1 : end - 1]
        place = end
    yield "", formula[place:]


def _end_of_brackets(formula: str, start: int) -> int:
    depth = 0
    for found in _IN_BRACKETS.finditer(formula, start):
        if found[0] == "[":
            depth += 1
        elif found[0] == "]":
            depth -= 1
            if not depth:
                return found.end()
    return 0


def _judge_pieces(pieces: list[tuple[str, str]], bare: str) -> None:
    for sign, text in pieces:
        if sign == "''":
            _judge_reference(text)
        elif sign == "[]":
            if _SERVER.match(text):
                _judge_reference(text)
            for quoted in _QUOTED.findall(text):
                _judge_reference(quoted)
    if _INDIRECT.search(bare) and any(sign == '""' and _SERVER.match(text) for sign, text in pieces):
        raise Refused(Code.OUTSIDE_DATA)
    _judge_links(pieces)


@dataclass
class _OpenLink:
    """The first argument of a HYPERLINK: how many brackets are open in it, and whether its kind is known by now."""

    depth: int = 1
    is_decided: bool = False


def _judge_links(pieces: list[tuple[str, str]]) -> None:
    """HYPERLINK: each text its address is put together of is judged, and the scheme is not spelt sign by sign.

    One pass for links within links: a link has heard what those within it have.
    """
    open_links: list[_OpenLink] = []
    for place, (sign, text) in enumerate(pieces):
        if not sign:
            for step in _STEP.finditer(text):
                _follow(open_links, step)
        elif sign == '""' and open_links:
            address = text.replace('""', '"')
            is_spelt = address.startswith((":", "\\\\")) or not targets.may_be_clicked(address.lstrip("#"))
            is_first = not open_links[-1].is_decided or pieces[place - 1][1].rstrip().endswith((",", ";", "("))
            if is_spelt and is_first:
                raise Refused(Code.LINK)
            open_links[-1].is_decided = open_links[-1].is_decided or bool(_DECIDED.search(address))


def _follow(open_links: list[_OpenLink], step: re.Match[str]) -> None:
    if step["char"] and open_links and not open_links[-1].is_decided:
        raise Refused(Code.LINK)
    if not open_links and not step["link"]:
        return
    sign = step[0][-1]
    if sign == "(":
        if open_links:
            open_links[-1].depth += 1
        if step["link"]:
            open_links.append(_OpenLink())
        return
    if sign == ")":
        open_links[-1].depth -= 1
    if open_links[-1].depth > (sign != ")"):
        return
    closed = open_links.pop()
    if open_links:
        open_links[-1].is_decided = open_links[-1].is_decided or closed.is_decided
        open_links[-1].depth -= sign == ")"


def _judge_words(bare: str) -> None:
    lowered = bare.lower()
    takes_functions = bool(_TAKING_FUNCTIONS.search(lowered))
    for word, behind in _WORD.findall(lowered):
        spaces = _SPACES.match(word)
        name = word[spaces.end() :] if spaces else word
        is_called = behind.endswith("(")
        if is_called and name.rpartition(".")[2] == "dde":
            raise Refused(Code.DDE)
        if name in _REACHING and (is_called or spaces or (takes_functions and not behind)):
            raise Refused(Code.FORMULA)


def _judge_reference(outside: str) -> None:
    """'C:\\Budżet\\[plan.xlsx]Arkusz'!A1 stays on the reader's computer; a server's address does not."""
    path = outside.replace("[", "").replace("$", "")
    if path.startswith(("\\\\", "//")) or ("://" in path and not path.lower().startswith("file:")):
        raise Refused(Code.OUTSIDE_DATA)
    if path.lower().startswith("file:") and not targets.is_on_a_drive(path):
        raise Refused(Code.OUTSIDE_DATA)
