from datetime import date

from awards import facts


def test_a_code_has_no_letter_that_can_be_mistaken_and_is_never_the_same():
    codes = {facts.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("01ILOUV")
    assert all(len(code.replace("-", "")) == 16 and code.count("-") == 3 for code in codes)


def test_a_typed_code_forgives_case_spaces_and_dashes():
    assert facts.normal_code(" abcd efgh-jkmn pqrs ") == "ABCD-EFGH-JKMN-PQRS"
    assert facts.normal_code("!!") == ""
    assert len(facts.normal_code("A" * 10_000)) < 50


def test_numbers_name_edition_series_and_place():
    assert facts.certificate_number("2026", "L", 1) == "SLZ/2026/L/001"
    assert facts.certificate_number("pokaz", "W", 1000) == "SLZ/POKAZ/W/1000"


def test_places_are_roman_and_none_is_nothing():
    assert [facts.roman(place) for place in (None, 1, 2, 3, 11)] == ["", "I", "II", "III", "11"]


def test_dates_are_written_as_on_a_document():
    assert facts.polish_date(date(2026, 10, 22)) == "22 października 2026 r."
