"""Rows for spreadsheets."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheet import csv_lines, safe_cell, unguarded, xlsx_file

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.case(46)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "\xa0@"])
def test_text_that_a_spreadsheet_would_run_becomes_text(start):
    assert safe_cell(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("value", [-5, 0, 2.5, Decimal("-1.5"), True, "Jan", "a=b", ""])
def test_numbers_and_plain_text_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_nothing_is_an_empty_cell():
    assert safe_cell(None) == ""


@pytest.mark.parametrize(
    "text",
    [
        "+48 74 645 01 00",
        "+48-74-645",
        "-",
        "- pierwszy punkt\n- drugi punkt",
        "-pierwszy punkt, drugi",
        "– myślnik",
        "-5",
        "--",
    ],
)
def test_telephone_numbers_dashes_and_lists_are_text_as_they_are(text):
    assert safe_cell(text) == text


@pytest.mark.case(46)
@pytest.mark.parametrize(
    "text",
    ["+1+1", "-2+3+cmd|' /C calc'!A0", "-A1", "+SUM(A1:A9)", "- SUM(A1)", "@SUM(1)", "-'[plik.xlsx]Arkusz1'!A1",
     "+HYPERLINK(\"http://x\")", "＝1+1", "-1\n=2"],
)  # fmt: skip
def test_what_calls_points_elsewhere_or_sums_is_guarded(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.case(46)
@given(st.text(), st.sampled_from(["=", "@", "\t", "\r", "  =", "\n@"]))
def test_no_text_begins_as_only_a_formula_does(text, start):
    assert str(safe_cell(start + text)).startswith("'")


@given(st.text(alphabet=st.sampled_from("'=+-@ \ta1|(!")))
def test_a_guarded_text_reads_back_as_it_was(text):
    assert unguarded(safe_cell(text)) == text


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), min_size=1))
def test_a_csv_file_reads_back_as_it_was_written(cells):
    text = "".join(csv_lines(["x"] * len(cells), [cells]))
    assert text[0] == "\ufeff"
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert rows[1] == [str(safe_cell(cell)) for cell in cells]


def test_a_comma_in_a_text_starts_no_cell_where_commas_separate():
    text = "".join(csv_lines(["a"], [["x,=1+1"]]))
    assert list(csv.reader(io.StringIO(text[1:])))[1] == ["x,=1+1"]


def sheet_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}


def cells_of(content):
    sheet = sheet_of(content)["xl/worksheets/sheet1.xml"]
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{NAMESPACE}row")]


def test_a_workbook_holds_the_rows_with_text_as_text_and_numbers_as_numbers():
    content = xlsx_file(["a", "b"], [["=1+1", 5], [None, Decimal("2.5")], [date(2026, 6, 15), True]], "2026")
    assert cells_of(content) == [["a", "b"], ["=1+1", "5"], ["", "2.5"], ["2026-06-15", "True"]]
    sheet = sheet_of(content)["xl/worksheets/sheet1.xml"]
    kinds = [cell.get("t", "n") for cell in sheet.iter(f"{NAMESPACE}c")]
    assert kinds == ["inlineStr", "inlineStr", "inlineStr", "n", "inlineStr", "n", "inlineStr", "inlineStr"]
    assert not list(sheet.iter(f"{NAMESPACE}f"))


def test_a_moment_is_written_to_the_minute():
    assert cells_of(xlsx_file(["a"], [[datetime(2026, 6, 15, 23, 59, 30, tzinfo=UTC)]]))[1] == [
        "2026-06-15 23:59+00:00"
    ]


@given(st.text(), st.text(max_size=50))
def test_no_text_breaks_a_workbook(text, sheet):
    assert len(cells_of(xlsx_file(["a"], [[text]], sheet))) == 2
