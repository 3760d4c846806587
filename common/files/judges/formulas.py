"""Formulas of spreadsheets: they compute from the sheet, or they ask another program or the net."""

import re

from common.files.codes import Code, Refused
from common.files.judges import targets
from common.files.judges.lists import words

_STRING = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
# Functions that fetch, run or ask another program. IMAGE draws a picture from an address.
_REACHING = words(
    "webservice rtd call register register.id unregister exec execute initiate poke request terminate fopen fwrite "
    "fwriteln send.keys sql.request sql.open sql.execquery image py evaluate run importdata importxml importhtml "
    "importfeed importrange"
)
_FUNCTION = re.compile(r"([^\W\d][\w.]*)\s*\(")
_ARRAY = re.compile(r"\{[^{}]*\}")  # {1;2|3;4}: a bar there begins a row
_LINK = re.compile(r"(?<![\w.])hyperlink\s*\(\s*\"((?:[^\"]|\"\")*)\"", re.IGNORECASE)


def judge_formula(formula: str) -> None:
    """Refused when the formula asks another program (DDE), the net or another file there."""
    if len(formula) < 4:
        return
    if '"' in formula:
        for address in _LINK.findall(formula):
            if not targets.may_be_clicked(address.lstrip("#")):
                raise Refused(Code.LINK)
        formula = _STRING.sub('""', formula)
    if "'" in formula:
        for outside in _QUOTED.findall(formula):
            _judge_reference(outside)
        # A program's name may be quoted; what matters is the bar after it.
        formula = re.sub(r"'\s*\|", "x|", _QUOTED.sub("''", formula))
    if "|" in formula and re.search(r"[\w.')]\s*\|\s*['\w]", _ARRAY.sub("", formula)):
        raise Refused(Code.DDE)
    for function in _FUNCTION.findall(formula.lower()):
        last = function.rpartition(".")[2]
        if last == "dde":
            raise Refused(Code.DDE)
        if function in _REACHING or last in _REACHING or function.removeprefix("_xlfn.") in _REACHING:
            raise Refused(Code.FORMULA)


def _judge_reference(outside: str) -> None:
    """'C:\\Budżet\\[plan.xlsx]Arkusz'!A1 stays on the reader's computer; a server's address does not."""
    path = outside.replace("[", "").replace("$", "")
    if path.startswith(("\\\\", "//")) or ("://" in path and not path.lower().startswith("file:")):
        raise Refused(Code.OUTSIDE_DATA)
    if path.lower().startswith("file:") and not targets.is_on_a_drive(path):
        raise Refused(Code.OUTSIDE_DATA)
