"""Template tags used by pages of more than one app; built in, no {% load %} needed."""

from typing import Any

from django import template

from common.localized import localized

register = template.Library()


@register.filter
def local(instance: Any, field: str) -> str:
    """`{{ domain|local:"name" }}`: the English twin when English is shown and filled in."""
    return localized(instance, field)
