"""Which days make sense where: one span for each purpose, asked by forms, models and imports alike.

A slip of the finger (0026 instead of 2026, 9999) is a real day of the calendar, so only its purpose tells that it is
wrong. As a validator of the model's column a span also stops what comes by another road than a form.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.deconstruct import deconstructible
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.errors import Invalid


@deconstructible
class Span:
    """Days from the beginning of `first_year` to the end of the year `years_ahead` from now."""

    def __init__(self, first_year: int, *, years_ahead: int) -> None:
        self.first_year = first_year
        self.years_ahead = years_ahead

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.first_year, self.years_ahead))

    @property
    def first(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def last(self) -> date:
        return date(timezone.localdate().year + self.years_ahead, 12, 31)

    def __contains__(self, day: date) -> bool:
        """By the year as it stands: a moment of the year 1 cannot even be taken to another zone."""
        return self.first.year <= day.year <= self.last.year

    def __call__(self, value: date | datetime) -> None:
        if value not in self:
            words = {"first": date_format(self.first, "DATE_FORMAT"), "last": date_format(self.last, "DATE_FORMAT")}
            raise ValidationError(_("Give a date from %(first)s to %(last)s.") % words, code="span")


CONTEST = Span(2000, years_ahead=10)  # calendars, sessions, visits, calls for completion; the first edition was in 2007
PRACTICE = Span(1945, years_ahead=1)  # since when something works; older institutions exist, older methods do not
RECORDS = Span(1990, years_ahead=1)  # days on which somebody noted or checked something of a practice


def require_sensible(model: type[Model], **values: Any) -> None:
    """Ask the validators of the columns; for services that write single fields without `full_clean`."""
    for name, value in values.items():
        if value is None:
            continue
        field: Any = model._meta.get_field(name)
        try:
            field.run_validators(value)
        except ValidationError as error:
            raise Invalid(" ".join(error.messages)) from error
