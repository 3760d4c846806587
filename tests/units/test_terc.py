"""Reading the register file, on small files made here; the real one is tried in test_import."""

import io
import zipfile
from datetime import date

import pytest

from tests.units.files import terc_file
from units.terc import parse


def test_codes_keep_their_leading_zeros_and_parts_of_units_are_left_out():
    file = parse(terc_file("02;01;04;3;Nowogrodziec", "02;01;04;4;Nowogrodziec", "02;01;04;5;Nowogrodziec"))
    assert not file.problems
    assert [unit.code for unit in file.units] == ["0201", "0201043"]


def test_a_city_with_powiat_rights_is_listed_once_as_the_gmina():
    file = parse(terc_file("02;61;;;Jelenia Góra", "02;61;01;1;Jelenia Góra", "02;61;02;9;Delegatura"))
    cities = [unit for unit in file.units if unit.name == "Jelenia Góra"]
    assert [(city.code, city.kind, city.county_code) for city in cities] == [("0261011", "CITY_COUNTY", "")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("02;01;04;7;Nowogrodziec", "RODZ"),
        ("02;01;04;3;", "name"),
        ("2;01;04;3;Nowogrodziec", "voivodeship code"),
        ("02;1x;04;3;Nowogrodziec", "two-digit"),
        ("02;01;04;;Nowogrodziec", "RODZ"),
        ("02;99;04;3;Nowogrodziec", "no powiat"),
        ("03;;01;2;Nowogrodziec", "powiat"),
        ("02;01;;;bolesławiecki", "twice"),
    ],
)
def test_a_broken_row_is_named_by_its_line_number(row, said):
    file = parse(terc_file(row))
    (problem,) = file.problems
    assert problem.line == 4
    assert said in problem.text


def test_every_problem_is_reported_not_only_the_first():
    file = parse(terc_file("02;01;04;7;A", "02;01;05;2;B", "02;01;06;;C"))
    assert [problem.line for problem in file.problems] == [4, 6]


def test_a_line_with_a_missing_field_or_another_date_is_named():
    content = terc_file("02;01;04;3;A").replace(b";2024-01-01", b"", 1)
    assert parse(content).problems[0].line == 2
    content = terc_file("02;01;04;3;A", "02;01;05;3;B")[: -len("2024-01-01\r\n")] + b"2023-01-01\r\n"
    assert "differs" in parse(content).problems[0].text


@pytest.mark.parametrize("day", ["2024-01-01", "01.01.2024", "1 stycznia 2024 r.", " 2024-01-01 "])
def test_the_date_is_read_as_everywhere_else(day):
    file = parse(terc_file("02;01;04;3;A", day=day))
    assert not file.problems
    assert file.register_date == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "missing"),
        ("2024-02-30", "30.02.2024"),
        ("20240101", "cannot be read"),
        ("2024-01", "cannot be read"),
        ("24-01-01", "cannot be read"),
        ("9999-01-01", "9999"),
        ("0024-01-01", "0024"),
    ],
)
def test_a_date_that_cannot_be_right_is_named_with_its_line(day, said):
    """A register of the year 9999 would refuse every later one as older."""
    problem = parse(terc_file(day=day)).problems[0]
    assert problem.line == 2
    assert said in problem.text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a;b;c\r\n", b"\x00" * 100])
def test_what_is_no_register_file_is_said_to_be_none(content):
    assert parse(content).problems


def test_the_archive_of_gus_is_told_from_the_file_in_it():
    """GUS hands the file out in a ZIP; whoever gives that one is told to unpack it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("TERC_Urzedowy_2026-01-01.csv", "WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n")
    (problem,) = parse(packed.getvalue()).problems
    assert "unpack it" in problem.text
