"""The journal speaks words: contest/journal_words.py knows every code that the sources write."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.services import EVENTS
from applications.workflow import ApplicationWorkflow
from contest.journal_words import ACTIONS, action_words, by_words, object_words
from contest.workflow import EditionWorkflow

APPS = (
    "accounts",
    "applications",
    "awards",
    "common",
    "contest",
    "jury",
    "notifications",
    "portal",
    "practices",
    "privacy",
    "units",
)
MOVES = {"application": ApplicationWorkflow, "edition": EditionWorkflow}
CODE = re.compile(r"[a-z]+\.[a-z_]+")
FILES = (".csv", ".json", ".pdf")


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (Path(settings.BASE_DIR) / app).glob("**/services/**/*.py")
        yield from (Path(settings.BASE_DIR) / app).glob("services.py")
        yield from (Path(settings.BASE_DIR) / app).glob("models.py")
        yield from (Path(settings.BASE_DIR) / app).glob("demo/people.py")
        yield from (Path(settings.BASE_DIR) / app).glob("kernel/lateness.py")
        yield from (Path(settings.BASE_DIR) / app).glob("kernel/seals.py")
        yield from (Path(settings.BASE_DIR) / app).glob("kernel/keys.py")
        yield from (Path(settings.BASE_DIR) / app).glob("kernel/epochs.py")


def written() -> set[str]:
    """Codes named in the services, and those made of the name of a transition."""
    found: set[str] = set()
    for source in sources():
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if CODE.fullmatch(node.value) and not node.value.endswith(FILES):
                    found.add(node.value)
            elif isinstance(node, ast.JoinedStr) and re.fullmatch(r"f'[a-z]+\.\{transition\}'", ast.unparse(node)):
                prefix = ast.unparse(node)[2:].split(".")[0]
                found |= {f"{prefix}.{name}" for name in transitions(prefix)}
    return found


def transitions(prefix: str) -> list[str]:
    return [name for name, value in vars(MOVES[prefix]).items() if hasattr(value, "_django_fsm")]


def test_every_code_that_is_written_has_words_and_no_words_are_idle():
    codes = written() | {f"account.{event}" for event in EVENTS}
    assert {"application.submit", "edition.close_call", "session.close", "role.grant"} <= codes
    assert codes == set(ACTIONS)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_no_two_acts_are_called_alike(language):
    with translation.override(language):
        words = [str(text) for text in ACTIONS.values()]
    assert len(set(words)) == len(words)


def test_every_act_is_named_in_polish():
    with translation.override("en"):
        english = {code: str(text) for code, text in ACTIONS.items()}
    with translation.override("pl"):
        assert [code for code, text in ACTIONS.items() if str(text) == english[code]] == []


def test_a_kind_of_object_is_called_as_its_table_calls_itself():
    with translation.override("pl"):
        assert object_words("applications.application") == "Zgłoszenie"


@pytest.mark.parametrize("kind", ["gone.table", "nonsense"])
def test_an_unknown_code_speaks_for_itself(kind):
    assert (action_words(kind), object_words(kind)) == (kind, kind)


def test_choices_are_in_the_order_of_the_polish_alphabet():
    assert by_words([("a", "Żądanie"), ("b", "Łan"), ("c", "Lato")]) == [("c", "Lato"), ("b", "Łan"), ("a", "Żądanie")]
