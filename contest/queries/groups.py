"""Which comparison group a unit belongs to: one rule for the form, the check before sending and the officer's hint.

Kinds of units decide. Limits of population divide the units of one kind among the groups that admit it, by the
population the applicant declares (the register carries none); of a kind that a single group admits, all units are in
it, as the cities with powiat rights of the 2012 edition were together with the towns above 50,000.
"""

from enum import Enum, auto

from django.utils.formats import number_format
from django.utils.translation import pgettext

from contest.models import ComparisonGroup, Edition


class Fit(Enum):
    BY_KIND = auto()  # fits, whatever the population
    WITHIN_LIMITS = auto()  # fits by kind and population
    OTHER_KIND = auto()
    UNDECLARED = auto()  # the population decides and was not given
    TOO_SMALL = auto()
    TOO_LARGE = auto()


FITTING = (Fit.BY_KIND, Fit.WITHIN_LIMITS)


def groups_for(edition: Edition, kind: str) -> list[ComparisonGroup]:
    """Groups a unit of this kind may choose from."""
    return [group for group in edition.groups.order_by("position", "id") if group.admits_kind(kind)]


def fit_of(group: ComparisonGroup, kind: str, population: int | None) -> Fit:
    """The other groups are read only where this one's limits leave the unit out."""
    if not group.admits_kind(kind):
        return Fit.OTHER_KIND
    by_population = _by_population(group, population)
    if by_population in FITTING or len(groups_for(group.edition, kind)) > 1:
        return by_population
    return Fit.BY_KIND


def _by_population(group: ComparisonGroup, population: int | None) -> Fit:
    above, up_to = group.population_above, group.population_up_to
    if above is None and up_to is None:
        return Fit.BY_KIND
    if not population:
        return Fit.UNDECLARED
    if above is not None and population <= above:
        return Fit.TOO_SMALL
    return Fit.TOO_LARGE if up_to is not None and population > up_to else Fit.WITHIN_LIMITS


def limits_in_words(group: ComparisonGroup) -> str:
    """ "above 5,000, up to 50,000"; empty when the group sets none."""
    parts = []
    if group.population_above is not None:
        parts.append(pgettext("population", "above %(number)s") % {"number": number(group.population_above)})
    if group.population_up_to is not None:
        parts.append(pgettext("population", "up to %(number)s") % {"number": number(group.population_up_to)})
    return ", ".join(parts)


def number(value: int) -> str:
    return str(number_format(value, use_l10n=True, force_grouping=True))
