"""Import and export: all or nothing, safe to repeat, faults by line, and round trips."""

import csv
import io
import json
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from awards.models import Award
from common.errors import Invalid, Refusal
from practices.exchange import Row, read, rows_of
from practices.filters import Filters
from practices.models import Practice, PracticeVersion
from practices.queries import search
from practices.services import import_records, load_seed_practice, withdraw_contact_consent
from tests.factories import make_edition, make_officer, make_unit, make_voivodeship
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db

NESTED = b"[" * 100_000
RECORD = {
    "external_id": "bdp-1",
    "section": "PARTNERSHIP",
    "title": "Partnerstwo dla rzeki",
    "abstract": "Opis, z przecinkiem; i średnikiem.\nDrugi wiersz.",
    "added_on": "2013-03-30",
    "unit_name": "gmina Przykładowo",
    "unit_type": "RURAL",
    "voivodeship": "dolnośląskie",
    "population": "12 345",
    "tools": ["CAF", "EFQM"],
    "indicators": [{"name": "Czas", "unit": "dni", "before": "21", "after": "9", "year": "2024"}],
    "contacts": [{"name": "Jan Przykładowy", "position": "inspektor", "phone": "74 000", "email": "jan@example.org"}],
}


@pytest.fixture(autouse=True)
def voivodeship():
    return make_voivodeship()


def _json(*records: dict) -> bytes:
    return json.dumps(list(records)).encode()


def test_a_code_keeps_the_leading_zero_that_a_spreadsheet_drops():
    assert [read(Row(1, {"unit_code": code})).unit_code for code in ("201011", "201", "3006023", "")] == [
        "0201011", "0201", "3006023", "",
    ]  # fmt: skip


def test_half_a_character_is_a_fault_of_its_record():
    reading = read(Row(3, RECORD | {"title": "a\ud800b"}))
    assert (reading.line, len(reading.faults)) == (3, 1)
    assert read(Row(3, RECORD | {"title": "Word\x0btitle", "advice": "a\x0bb"})).practice.title == "Word title"


def _csv(*records: dict[str, str], delimiter: str = ";") -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(records[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue().encode()


def _load(content: bytes):
    return import_records(actor=None, rows=rows_of(content))


# --- Reading ----------------------------------------------------------------------------------
def test_a_record_is_created_with_all_its_parts_and_found() -> None:
    report = _load(_json(RECORD))
    assert (report.created, report.updated, report.unchanged, report.faults) == (1, 0, 0, [])
    practice = Practice.objects.get()
    assert practice.population == 12345
    assert practice.voivodeship_id == "02"
    assert practice.slug == "partnerstwo-dla-rzeki"
    assert {tool.code for tool in practice.tools.all()} == {"CAF", "EFQM"}
    assert practice.contacts.get().name == "Jan Przykładowy"
    assert practice.indicators == RECORD["indicators"]
    assert list(search(Filters(q="rzeka"))) == [practice]


def test_the_same_file_again_changes_nothing() -> None:
    _load(_json(RECORD))
    report = _load(_json(RECORD))
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert Practice.objects.count() == 1


@pytest.mark.parametrize("change", [{"title": "Partnerstwo dla lasu"}, {"tools": ["CAF"]}, {"contacts": []}])
def test_a_changed_record_is_updated_by_its_number(change: dict) -> None:
    _load(_json(RECORD))
    report = _load(_json(RECORD | change))
    assert (report.created, report.updated) == (0, 1)
    assert Practice.objects.count() == 1


def test_without_a_number_title_and_unit_tell_a_record() -> None:
    plain = {key: value for key, value in RECORD.items() if key != "external_id"}
    _load(_json(plain))
    report = _load(_json(plain | {"title": "partnerstwo  dla RZEKI", "abstract": "Nowy opis"}))
    assert report.updated == 1
    assert _load(_json(plain | {"unit_name": "gmina Inna"})).created == 1


def test_one_fault_imports_nothing_and_names_its_line() -> None:
    good = {"title": "Dobra", "section": "SOCIAL", "added_on": "2013-01-01", "unit_name": "gmina A"}
    bad = {"title": "", "section": "NOPE", "added_on": "wczoraj", "unit_name": ""}
    report = _load(_csv(good, bad))
    assert Practice.objects.count() == 0
    assert {line for line, _fault in report.faults} == {3}
    assert len(report.faults) >= 4


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    good = {"title": "Dobra", "abstract": "a\nb\nc", "section": "SOCIAL", "added_on": "2013-01-01", "unit_name": "A"}
    report = _load(_csv(good, good | {"title": "Zła", "section": "NOPE"}))
    assert {line for line, _fault in report.faults} == {5}


@pytest.mark.parametrize(
    "change",
    [
        {"population": "dużo"}, {"population": "9" * 12}, {"population": "-3"}, {"added_on": "0001-01-01"},
        {"added_on": ""}, {"tools": ["NOPE"]}, {"unit_type": "NOPE"}, {"award_kind": "NOPE"}, {"email": "nie-adres"},
        {"title": "x" * 301}, {"unit_code": "9999999"}, {"voivodeship": "Narnia"}, {"indicators": [1]},
        {"contacts": "a | b | c | d@example.org | e"}, {"contacts": [{"name": ""}]},
        {"postal_code": "58-2000"}, {"award_place": "pierwsze"},
    ],
)  # fmt: skip
def test_each_wrong_value_is_a_fault(change: dict) -> None:
    report = _load(_json(RECORD | change))
    assert len(report.faults) == 1, report.faults
    assert not Practice.objects.exists()


def test_the_same_record_twice_in_a_file_is_a_fault() -> None:
    assert _load(_json(RECORD, RECORD)).faults[0][0] == 2


def test_names_and_codes_are_both_understood() -> None:
    record = {
        "title": "Praktyka", "section": "Rozwój instytucjonalny : Partnerstwo", "added_on": "2013-01-01",
        "unit_name": "A", "unit_type": "gmina wiejska", "tools": "CAF; benchmarking", "voivodeship": "DOLNOŚLĄSKIE",
        "population": "0", "contacts": "Jan P. | inspektor", "indicators": "Czas | dni | 21 | 9 | 2024",
    }  # fmt: skip
    assert not _load(_csv(record)).faults
    practice = Practice.objects.get()
    assert (practice.section, practice.unit_type, practice.population) == ("PARTNERSHIP", "RURAL", None)
    assert practice.contacts.get().position == "inspektor"
    assert practice.indicators[0]["after"] == "9"


def test_the_register_fills_what_a_unit_code_tells() -> None:
    unit = make_unit("Ełk", code="2805011")
    record = {"title": "Praktyka", "section": "SOCIAL", "added_on": "2013-01-01", "unit_code": "2805011"}
    assert not _load(_csv(record, delimiter=",")).faults
    practice = Practice.objects.get()
    assert (practice.unit, practice.unit_name, practice.unit_type) == (unit, "miasto Ełk", "URBAN")
    assert practice.voivodeship == unit.voivodeship


def test_a_record_of_the_contest_is_never_rewritten() -> None:
    edition, unit = make_edition("ANNOUNCED"), make_unit()
    award = Award.objects.create(edition=edition, kind="LAUREATE", unit=unit, unit_name="A")
    make_practice("Z konkursu", award=award, unit_name="A")
    record = {"title": "Z konkursu", "section": "SOCIAL", "added_on": "2013-01-01", "unit_name": "A"}
    assert _load(_csv(record)).faults
    assert Practice.objects.get().section == "SOCIAL"


def test_a_contact_person_who_left_does_not_come_back() -> None:
    _load(_json(RECORD))
    withdraw_contact_consent(actor=make_officer(), contact_id=Practice.objects.get().contacts.get().pk)
    _load(_json(RECORD | {"abstract": "Zmieniony"}))
    assert Practice.objects.get().abstract == "Zmieniony"
    assert not Practice.objects.get().contacts.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"{", b"[1]", b'{"x": 1}', b"a;b\n1;2", b"title;nope\nx;y", b'title\n"open', NESTED],
)
def test_a_broken_file_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        rows_of(content)
    assert str(refusal.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Refusal):
        _load(content)


