"""What the documents point at exists: files, pictures, headings, commands of make and of manage.py."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polib
import pytest
from django.core.management import get_commands
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
# In backquotes, or alone on a line of an example.
MAKE = re.compile(r"(?:`|^[ \t]*)make ([a-z][a-z-]*)", re.M)
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
GUIDES = sorted((ROOT / "docs/przewodniki").glob("*.md"))
# What stands on the screen is bold; a sentence of our own that is bold ends with a mark.
BOLD = re.compile(r"\*\*([^*]+)\*\*")
PICTURES = sorted((ROOT / "docs/images").glob("*.png"))


def broken_links(document: Path) -> list[str]:
    """Addresses of this document's links that lead to no file, or to no heading of one."""
    return [address for address in LINK.findall(FENCED.sub("", document.read_text())) if not _leads(document, address)]


def _leads(document: Path, address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return True
    target = (document.parent / unquote(parts.path)).resolve() if parts.path else document
    if not target.exists():
        return False
    return not parts.fragment or parts.fragment in {_anchor(text) for text in HEADING.findall(target.read_text())}


def _anchor(heading: str) -> str:
    """As code hosts make it: lower case, no punctuation, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def targets_of_make() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.M))


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document):
    assert broken_links(document) == []


def test_a_broken_link_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One heading\n[a](page.md#one-heading) [b](page.md#none) ![c](none.png) [d](https://example.org)\n"
    )
    assert broken_links(page) == ["page.md#none", "none.png"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_of_make_exists(document):
    assert set(MAKE.findall(document.read_text())) <= targets_of_make()


def test_the_readme_names_the_two_commands():
    assert {"run", "test"} <= set(MAKE.findall((ROOT / "README.md").read_text()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_management_command_exists(document):
    assert set(MANAGE.findall(document.read_text())) <= set(get_commands())


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text()
    assert {path.name for path in folder.glob("[0-9]*.md")} == set(re.findall(r"\]\((\d{4}-[^)]+)\)", index))


def test_every_picture_is_shown_small_and_whole():
    shown = "".join(document.read_text() for document in DOCUMENTS)
    assert PICTURES
    assert [path.name for path in PICTURES if f"/{path.name}" not in shown] == []
    assert [path.name for path in PICTURES if path.stat().st_size > 120_000] == []
    assert sum(path.stat().st_size for path in PICTURES) < 3_000_000
    for path in PICTURES:
        with Image.open(path) as picture:
            picture.verify()


def test_the_documents_name_the_python_that_the_tools_check_for():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["python_version"]
    assert f"Python {version}" in (ROOT / "README.md").read_text()


def texts_of_pages() -> str:
    """Every Polish text of the catalogue, in lower case, spaces evened out."""
    entries = polib.pofile(str(ROOT / "locale/pl/LC_MESSAGES/django.po"))
    polish = [text for entry in entries for text in [entry.msgstr, *entry.msgstr_plural.values()]]
    return "\n".join(_even(text) for text in polish)


def _even(text: str) -> str:
    return " ".join(text.split()).lower()


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_the_guides_name_buttons_and_pages_as_they_stand_on_the_screen(guide):
    texts = texts_of_pages()
    bold = [text for text in BOLD.findall(guide.read_text()) if text[-1] not in ".?:"]
    named = [name for text in bold for name in text.split(" → ")]
    assert [name for name in named if _even(name) not in texts] == []


def test_every_test_that_the_threat_model_names_exists():
    text = (ROOT / "docs/security.md").read_text()
    named = set(re.findall(r"`((?:[a-z_]+/)*test_[a-z_]+\.py)`", text))
    assert len(named) > 20
    assert {name for name in named if not (ROOT / "tests" / name).exists()} == set()
