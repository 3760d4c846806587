"""The texts of a form that could not be done, to be given back to whoever wrote them."""

import re
from collections.abc import Iterable

from common.web import written_by

# Secrets, and what proves that a person meant it just then.
NEVER_KEPT = {"csrfmiddlewaretoken", written_by.FIELD, "typed_word", "code", "login"}
TECHNICAL = {"action", "next", "stay", "back", "step", "seen", "shown", "state", "sort", "form_key", "sha256", "pair"}
LETTER = re.compile(r"[^\W\d_]")
CHOICE = re.compile(r"on|[A-Z][A-Z_]+")  # a tick, the code of something chosen


def is_kept(name: str) -> bool:
    """Whether a field may be shown or filled in again at all."""
    return name not in NEVER_KEPT and "password" not in name


def texts_of(values: Iterable[tuple[str, list[str]]]) -> list[str]:
    """What has a letter in it and is neither a secret, the word of a button, a key of ours nor a mere choice."""
    return [
        text
        for name, sent in values
        if is_kept(name) and name not in TECHNICAL
        for text in sent
        if LETTER.search(text) and not CHOICE.fullmatch(text)
    ]
