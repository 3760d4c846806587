"""Texts stored in Polish with an optional English twin: fields `name` and `name_en`."""

from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import get_language


def localized(instance: Any, field: str) -> str:
    """The English twin when English is shown and it is filled in, else the Polish text."""
    if (get_language() or "").startswith("en"):
        return str(getattr(instance, f"{field}_en") or getattr(instance, field))
    return str(getattr(instance, field))


def field_label(model: type[models.Model], name: str) -> str:
    """What a column is called on screen, in the language of the moment. Pages ask for the same few many times."""
    return _label(model, name, get_language())


@cache
def _label(model: type[models.Model], name: str, _language: str | None) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
