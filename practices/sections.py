"""Which section of the base a practice from the contest belongs to. Officers may correct it later."""

from common.text import fold

SOCIAL, TECHNICAL, INSTITUTIONAL = "SOCIAL", "TECHNICAL", "INSTITUTIONAL"

# Beginnings of folded words that domains and themes of the contest are made of.
_SOCIAL = ("kultur", "pomoc", "zdrow", "oswiat", "spolecz", "eduk", "sport", "senior")
_TECHNICAL = ("komunaln", "mieszkan", "energ", "transport", "techniczn", "drog", "wodoc", "odpad")


def section_of(domain: str, theme: str) -> str:
    """By the domain first; an edition's theme may name both kinds of services ("techniczne i zdrowotne")."""
    for text in (domain, theme):
        words = fold(text).split()
        if any(word.startswith(_TECHNICAL) for word in words):
            return TECHNICAL
        if any(word.startswith(_SOCIAL) for word in words):
            return SOCIAL
    return INSTITUTIONAL
