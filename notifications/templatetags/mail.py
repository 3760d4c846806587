"""`{% load mail %}`: what mail templates need; their context holds JSON values, so times are strings."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

register = template.Library()


@register.filter
def when(value: str | date | datetime | None) -> str:
    """`{{ deadline|when }}`: "15 czerwca 2012, 23:59" in the contest's time zone; a bare date without the hour."""
    if isinstance(value, str):
        value = parse_date(value) or parse_datetime(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value, timezone.get_default_timezone()) if timezone.is_aware(value) else value
        return date_format(local, "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if value else ""
