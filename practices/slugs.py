"""The readable part of a record's address."""

from django.utils.text import slugify

from common.text import fold

LENGTH = 80


def slug_of(title: str) -> str:
    """Latin letters only, cut at a word, never empty."""
    whole = slugify(fold(title))
    if len(whole) > LENGTH:
        whole = whole[:LENGTH].rsplit("-", 1)[0]
    return whole.strip("-") or "praktyka"