# --- Round trips ------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_is_exported_is_imported_unchanged(kind: str, tmp_path: Path) -> None:
    _load(_json(RECORD, RECORD | {"external_id": "bdp-2", "title": "=2+2", "abstract": "  -x", "population": ""}))
    output = StringIO()
    call_command("export_practices", "--format", kind, stdout=output)
    file = tmp_path / f"practices.{kind}"
    file.write_text(output.getvalue())
    again = StringIO()
    call_command("import_practices", str(file), stdout=again)
    assert again.getvalue().strip() == "created 0, updated 0, unchanged 2"
    kept = [(row.title, row.abstract, row.indicators) for row in Practice.objects.order_by("pk")]
    PracticeVersion.objects.all().delete()
    Practice.objects.all().delete()
    call_command("import_practices", str(file), stdout=again)
    assert [(row.title, row.abstract, row.indicators) for row in Practice.objects.order_by("pk")] == kept


def test_the_command_lists_faults_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(_csv({"title": "", "section": "SOCIAL", "added_on": "2013-01-01", "unit_name": "A"}))
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("import_practices", str(file), stderr=errors)
    assert errors.getvalue().startswith("2: title")
    with pytest.raises(CommandError):
        call_command("import_practices", str(tmp_path / "missing.csv"))
    file.write_bytes(b"{")
    with pytest.raises(CommandError):
        call_command("import_practices", str(file))


def test_reindexing_brings_lost_rows_back() -> None:
    practice = make_practice("Szkoła")
    Practice.objects.update(search_tokens="")
    call_command("reindex_practices", stdout=StringIO())
    assert list(search(Filters(q="szkoły"))) == [practice]


# --- The seed ---------------------------------------------------------------------------------
def test_the_seed_is_loaded_once_and_keeps_later_corrections() -> None:
    make_unit("Dzierżoniów", code="0202021")
    practice = load_seed_practice()
    Practice.objects.filter(pk=practice.pk).update(section="INSTITUTIONAL")
    assert load_seed_practice().pk == practice.pk
    assert Practice.objects.get().section == "INSTITUTIONAL"
    assert (practice.award_id, practice.award_kind, practice.population) == (None, "", None)
    assert practice.abstract.startswith("Urząd Miejski w Dzierżoniowie (woj. dolnośląskie) od roku 1999")


def test_the_seed_needs_the_register() -> None:
    with pytest.raises(Invalid):
        load_seed_practice()
    assert not Practice.objects.exists()
