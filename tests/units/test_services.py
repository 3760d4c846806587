from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.errors import Invalid
from common.models import JournalEntry
from tests.units.files import terc_file
from units.models import RegisterImport, Unit, UnitKind, Voivodeship
from units.services import BrokenFile, import_terc

pytestmark = pytest.mark.django_db
REAL_FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "TERC_2024-01-01.csv"


def read(*rows: str, **options) -> object:
    day = options.pop("day", "2024-01-01")
    return import_terc(actor=None, content=terc_file(*rows, day=day), **options)


@pytest.mark.skipif(not REAL_FILE.exists(), reason="the official file is not kept with the project")
def test_the_official_file_gives_the_official_counts_and_a_second_reading_changes_nothing():
    content = REAL_FILE.read_bytes()
    report = import_terc(actor=None, content=content)
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    assert sum(kinds[kind] for kind in ("URBAN", "RURAL", "MIXED", "CITY_COUNTY")) == 2477
    assert (kinds["COUNTY"], kinds["CITY_COUNTY"], Voivodeship.objects.count()) == (314, 66, 16)
    assert report.added == 2791
    again = import_terc(actor=None, content=content)
    assert (again.added, again.changed, again.closed, again.unchanged) == (0, 0, 0, 2791)
    assert RegisterImport.objects.count() == 1


def test_a_renamed_unit_keeps_its_row_and_its_former_name():
    read("02;01;03;2;Gromadka")
    unit = Unit.objects.get(code="0201032")
    report = read("02;01;03;2;Gromadka Nowa", day="2025-01-01")
    unit.refresh_from_db()
    assert (report.changed, unit.name) == (1, "Gromadka Nowa")
    (former,) = unit.changes.all()
    assert (former.name, former.until) == ("Gromadka", date(2025, 1, 1))


def test_a_gmina_that_becomes_urban_rural_is_the_same_unit_with_a_new_code():
    read("02;01;03;2;Gromadka")
    unit = Unit.objects.get(code="0201032")
    read("02;01;03;3;Gromadka", "02;01;03;4;Gromadka", "02;01;03;5;Gromadka", day="2025-01-01")
    unit.refresh_from_db()
    assert (unit.code, unit.kind) == ("0201033", UnitKind.MIXED)
    assert unit.changes.get().code == "0201032"


def many_rows(count: int) -> list[str]:
    return [f"02;01;{number:02d};2;Gmina {number}" for number in range(1, count + 1)]


def test_a_unit_no_longer_listed_is_closed_and_opened_again_when_it_returns():
    read(*many_rows(40))
    read(*many_rows(39), day="2025-01-01")
    unit = Unit.objects.get(name="Gmina 40")
    assert unit.closed_on == date(2025, 1, 1)
    read(*many_rows(40), day="2026-01-01")
    unit.refresh_from_db()
    assert unit.closed_on is None


def test_a_file_that_is_cut_short_is_refused_whole():
    read(*many_rows(40))
    with pytest.raises(Invalid):
        read(*many_rows(20), day="2025-01-01")
    assert not Unit.objects.filter(closed_on__isnull=False).exists()


def test_a_part_of_the_register_closes_nothing():
    read(*many_rows(40))
    assert read(*many_rows(2), complete=False).closed == 0


def test_an_older_file_is_refused():
    read("02;01;03;2;Gromadka", day="2025-01-01")
    with pytest.raises(Invalid, match="2025-01-01"):
        read("02;01;03;2;Gromadka", day="2024-01-01")


def test_a_broken_line_stops_everything_and_nothing_is_half_imported():
    with pytest.raises(BrokenFile) as caught:
        read("02;01;03;2;Gromadka", "02;01;04;9x;Zła")
    assert caught.value.problems[0].line == 5
    assert not Unit.objects.exists()
    assert not Voivodeship.objects.exists()


def test_a_renamed_powiat_is_found_under_its_new_name_through_its_gminas():
    read("02;01;03;2;Gromadka")
    content = terc_file("02;01;03;2;Gromadka", day="2025-01-01").replace("bolesławiecki".encode(), b"nowy")
    import_terc(actor=None, content=content)
    assert "nowy" in Unit.objects.get(code="0201032").search_text


def test_an_import_is_in_the_journal():
    read("02;01;03;2;Gromadka")
    assert JournalEntry.objects.get(action="register.import").data["added"] == 2


def test_the_command_says_what_it_did_and_names_the_broken_line(tmp_path, capsys):
    file = tmp_path / "terc.csv"
    file.write_bytes(terc_file("02;01;03;2;Gromadka"))
    call_command("import_terc", file)
    assert "added 2" in capsys.readouterr().out
    file.write_bytes(terc_file("02;01;03;7;Gromadka"))
    with pytest.raises(CommandError, match="line 4"):
        call_command("import_terc", file)
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("import_terc", tmp_path / "none.csv")
