"""Shown on the sign-in page of a demonstration only."""

from django import template

from accounts.models import User
from portal.queries import demonstration_accounts as accounts

register = template.Library()


@register.simple_tag
def demonstration_accounts() -> list[User]:
    return accounts()
