"""Texts stored in Polish with an optional English twin: fields `name` and `name_en`."""

from typing import Any

from django.utils.translation import get_language


def localized(instance: Any, field: str) -> str:
    """The English twin when English is shown and it is filled in, else the Polish text."""
    if (get_language() or "").startswith("en"):
        return str(getattr(instance, f"{field}_en") or getattr(instance, field))
    return str(getattr(instance, field))
