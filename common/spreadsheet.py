"""Rows for spreadsheets. A cell that a spreadsheet would run as a formula becomes text."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from common.web.xml_text import xml_text

# What a spreadsheet takes for a formula. After a sign only what acts or points elsewhere: a call, a sheet or a file,
# a command to another program (DDE: program|topic!item), a sum, a single word. A telephone number, a number and the
# dash of a list are text.
_STARTS = ("=", "@", "＝", "＠")
_SIGNS = ("+", "-", "＋", "－")
_ACTS = re.compile(r"[|!\[=]|\w\(|\d\s*[+*/^&]\s*\d")
_ONCE_GUARDED = (*_STARTS, *_SIGNS, "\t", "\r")  # files made earlier have the apostrophe before every sign
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads Polish letters wrongly
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_cell(value: Any) -> Any:
    """Numbers as they are; text that a spreadsheet would run as a formula gets the apostrophe spreadsheets hide.

    Leading white space is looked through, because some programs drop it before they read the cell. A text that has
    such an apostrophe of its own gets a second one, so that `unguarded` gives back every text as it was.
    """
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and (is_formula(value) or unguarded(value) != value) else value


def is_formula(text: str) -> bool:
    """Would a spreadsheet run this cell of a CSV file rather than show it?"""
    start = text.lstrip()
    if text.startswith(("\t", "\r")) or start.startswith(_STARTS):
        return True
    is_word = len(start.split(maxsplit=1)) == 1 and any(char.isalpha() for char in start)
    return start.startswith(_SIGNS) and (is_word or bool(_ACTS.search(start)))


def unguarded(cell: str) -> str:
    """A cell of a CSV file read back, without the apostrophe of `safe_cell`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip("' ").startswith(_ONCE_GUARDED) else cell


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A CSV file line by line, ready for a streaming response: semicolons, as Polish spreadsheets expect."""
    yield BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    """Text is always quoted, so that no comma or tab in it starts a cell where another separator is in force."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


# --- XLSX: the smallest workbook that spreadsheets open without a word -----------------------------------------
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\s]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
    ),
}


def xlsx_file(header: Iterable[str], rows: Iterable[Iterable[Any]], sheet: str = "Arkusz1") -> bytes:
    """A workbook of one sheet, its first row bold and frozen. Text cells are text, so none is ever a formula."""
    buffer = io.BytesIO()
    title = escape(_NOT_IN_TITLE.sub(" ", xml_text(sheet))[:31].strip(" '") or "1", {'"': "&quot;"})
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _PARTS.items():
            archive.writestr(name, _HEAD + part)
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f'<sheets><sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as target:
            for piece in _sheet(header, rows):
                target.write(piece.encode())
    return buffer.getvalue()


def _sheet(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>'
    )
    yield "<row>" + "".join(_xlsx_cell(cell, style=' s="1"') for cell in header) + "</row>"
    for row in rows:
        yield "<row>" + "".join(_xlsx_cell(cell) for cell in row) + "</row>"
    yield "</sheetData></worksheet>"


def _xlsx_cell(value: Any, style: str = "") -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"<c{style}><v>{value}</v></c>"
    if isinstance(value, datetime | date):
        value = value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
    text = escape(xml_text("" if value is None else value))
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
