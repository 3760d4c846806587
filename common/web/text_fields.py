"""Form fields for text. A field of one line holds no line breaks, whoever sent it and however it was pasted."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from common.errors import Invalid
from common.web.cleaning import clean_line, clean_text


class LineField(forms.CharField):
    """A text of one line. Browsers take breaks out of such fields, but not Word's (U+000B), and programs take none."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(_clean(clean_line, value)))


class TextField(forms.CharField):
    """A text of many lines, each ending in "\\n"."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(_clean(clean_text, value)))


def _clean(by: Callable[[str], str], value: Any) -> Any:
    """The refusal of the cleaning, if any, stands beside the field."""
    if not isinstance(value, str):
        return value
    try:
        return by(value)
    except Invalid as refusal:
        raise ValidationError(str(refusal)) from refusal


def text_field(column: models.Field, **options: Any) -> forms.Field | None:
    """The form field of a model's column (`Meta.formfield_callback`): one line for CharField, many for TextField."""
    if isinstance(column, models.TextField):
        return column.formfield(form_class=TextField, **options)
    if type(column) is models.CharField and not column.choices:
        return column.formfield(form_class=LineField, **options)
    return column.formfield(**options)
