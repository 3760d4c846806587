"""Text as Poles search and sort it."""

import unicodedata

_SORTED = "0123456789aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_SORT_CODES = {char: f"{place:02d}" for place, char in enumerate(_SORTED, start=1)}
_WORD_BREAK = "00"


def fold(text: str) -> str:
    """Lower case without accents, single spaces: "Łódź " → "lodz"; what people type when in a hurry.

    NUL is dropped: nobody types it, and PostgreSQL refuses it in any text.
    """
    lowered = text.replace("\x00", "").lower().replace("ł", "l")
    plain = "".join(char for char in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(char))
    return " ".join(plain.split())


def sort_key(text: str) -> str:
    """A string that sorts by the Polish alphabet (ą after a, ł after l) under any database collation.

    Two digits a letter, because every collation agrees on the order of digits. A word break sorts
    before every letter ("Nowy Sącz" before "Nowybór"); other characters do not count.
    """
    words = text.lower().replace("-", " ").split()
    return _WORD_BREAK.join("".join(_SORT_CODES.get(char, "") for char in word) for word in words)
