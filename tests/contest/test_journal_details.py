"""The journal's details speak words: contest/journal_details.py knows every key that the sources write."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation

from contest.journal_details import _CODES, DETAILS, REFERENCES, detail_lines, shown
from privacy.services.editions import Removed

pytestmark = pytest.mark.django_db
WRITERS = ("journal.record", "journal.draft_entry")
OF_EVERY_ENTRY = {"actor", "action", "target", "edition_id", "facts", "gone"}
# Written by `**counts` of an announcement, `**asdict(removed)` of a removal of persons, and the sealer's own rows.
SPREAD = {"awards", "mail", "certificates", "practices"} | {field.name for field in fields(Removed)}
SPREAD |= {"from", "to", "since", "transaction"}


def trees() -> Iterator[ast.Module]:
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent == Path(settings.BASE_DIR):
            yield from (ast.parse(path.read_text()) for path in folder.rglob("*.py"))


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node


def written() -> set[str]:
    """Keywords of every call that writes, and of calls to a module's own helper that hands its own on."""
    found: set[str] = set()
    for tree in trees():
        helpers = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.args.kwarg and any(calls(node, set(WRITERS)))
        }
        parameters = {
            argument.arg
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in helpers
            for argument in (*node.args.args, *node.args.kwonlyargs)
        }
        for call in calls(tree, {*WRITERS, *helpers}):
            own = parameters if ast.unparse(call.func) in helpers else set()
            found |= {word.arg for word in call.keywords if word.arg} - own
    return found - OF_EVERY_ENTRY


def test_every_key_that_is_written_has_words_and_no_words_are_idle():
    keys = written() | SPREAD
    assert {"before", "after", "units_changed", "due_at"} <= keys
    assert keys == set(DETAILS)


def test_every_key_is_named_in_polish():
    with translation.override("en"):
        english = {key: str(text) for key, text in DETAILS.items()}
    with translation.override("pl"):
        assert [key for key, text in DETAILS.items() if str(text) == english[key]] == []


def test_the_state_before_a_change_is_told_before_the_state_after_it():
    lines = detail_lines({"after": "SUBMITTED", "before": "DRAFT", "number": 3}, {})
    assert [key for key, _value in lines] == [str(DETAILS[key]) for key in ("before", "after", "number")]


def test_no_code_means_two_things():
    meanings: dict[str, set[str]] = {}
    with translation.override("pl"):
        for model, field in _CODES:
            for code, label in apps.get_model(model)._meta.get_field(field).choices:
                meanings.setdefault(code, set()).add(str(label))
    assert {code: labels for code, labels in meanings.items() if len(labels) > 1} == {}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("SUBMITTED", "złożone"),
        ("SCORING", "ocena merytoryczna"),
        (True, "tak"),
        (False, "nie"),
        (None, "–"),
        ([], "–"),
        ([3, 4], "3, 4"),
        ("2026-06-15", "15 czerwca 2026"),
        ("2026-06-15T21:59:00+00:00", "15 czerwca 2026, 23:59"),
        ("cokolwiek", "cokolwiek"),
        (7, "7"),
    ],
)
def test_a_value_is_shown_in_words(value, words):
    with translation.override("pl"):
        assert shown(value).lower() == words.lower()


def test_findings_name_their_criteria():
    with translation.override("pl"):
        ((label, value),) = detail_lines({"findings": {"SIGNED": False}}, {})
    assert label == "ustalenia"
    assert value.endswith(": nie")
    assert "SIGNED" not in value


def test_a_number_of_a_thing_is_shown_as_its_name_and_a_thing_that_is_gone_keeps_its_number():
    with translation.override("pl"):
        lines = detail_lines({"finalists": [1, 2], "unit": 89}, {("applications.application", 1): "SLZ-2026-0001"})
    assert lines == [("finaliści", "SLZ-2026-0001; nr 2"), ("jednostka", "nr 89")]


@pytest.mark.parametrize("table", sorted(set(REFERENCES.values())))
def test_every_table_that_details_refer_to_is_there(table):
    assert apps.get_model(table)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"section": "zalaczniki"}, "Wymagania i załączniki"),
        ({"after": "SOCIAL"}, "Usługi społeczne"),
        ({"fields": ["full_name", "is_active"]}, "imię i nazwisko, aktywny"),
        ({"fields": ["a_field_of_old"]}, "a_field_of_old"),
        ({"copied_from": None}, "–"),
        ({"sheets_of": []}, "–"),
    ],
)
def test_a_detail_speaks_no_code(data, words):
    with translation.override("pl"):
        ((_key, value),) = detail_lines(data, {})
    assert value == words
