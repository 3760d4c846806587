"""One rule for every word that confirms what cannot be undone."""

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy, override

from common.web.typed_word import TypedWordForm, is_word

ANNOUNCE = gettext_lazy("ANNOUNCE")
ROOT = Path(__file__).parents[3]
APPS = ("accounts", "applications", "awards", "contest", "jury", "portal", "practices", "privacy")


class Act(TypedWordForm):
    word = ANNOUNCE


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("typed", ["OGŁASZAM", " ogłaszam ", "oglaszam", "OGLASZAM", "announce", "Announce"])
def test_the_word_is_taken_whatever_its_case_accents_and_language(typed, language) -> None:
    with override(language):
        assert is_word(typed, ANNOUNCE)
        assert Act({"typed_word": typed}).is_valid()


@pytest.mark.parametrize("typed", ["", " ", "tak", "OGŁASZAM!", "OGŁASZA", "o g ł a s z a m", "ogłaszam" * 100])
def test_any_other_is_refused_with_the_word_named(typed) -> None:
    with override("pl"):
        assert not is_word(typed, ANNOUNCE)
        form = Act({"typed_word": typed})
        assert not form.is_valid()
        if typed.strip() and len(typed) < 200:
            assert "OGŁASZAM" in form.errors["typed_word"][0]


def test_nobody_compares_a_typed_word_but_the_rule_itself() -> None:
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py") if path.parts[-2] != "migrations"):
        assert not re.search(r"typed_word.*\.(upper|casefold|lower)\(", path.read_text()), path
