import pytest

from tests.factories import make_unit
from tests.units.files import terc_file
from units import queries
from units.services import import_terc

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    import_terc(
        actor=None,
        content=terc_file(
            "02;01;01;1;Łódka",
            "02;02;;;brodnicki",
            "02;01;02;2;Osiek",
            "02;02;02;2;Osiek",
            "02;02;03;2;Osiek Mały",
        ),
    )


@pytest.mark.usefixtures("register")
def test_accents_and_capitals_do_not_matter():
    assert [unit.name for unit in queries.search("LODKA")] == ["Łódka"]


@pytest.mark.usefixtures("register")
def test_units_of_one_name_are_told_apart_by_their_powiat():
    both = [unit for unit in queries.search("osiek") if unit.name == "Osiek"]
    assert len({unit.location for unit in both}) == 2
    assert [unit.code for unit in queries.search("osiek brodn") if unit.name == "Osiek"] == ["0202022"]
    assert list(queries.identical_names(both[0])) == [both[1]]


@pytest.mark.usefixtures("register")
def test_a_number_is_the_beginning_of_a_code():
    assert {unit.code for unit in queries.search("0202")} == {"0202", "0202022", "0202032"}


@pytest.mark.usefixtures("register")
def test_a_former_name_finds_the_unit():
    content = terc_file(
        "02;01;01;1;Nowe Miasto", "02;02;;;brodnicki", "02;01;02;2;Osiek", "02;02;02;2;Osiek", "02;02;03;2;Osiek Mały",
        day="2025-01-01",
    )  # fmt: skip
    import_terc(actor=None, content=content)
    assert [unit.name for unit in queries.search("łódka")] == ["Nowe Miasto"]


@pytest.mark.parametrize("text", ["", "   ", "%", "'; drop", "\x00", "a" * 5000, "🏛️", "٣"])
def test_any_text_may_be_searched_for(text):
    make_unit("Osiek")
    queries.search(text)


def test_polish_letters_sort_after_their_plain_ones():
    for name in ("Łódź", "Lublin", "Ćmielów", "Czersk", "Żory", "Źródło"):
        make_unit(name)
    names = list(queries.open_units().values_list("name", flat=True))
    assert names == ["Czersk", "Ćmielów", "Lublin", "Łódź", "Źródło", "Żory"]
