"""Pages for what the web server refuses before the application sees it: a request that is broken or takes too long."""

from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

Headers = list[tuple[str, str]]


@cache
def page_of(status: int) -> tuple[Headers, bytes]:
    """In the language of the site: nobody has read yet which one the reader chose."""
    with translation.override(settings.LANGUAGE_CODE):
        page = render_to_string("common/not_taken.html", {"status": status}).encode()
        language = translation.get_language()
    return [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language or settings.LANGUAGE_CODE),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'"),
        ("X-Content-Type-Options", "nosniff"),
    ], page
