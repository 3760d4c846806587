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
    assert lines([report("test_kills[1]", ("case", 3), ("figure", "lost 0"))]) == ["case  3  passed  lost 0  (1.2 s)"]


def test_the_parameters_of_a_test_are_one_line_and_one_failure_is_a_failure():
    told = lines([report("test_x[1]", ("case", 9)), report("test_x[2]", ("case", 9), outcome="failed")])
    assert told == ["case  9  failed  x × 2  (2.5 s)"]


def report(test: str, *properties: tuple[str, object], outcome: str = "passed") -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=f"tests/x.py::{test}",
        location=("tests/x.py", 1, "x"),
        keywords={},
        outcome=outcome,
        longrepr=None,
        when="call",
        duration=1.24,
        user_properties=list(properties),
    )
