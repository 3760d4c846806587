"""The letters that documents can show. Only bundled fonts are used, so a document looks alike on every machine.

Lato is the face of the contest; its package has Western and Polish letters only. Names of people and partners have
others (ő ş č ğ ț, Cyrillic, Greek), so a second family covers the rest. Both are open (SIL Open Font License 1.1).
"""

import base64
from functools import lru_cache
from pathlib import Path
from typing import Any

import font_lato
import font_source_sans_pro

_LATO = Path(font_lato.__file__).parent / "files"
_SOURCE_SANS = Path(font_source_sans_pro.__file__).parent / "files"
FIRST_FAMILY, SECOND_FAMILY = "Lato", "Source Sans Pro"
FACES = {
    FIRST_FAMILY: {300: _LATO / "Lato-Light.ttf", 400: _LATO / "Lato-Regular.ttf", 700: _LATO / "Lato-Bold.ttf"},
    SECOND_FAMILY: {
        300: _SOURCE_SANS / "SourceSansPro-Light.ttf",
        400: _SOURCE_SANS / "SourceSansPro-Regular.ttf",
        700: _SOURCE_SANS / "SourceSansPro-Bold.ttf",
    },
}
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # say how their neighbours are drawn


def letters_without_font(texts: Any) -> list[str]:
    """Every character in the texts (a string, or a list or dictionary of them at any depth) that no font can draw."""
    return sorted(_letters(texts) - _covered(FIRST_FAMILY) - _covered(SECOND_FAMILY))


def needs_second_family(texts: Any) -> bool:
    return not _letters(texts) <= _covered(FIRST_FAMILY)


def font_faces(family: str) -> str:
    """The family as data: addresses, so that WeasyPrint's fetcher needs no right to read files."""
    return "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
        f"src: url(data:font/ttf;base64,{base64.b64encode(path.read_bytes()).decode()}) }}\n"
        for weight, path in FACES[family].items()
    )


def _letters(texts: Any) -> set[str]:
    return {char for char in _characters(texts) if not char.isspace() and char not in _JOINERS}


def _characters(texts: Any) -> str:
    match texts:
        case str():
            return texts
        case dict():
            return "".join(_characters(text) for text in texts.values())
        case list() | tuple():
            return "".join(_characters(text) for text in texts)
    return ""


@lru_cache(maxsize=len(FACES))
def _covered(family: str) -> frozenset[str]:
    """What every weight of the family can draw."""
    from fontTools.ttLib import TTFont

    weights = [{chr(code) for code in TTFont(path, lazy=True).getBestCmap()} for path in FACES[family].values()]
    return frozenset.intersection(*map(frozenset, weights))
