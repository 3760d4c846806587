"""Shown where a person signs in again."""

from django import template
from django.template import Context

from accounts import queries
from accounts.models import ParkedForm
from common.web import kept

register = template.Library()


@register.simple_tag(takes_context=True)
def kept_form(context: Context) -> ParkedForm | None:
    """The last form that this browser sent after its session had ended; the page tells when, not what it says."""
    browser = kept.browser_of(context["request"])
    return queries.parked_in(browser).first() if browser else None
