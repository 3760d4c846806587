"""A warning on the organisers' pages when something in the background does not work."""

from django import template

from accounts.models import User
from common.todo import Todo
from portal.queries import service_warnings as warnings

register = template.Library()


@register.simple_tag
def service_warnings(user: User) -> list[Todo]:
    return warnings(user)
