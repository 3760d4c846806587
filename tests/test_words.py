"""One word per concept: words that docs/glossary.md rules out stand in no text on screen, in no letter and no guide."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs/glossary.md"
GUIDES = sorted((ROOT / "docs/przewodniki").glob("*.md"))
LETTERS = sorted((ROOT / "templates/emails").iterdir())
OTHERS = [path for path in (ROOT / "templates").rglob("*.html") if path not in LETTERS]
CATALOGUE = list(polib.pofile(str(ROOT / "locale/pl/LC_MESSAGES/django.po")))
ROW = re.compile(r"^\| (pl|en) \| (.+?) \| .+ \|$", re.M)
MARKED = re.compile(r"""{% translate ["'](.+?)["']|{% blocktrans(?:late)? .*?%}(.+?){% endblocktrans""", re.S)
PLACE = re.compile(r"{{ ?(\w+) ?}}")

# A part of an English text, a word ruled out that is right in it (or in its Polish), and why.
RIGHT_ALL_THE_SAME = {
    ("Data, Edit Links, Break Link", "link…"): "the names of Excel's own commands",
    ("Data protection officer", "officer…"): "the name the GDPR gives this person",
}
SECOND_PERSON = re.compile(r"\b(?:Ty|Ci|Cię|Ciebie|Tobie|Tobą|Twoj\w+|Twój|Twoim)\b")


def words_not_to_use(language: str) -> dict[str, re.Pattern[str]]:
    cells = [cell for found, cell in ROW.findall(GLOSSARY.read_text()) if found == language]
    words = [word for cell in cells for word in re.findall(r"`(.+?)`", cell)]
    return {word: _pattern(word) for word in words}


def _pattern(word: str) -> re.Pattern[str]:
    """Whole words, spaces evened out; capitals count only where the glossary has them (Pana, but not pana)."""
    shape = re.escape(word).replace("…", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"\b{shape}\b", re.I if word == word.lower() else 0)


def polish_of(entry: polib.POEntry) -> str:
    return "\n".join([entry.msgstr, *entry.msgstr_plural.values()])


def english_of(entry: polib.POEntry) -> str:
    return f"{entry.msgid}\n{entry.msgid_plural}"


def ruled_out(language: str) -> list[tuple[str, str]]:
    text_of = {"pl": polish_of, "en": english_of}[language]
    return [
        (word, entry.msgid)
        for word, pattern in words_not_to_use(language).items()
        for entry in CATALOGUE
        if pattern.search(text_of(entry)) and not _right(entry, word)
    ]


def _right(entry: polib.POEntry, word: str) -> bool:
    return any(part in entry.msgid and word == allowed for part, allowed in RIGHT_ALL_THE_SAME)


def texts_of(templates: list[Path]) -> set[str]:
    """Texts marked for translation, written as the catalogue writes them."""
    marked = [plain or block for path in templates for plain, block in MARKED.findall(path.read_text())]
    halves = [half for text in marked for half in text.split("{% plural %}")]
    return {PLACE.sub(r"%(\1)s", " ".join(half.split())) for half in halves}


@pytest.mark.parametrize("language", ["pl", "en"])
def test_no_text_has_a_word_that_the_glossary_rules_out(language):
    assert ruled_out(language) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_no_guide_has_a_word_that_the_glossary_rules_out(guide):
    text = guide.read_text()
    assert [word for word, pattern in words_not_to_use("pl").items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("członk… Komisji", "Obecni członkowie\nKomisji", True),
        ("link…", "Otwórz link z wiadomości", True),
        ("link…", "Kliniki miejskie", False),
        ("Pana", "Usunięto z Pana konta", True),
        ("Pana", "odznaka pana wójta", False),
        ("faz…", "W fazie oceny", True),
        ("zaniecha…", "Zaniechano wysyłki", True),
    ],
)
def test_a_word_is_found_in_its_forms_and_not_within_another(word, text, found):
    assert bool(words_not_to_use("pl")[word].search(text)) == found


@pytest.mark.parametrize(("part", "word"), RIGHT_ALL_THE_SAME)
def test_every_exemption_is_still_needed(part, word):
    pattern = {**words_not_to_use("pl"), **words_not_to_use("en")}[word]
    assert [entry for entry in CATALOGUE if part in entry.msgid and pattern.search(entry.msgid + polish_of(entry))]


def test_an_entry_is_what_a_unit_files_and_a_row_is_a_line_of_the_journal():
    line = re.compile(r"\bwpis(?:y|ów|u|ie|em|ach|ami|om)?\b")
    assert [
        e.msgid for e in CATALOGUE if re.search(r"\bentr(?:y|ies)\b", english_of(e)) and line.search(polish_of(e))
    ] == []


def test_a_section_is_one_of_the_practices_base():
    named = [entry for entry in CATALOGUE if re.search(r"(?<!\()\bsections?\b(?!\))", english_of(entry))]
    assert [entry.msgid for entry in named if "dział" not in polish_of(entry).lower()] == []


def test_letters_say_panstwo_and_pages_do_not():
    letters, pages = texts_of(LETTERS), texts_of(OTHERS)
    assert len(letters) > 80
    told = {entry.msgid: polish_of(entry) for entry in CATALOGUE}
    only_letters = letters - pages
    assert [text for text in only_letters & told.keys() if SECOND_PERSON.search(told[text])] == []
    assert [text for text in told.keys() - letters if "Państw" in told[text]] == []
