"""Every text has its Polish, and every Polish text keeps the places that values are put into."""

import ast
import os
import re
import shutil
import subprocess
import sys
from gettext import c2py
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = polib.pofile(str(ROOT / "locale" / "pl" / "LC_MESSAGES" / "django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")
MARKS = re.compile(r"_|n?gettext(_lazy)?")
LEFT_OUT = shutil.ignore_patterns(
    ".*", "var", "static", "staticfiles", "tests", "docs", "deploy", "__pycache__", "*.mo"
)


def forms_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_no_text_is_untranslated_or_only_guessed():
    assert [entry.msgid for entry in CATALOGUE if not all(forms_of(entry)) or entry.fuzzy] == []


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (14, 2), (21, 2), (22, 1), (104, 1), (112, 2), (114, 2)],
)
def test_each_number_takes_its_polish_form(count, form):
    """1 konto, 2 konta, 5 kont; 12 to 14 kont, 22 konta. The usual formula of catalogues is wrong about 14."""
    rule = CATALOGUE.metadata["Plural-Forms"].partition("plural=")[2].rstrip(";")
    assert c2py(rule)(count) == form


def test_every_plural_has_all_the_polish_forms():
    assert {len(forms_of(entry)) for entry in CATALOGUE if entry.msgid_plural} == {4}


def test_a_translation_keeps_every_value_of_its_text():
    """A plural form may leave the number out ("one entry"), but never names a value that is not there."""
    lost = []
    for entry in CATALOGUE:
        known = set(PLACE.findall(f"{entry.msgid} {entry.msgid_plural}"))
        for form in forms_of(entry):
            used = set(PLACE.findall(form))
            if used - known or (not entry.msgid_plural and known - used):
                lost.append((entry.msgid, form))
    assert lost == []


def test_texts_of_the_code_and_of_the_catalogue_are_the_same(tmp_path):
    """Collected anew in a copy, so that a test run changes no file of the project."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not here: the committed catalogue was checked")
    shutil.copytree(ROOT, tmp_path / "project", ignore=LEFT_OUT)
    found = subprocess.run(
        [sys.executable, "-m", "scripts.messages", "check"],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    assert found.returncode == 0, found.stderr


def hidden_texts(source: str) -> list[str]:
    """xgettext does not look inside f-strings: a text marked there never reaches the catalogue."""
    return [
        ast.unparse(call)
        for string in ast.walk(ast.parse(source))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and MARKS.fullmatch(ast.unparse(call.func))
    ]


def test_no_text_hides_in_an_f_string():
    assert hidden_texts("f\"{edition}. {_('Nobody')}\"") == ["_('Nobody')"]
    sources = [path for path in ROOT.glob("[a-z]*/**/*.py") if path.relative_to(ROOT).parts[0] not in {"tests", "var"}]
    assert [(path.name, found) for path in sources if (found := hidden_texts(path.read_text()))] == []
