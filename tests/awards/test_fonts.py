"""A document shows every letter of its names, or it is not made."""

import io

import pikepdf
import pytest

from awards import certificates
from awards.certificates import DIPLOMA, CannotRender, render
from awards.fonts import FACES, letters_without_font, needs_second_family
from tests.awards.test_certificates import FACTS, text_of


@pytest.mark.parametrize(
    "name",
    ["Tőkés Szűcs", "Çelik Şahin Ağaoğlu", "Dvořák Ščerba Žižka", "Ionuț Țepeș", "Сергій Ґалаґан", "Ελλάδα"],
)
def test_a_name_of_another_alphabet_is_drawn_from_the_bundled_fonts_alone(name):
    assert letters_without_font(name) == []
    assert needs_second_family(name)
    content = render(FACTS | {"unit_name": name}, DIPLOMA)
    assert name in text_of(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        fonts = {
            str(item.BaseFont).partition("+")[2]
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/BaseFont" in item
        }
    assert fonts
    assert all(font.startswith(("Lato", "Source-Sans-Pro", "SourceSansPro")) for font in fonts), fonts


def test_polish_names_need_lato_alone():
    assert not needs_second_family(["Zażółć gęślą jaźń ŻÓŁĆ – „cytat” 3 × 5 %", {"a": "§ 5 …"}])


def test_a_letter_that_no_font_has_stops_the_build_and_is_named():
    with pytest.raises(CannotRender, match=r"中 \(U\+4E2D\)"):
        render(FACTS | {"title": "Praktyka 中"}, DIPLOMA)


def test_what_nobody_sees_stops_no_document():
    text = text_of(render(FACTS | {"title": "Praktyka\u200b dla\x0bwszystkich\u202e\ufeff 9\u202f120"}, DIPLOMA))
    assert "Praktyka dla" in text


def test_every_weight_of_both_families_is_there():
    assert all(path.is_file() for family in FACES.values() for path in family.values())
    assert certificates._kit() is certificates._kit()
