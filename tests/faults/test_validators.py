"""Nothing that looks at typed text takes longer than 100 ms on 100 kB of it, whatever the text."""

import contextlib
import importlib
import inspect
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from common.errors import Refusal
from common.files.kinds import clean_name
from common.spreadsheet import safe_cell
from common.text import fold
from notifications.rendering import one_line
from practices.search_words import query_words

OURS = ("accounts", "units", "notifications", "contest", "applications", "jury", "awards", "practices", "portal")
SIZE = 100_000
SECONDS = 0.1
# What makes careless patterns go over the text again and again.
TEXTS = [
    "a" * SIZE, "0" * SIZE, " " * SIZE, "\n" * SIZE, "-" * SIZE, "a@" * (SIZE // 2), "a." * (SIZE // 2) + "@",
    "0 " * (SIZE // 2), "a-" * (SIZE // 2) + "!", "ą" * SIZE, "<a " * (SIZE // 3), "((" * (SIZE // 2),
    "😀" * (SIZE // 4), "http://" + "a" * SIZE, "1" * (SIZE - 1) + "x", "\u202e" * SIZE,
    "{" * SIZE, "&amp;" * (SIZE // 5),
]  # fmt: skip
Check = Callable[[str], Any]


def form_fields() -> Iterator[tuple[str, Check]]:
    """Every field of every form class of ours, cleaned as when it is sent."""
    for app in OURS:
        package = importlib.import_module(app)
        for module_info in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".forms" not in module_info.name:
                continue
            module = importlib.import_module(module_info.name)
            for name, form in inspect.getmembers(module, inspect.isclass):
                if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                    for field_name, field in form.base_fields.items():
                        if not isinstance(field, forms.FileField | forms.ModelChoiceField):
                            yield f"{module.__name__}.{name}.{field_name}", field.clean


def model_validators() -> Iterator[tuple[str, Check]]:
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.fields:
                if not isinstance(field, models.CharField | models.TextField):
                    continue  # what these check is no text any more
                for validator in field.validators:
                    yield f"{model._meta.label}.{field.name}", validator


def checks() -> dict[str, Check]:
    named: dict[str, Check] = {
        "clean_name": lambda text: clean_name(text, ".pdf"),
        "words of a search": query_words,
        "a cell": safe_cell,
        "a subject": one_line,
        "text without accents": fold,
    }
    return {**dict(form_fields()), **dict(model_validators()), **named}


def seconds_of(check: Check, text: str) -> float:
    started = time.thread_time()
    with contextlib.suppress(ValidationError, Refusal):  # a refusal is an answer
        check(text)
    return time.thread_time() - started


@pytest.mark.case(52)
def test_no_validator_takes_longer_than_100_ms_on_100_kb(figure):
    """Of the processor: how busy the machine is says nothing of the pattern."""
    if sys.gettrace():
        pytest.skip("measured while branches are counted, time says nothing")
    found = checks()
    assert len(found) > 150
    slowest, slow = (0.0, ""), []
    for name, check in found.items():
        for text in TEXTS:
            took = seconds_of(check, text)
            if took > SECONDS / 2:
                took = min(took, seconds_of(check, text), seconds_of(check, text))
            slowest = max(slowest, (took, name))
            if took > SECONDS:
                slow.append(f"{name}: {took * 1000:.0f} ms on {text[:8]!r}…")
    assert not slow, "\n".join(slow)
    figure(f"{len(found)} validators × {len(TEXTS)} texts of 100 kB: slowest {slowest[0] * 1000:.0f} ms ({slowest[1]})")
