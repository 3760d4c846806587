"""What was typed into a form that could not be done, to be given back to whoever typed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst

from common.web import written_by

# Secrets, and what proves that a person meant it just then.
NEVER_KEPT = {"csrfmiddlewaretoken", written_by.FIELD, "typed_word", "code", "login"}
TECHNICAL = {
    "action", "next", "stay", "back", "step", "seen", "shown", "sort", "form_key", "sha256", "pair", "revision",
}  # fmt: skip
OF_A_FORM_SET = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS", "id", "ORDER", "DELETE")
TICK = "on"


@dataclass(frozen=True, slots=True)
class Typed:
    """`label` as the form calls it; empty where no column has that name (points, reasons)."""

    label: str
    text: str


def is_kept(name: str) -> bool:
    """Whether a field may be shown or filled in again at all."""
    return name not in NEVER_KEPT and "password" not in name


def texts_of(values: Iterable[tuple[str, list[str]]]) -> list[Typed]:
    """Texts, numbers, dates: all but secrets, keys of ours, and what was only chosen from a list."""
    labels, chosen = _columns()
    found = []
    for name, sent in values:
        column = name.rpartition("-")[2]
        if not is_kept(name) or name in TECHNICAL or column in OF_A_FORM_SET or column in chosen:
            continue
        label = str(capfirst(labels.get(column, "")))
        found += [Typed(label, text.strip()) for text in sent if text.strip() and text != TICK]
    return found


@cache
def _columns() -> tuple[dict[str, Any], set[str]]:
    """What the columns of the service are called, and the names that stand for a choice and never for a text.

    A column that no person fills in has no label of ours but the name that Django makes up for it.
    """
    labels: dict[str, Any] = {}
    chosen: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.Field):
                continue
            if field.is_relation or field.choices or isinstance(field, models.BooleanField):
                chosen.add(field.name)
            elif isinstance(field.verbose_name, Promise):
                labels.setdefault(field.name, field.verbose_name)
    return labels, chosen - labels.keys()
