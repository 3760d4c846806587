"""Every case of the catalogue has a test; every case of many at once has a control without the protection."""

import re
from pathlib import Path

import pytest

from tests.cases import CASES, lines

TESTS = Path(__file__).resolve().parents[1]
MARK = re.compile(r"mark\.case\((\d+)(, control=True)?\)")
# Where two acts meet, the protection is switched off once to show that the test would see the race.
RACES = {3, 9, 10, 16, 17, 18, 20, 23}


def marks() -> list[tuple[int, bool]]:
    found = [MARK.findall(path.read_text()) for path in TESTS.rglob("test_*.py")]
    return [(int(number), bool(control)) for marks in found for number, control in marks]


def test_every_case_has_a_test():
    shown = {number for number, control in marks() if not control}
    assert {number: CASES[number] for number in CASES if number not in shown} == {}


def test_every_race_has_a_control():
    controls = {number for number, control in marks() if control}
    assert RACES - controls == set()


def test_the_line_of_a_case_tells_its_figure():
    report = pytest.TestReport(
        nodeid="tests/x.py::test_kills_lose_nothing",
        location=("tests/x.py", 1, "x"),
        keywords={},
        outcome="passed",
        longrepr=None,
        when="call",
        duration=1.24,
        user_properties=[("case", 3), ("figure", "lost 0")],
    )
    assert lines([report]) == ["case  3  passed  lost 0  (1.2 s)"]
