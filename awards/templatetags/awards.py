"""Words of the results pages: places in Roman numerals, kinds of awards as people count them."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from awards import facts

register = template.Library()


@register.filter
def roman(place: int | None) -> str:
    """`{{ award.place|roman }}`: I, II, III."""
    return facts.roman(place)


@register.filter
def moment(value: str) -> datetime:
    """An instant out of a certificate's frozen facts."""
    return datetime.fromisoformat(value)


@register.filter
def counted(kind: str, awards: list[Any]) -> str:
    """The kind in the form that goes with their number: 1 laureat, 2 laureaci, 5 laureatów."""
    number = len(awards)
    return {
        "LAUREATE": npgettext("counted", "laureate", "laureates", number),
        "HONOURABLE_MENTION": npgettext("counted", "honourable mention", "honourable mentions", number),
        "SPECIAL_MENTION": npgettext("counted", "special mention", "special mentions", number),
        "FINALIST": npgettext("counted", "other finalist", "other finalists", number),
    }[kind]


@register.filter
def plural_heading(kind: str) -> str:
    """A heading over all awards of the kind."""
    return {
        "LAUREATE": _("Laureates"),
        "HONOURABLE_MENTION": _("Honourable mentions"),
        "SPECIAL_MENTION": _("Special mentions"),
        "FINALIST": _("Finalists"),
    }[kind]
