"""Past editions: what the sources say and nothing else."""

import pytest
from django.utils import timezone

from awards.models import Award
from awards.services import import_history, load_historical_editions
from awards.services.historical import FIXTURES
from common.errors import Invalid
from common.models import JournalEntry
from contest.models import Edition
from units.models import Unit

pytestmark = pytest.mark.django_db

HEADER = "edition;theme;outcome;place;domain;group;unit;title;note;ex_aequo;teryt;source\n"


@pytest.fixture
def loaded():
    load_historical_editions()


def written(tmp_path, *lines, header=HEADER):
    file = tmp_path / "history.csv"
    file.write_text(header + "".join(f"{line}\n" for line in lines))
    return file


def test_the_five_editions_are_historical_and_public(loaded):
    editions = {edition.slug: edition for edition in Edition.objects.all()}
    assert set(editions) == {"2007", "2008", "2010", "2011", "2012"}
    assert all(edition.is_historical for edition in editions.values())
    assert {slug: str(edition.phase) for slug, edition in editions.items()} == {
        "2007": "ANNOUNCED", "2008": "ANNOUNCED", "2010": "ANNOUNCED", "2011": "ANNOUNCED", "2012": "ARCHIVED",
    }  # fmt: skip
    deadline = timezone.localtime(editions["2012"].submission_deadline)
    assert (deadline.isoformat(), editions["2012"].domains.count(), editions["2012"].groups.count()) == (
        "2012-06-15T23:59:00+02:00",
        4,
        4,
    )


def test_2011_has_its_twelve_laureates_without_an_invented_domain(loaded):
    awards = Award.objects.filter(edition__slug="2011")
    assert awards.count() == 12
    assert {award.kind for award in awards} == {"LAUREATE"}
    assert {(award.domain, award.group, award.title, award.justification) for award in awards} == {(None, None, "", "")}
    assert set(awards.values_list("unit__code", flat=True)) == {
        "2461011", "1422011", "0415042", "2263011", "1420011", "0463011",
        "3261011", "3006023", "1435022", "3205", "2804", "3019",
    }  # fmt: skip
    assert all(award.source for award in awards)


def test_the_other_editions_have_the_awards_that_reports_name(loaded):
    counts = {slug: Award.objects.filter(edition__slug=slug).count() for slug in ("2007", "2008", "2010", "2012")}
    assert counts == {"2007": 12, "2008": 5, "2010": 6, "2012": 0}
    poznan = Award.objects.get(edition__slug="2010", unit__name="Poznań")
    assert (poznan.place, poznan.ex_aequo, poznan.domain.name) == (2, True, "gospodarka komunalna")
    assert set(Award.objects.filter(edition__slug="2008").values_list("kind", flat=True)) == {"FINALIST"}
    assert Award.objects.get(edition__slug="2007", unit__name="Limanowa").unit.code == "1207072"


def test_loading_again_changes_nothing(loaded):
    before = (Award.objects.count(), Unit.objects.count(), Edition.objects.count(), JournalEntry.objects.count())
    load_historical_editions()
    assert import_history(FIXTURES / "history.csv") == 0
    after = (Award.objects.count(), Unit.objects.count(), Edition.objects.count(), JournalEntry.objects.count())
    assert after == before


def test_a_unit_that_changed_its_kind_is_found_by_six_digits(loaded, tmp_path):
    Unit.objects.filter(code="2604123").update(code="2604122")
    file = written(tmp_path, "2008;;finalista;;;;gmina Morawica;Inna;;;2604123;test")
    assert import_history(file) == 1
    assert Award.objects.get(title="Inna").unit.code == "2604122"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("1999;;laureat;;;;Żory;;;;2479011;x", "1999"),
        ("2007;;zwycięzca;;;;Żory;;;;2479011;x", "zwycięzca"),
        ("2007;;laureat;VII;;;Żory;;;;2479011;x", "VII"),
        ("2007;;laureat;;astronomia;;Żory;;;;2479011;x", "astronomia"),
        ("2007;;laureat;;;gminy górskie;Żory;;;;2479011;x", "gminy górskie"),
        ("2007;;laureat;;;;Nigdzie;;;;9999999;x", "9999999"),
    ],
)
def test_what_cannot_be_placed_for_certain_is_refused_with_its_line(loaded, tmp_path, line, named):
    with pytest.raises(Invalid, match=named):
        import_history(written(tmp_path, line))


def test_a_file_without_a_column_is_refused(loaded, tmp_path):
    with pytest.raises(Invalid, match="teryt"):
        import_history(written(tmp_path, header="edition;outcome\n"))
