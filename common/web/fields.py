"""The one field for days, the one for moments, the two for numbers: every form of the service uses these.

They are text fields on purpose. A browser sends an empty value for a half-typed `<input type=date>` or `type=number>`
and tells nobody, so the value stored before would be erased under a page that says "saved". A text field sends what
was typed: it is read as people write it (`common.web.typed`), or shown again with an error beside it.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.kernel.spans import Span
from common.web import typed
from common.web.text_fields import text_field

T = TypeVar("T")

DAY_EXAMPLE = gettext_lazy("For example 15.06.2026.")
MOMENT_EXAMPLE = gettext_lazy("For example 15.06.2026 23:59.")


class DayInput(forms.DateInput):
    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})}, "%d.%m.%Y")


class MomentInput(forms.DateTimeInput):
    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})}, "%d.%m.%Y %H:%M")


class NumberInput(forms.TextInput):
    """`inputmode` gives phones the keys with digits, without letting the browser judge what was typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return typed.number_text(value) if isinstance(value, int | Decimal) else super().format_value(value)


class AmountInput(NumberInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", **(attrs or {})})


def _read(reader: Callable[[str], T | None], value: Any) -> T | None:
    """Empty is nothing; what cannot be read is an error, never nothing."""
    try:
        return reader(str(value))
    except typed.NotRead as error:
        raise ValidationError(str(error), code="invalid") from error


def _with_example(help_text: Any, example: Any) -> Any:
    return format_lazy("{} {}", help_text, example) if help_text else example


class DayField(forms.DateField):
    """A day within the span of its purpose; `until_today`: of something that has happened."""

    widget = DayInput
    shown_width = "medium"

    def __init__(self, *, span: Span, until_today: bool = False, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(help_text=_with_example(help_text, DAY_EXAMPLE), **kwargs)
        self.span = span
        self.until_today = until_today

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        return _read(typed.read_day, value)

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value is None:
            return
        self.span(value)
        if self.until_today and value > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Give today's date or an earlier one."))


class MomentField(forms.DateTimeField):
    """An instant, typed as a day and an hour in the contest's zone."""

    widget = MomentInput
    shown_width = "medium"

    def __init__(self, *, span: Span, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(help_text=_with_example(help_text, MOMENT_EXAMPLE), **kwargs)
        self.span = span

    def to_python(self, value: Any) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return _read(typed.read_moment, value)

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value is not None:
            self.span(timezone.localtime(value, timezone.get_default_timezone()))


class WholeNumberField(forms.IntegerField):
    widget = NumberInput
    shown_width = "short"

    def to_python(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return _read(typed.read_whole_number, value)


class AmountField(forms.DecimalField):
    """A number that may have a fraction."""

    widget = AmountInput
    shown_width = "short"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value is None or isinstance(value, int | Decimal):
            return None if value is None else Decimal(value)
        return _read(typed.read_number, value)


def typed_formfield(column: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """`formfield_callback` of every model form: days, moments and numbers get the fields above, texts theirs.

    The span comes from the validators of the column, so form and model judge alike.
    """
    if isinstance(column, models.DateField):
        field: Any = MomentField if isinstance(column, models.DateTimeField) else DayField
        kwargs |= {"form_class": field, "span": next(item for item in column.validators if isinstance(item, Span))}
    elif isinstance(column, models.DecimalField):
        kwargs["form_class"] = AmountField
    elif isinstance(column, models.IntegerField) and not column.choices:
        kwargs["form_class"] = WholeNumberField
    else:
        return text_field(column, **kwargs)
    return column.formfield(**kwargs)
