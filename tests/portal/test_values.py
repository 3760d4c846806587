"""Days, moments and numbers on every form of the service: one field each, an error beside it, nothing erased."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import ManagementForm

from common.kernel.spans import CONTEST, PRACTICE, RECORDS, Span
from common.web.fields import AmountField, DayField, MomentField, WholeNumberField, typed_formfield

OURS = ("accounts", "applications", "awards", "contest", "jury", "practices", "privacy", "portal", "units", "common")
PLAIN = (forms.DateField, forms.DateTimeField, forms.TimeField, forms.IntegerField, forms.SplitDateTimeField)
TYPED = (DayField, MomentField, WholeNumberField, AmountField)
EXEMPT_INPUTS = {"date", "datetime-local", "month", "week", "time", "number"}


def form_classes() -> list[type[forms.BaseForm]]:
    found = set()
    for app in OURS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" in module.name or ".management" in module.name:
                continue
            loaded = importlib.import_module(module.name)
            found |= {
                item
                for item in vars(loaded).values()
                if inspect.isclass(item) and issubclass(item, forms.BaseForm) and item.__module__.split(".")[0] in OURS
            }
    return sorted(found, key=lambda form: f"{form.__module__}.{form.__name__}")


def judged(form: Any) -> list[str]:
    return [
        f"{form}.{name}"
        for name, field in form.base_fields.items()
        if (isinstance(field, PLAIN) and not isinstance(field, TYPED))
        or getattr(field.widget, "input_type", "") in EXEMPT_INPUTS
    ]


def test_every_form_takes_days_moments_and_numbers_by_the_fields_of_the_service():
    classes = form_classes()
    assert len(classes) > 25
    assert [fault for form in classes for fault in judged(form)] == []


def test_a_form_with_a_plain_field_would_be_found():
    class Bad(forms.Form):
        day = forms.DateField()
        count = forms.IntegerField()

    assert len(judged(Bad)) == 2


def test_rows_of_the_set_up_and_pages_of_the_entry_too():
    """Fields that forms make when they are built."""
    from applications.forms.applicant import _model_field
    from contest.forms.sections import ROW_FORMS, RowsFormSet

    assert isinstance(_model_field("implemented_on"), DayField)
    assert isinstance(_model_field("population"), WholeNumberField)
    for form in ROW_FORMS.values():
        formset = forms.formset_factory(form, formset=RowsFormSet, can_order=True, can_delete=True)()
        for field in formset.empty_form.fields.values():
            assert not isinstance(field, PLAIN) or isinstance(field, TYPED)
    assert issubclass(ManagementForm, forms.Form)  # hidden counts that the page itself writes: not typed by anybody


def date_columns() -> list[Any]:
    """Columns that people fill in: the service's own clock writes the others."""
    return [
        column
        for app in OURS
        for model in (apps.get_app_config(app).get_models() if app != "common" else [])
        for column in model._meta.concrete_fields
        if isinstance(column, models.DateField) and any(isinstance(item, Span) for item in column.validators)
    ]


@pytest.mark.case(68)
def test_columns_of_days_refuse_years_that_make_no_sense(figure):
    columns = date_columns()
    assert len(columns) >= 15
    for column in columns:
        for year in (1, 20, 26, 1026, 2206, 9999):
            value: Any = datetime(year, 6, 15, tzinfo=UTC) if isinstance(column, models.DateTimeField) else None
            with pytest.raises(ValidationError):
                column.run_validators(value or date(year, 6, 15))
    figure(f"{len(columns)} columns of days and moments: the years 1, 20, 26, 1026, 2206, 9999 refused in each")


JUNK = {
    DayField: ("2026-11", "31.02.2026", "15.06.26", "0020-06-15", "15.06.0026", "9999-12-31", "0001-01-01", "15", "-"),
    MomentField: ("2026-06-15", "15.06.2026", "0001-01-01T00:00", "15.06.0026 23:59", "9999-12-31T23:59", "23:59"),
    WholeNumberField: ("33-450", "1e5", "12 zł", "1.234", "12,5", "-"),
    AmountField: ("33-450", "1e5", "12 zł", "1.234", "NaN"),
}


@pytest.mark.case(68)
@pytest.mark.parametrize("kind", JUNK, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("required", [False, True])
def test_what_is_cut_short_is_an_error_with_what_was_typed(kind, required, figure):
    options: dict[str, Any] = {"span": CONTEST} if kind in (DayField, MomentField) else {}
    form_class = type("AnyForm", (forms.Form,), {"value": kind(required=required, **options)})
    for text in JUNK[kind]:
        form = form_class({"value": text})
        assert form.errors["value"], text
        assert form["value"].value() == text
        assert f'value="{text}"' in str(form["value"])
        assert form.fields["value"].has_changed(None, text)
    figure(f"{kind.__name__}: {len(JUNK[kind])} values cut short, each an error with what was typed kept")


def test_stored_values_stand_in_fields_as_they_are_read_back():
    class Every(forms.Form):
        day = DayField(span=PRACTICE)
        moment = MomentField(span=CONTEST)
        whole = WholeNumberField()
        amount = AmountField(max_digits=8, decimal_places=2)

    values = {
        "day": date(2026, 3, 1),
        "moment": datetime(2026, 6, 15, 21, 59, tzinfo=UTC),
        "whole": 9120,
        "amount": Decimal("62.50"),
    }
    shown = Every(initial=values)
    typed = {bound.name: bound.field.widget.format_value(bound.value()) for bound in shown}
    assert typed == {"day": "01.03.2026", "moment": "15.06.2026 23:59", "whole": "9120", "amount": "62,5"}
    form = Every(typed, initial=values)
    assert form.is_valid()
    assert form.cleaned_data == values
    assert not form.has_changed()


def test_a_column_without_a_span_gets_no_field_by_chance():
    with pytest.raises(StopIteration):
        typed_formfield(models.DateField())


def test_spans_follow_the_clock_and_say_their_bounds(time_machine):
    time_machine.move_to(datetime(2026, 6, 15, tzinfo=UTC))
    assert [span.last.year for span in (CONTEST, PRACTICE, RECORDS)] == [2036, 2027, 2027]
    with pytest.raises(ValidationError, match="2036"):
        CONTEST(date(2037, 1, 1))
