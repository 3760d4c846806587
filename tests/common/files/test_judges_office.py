"""Case 58, office documents: what acts or fetches is refused for its own reason, what is honest is taken."""

import time

import pytest

from common.files.codes import Code, Refused
from common.files.judges import office
from common.files.judges.recognise import judge, recognise
from tests.common.files import (
    craft_office,
    document_cases,
    office_parts,
    office_refused,
    office_taken,
    outside_cases,
    sheet_cases,
)

REFUSED = office_refused.REFUSED | sheet_cases.REFUSED | document_cases.REFUSED | outside_cases.REFUSED
TAKEN = office_taken.TAKEN | sheet_cases.TAKEN | document_cases.TAKEN | outside_cases.TAKEN


def verdict(content):
    try:
        return judge(content, recognise(content))
    except Refused as refused:
        return refused.code


@pytest.mark.case(58)
@pytest.mark.parametrize("name", REFUSED)
def test_crafted_documents_are_refused_for_their_own_reason(name):
    make, code = REFUSED[name]
    found = verdict(make())
    assert found == code if code else found


@pytest.mark.case(58)
@pytest.mark.parametrize("name", TAKEN)
def test_honest_documents_are_taken(name):
    assert verdict(TAKEN[name]()) == ""


@pytest.mark.case(58)
def test_there_are_forty_of_each(figure):
    refused, taken = len(REFUSED), len(TAKEN)
    assert refused >= 40
    assert taken >= 40
    figure(f"{refused} crafted office documents refused, {taken} honest ones taken")


def test_a_chart_within_a_chart_within_a_chart_ends_somewhere():
    inner = craft_office.xlsx()
    for _depth in range(office.MAX_DEPTH + 1):
        inner = office_parts.chart_with(inner)
    assert verdict(inner) == Code.OBJECT


def test_a_large_sheet_is_read_in_a_few_seconds():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><f>SUM(B{n}:C{n})</f><v>{n}</v></c><c r="B{n}"><v>1</v></c></row>'
        for n in range(50_000)
    )
    content = craft_office.xlsx(sheet=f"<sheetData>{rows}</sheetData>")
    started = time.process_time()
    assert verdict(content) == ""
    assert time.process_time() - started < 6
