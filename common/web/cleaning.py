"""Text is clean from the moment it comes in: what every form, import and address takes passes here.

Word, PDF readers and mail programs leave characters in what people paste that nobody sees: soft line breaks (U+000B),
marks that turn the direction of writing, non-characters. Frozen in a version they would break a feed or turn the rest
of a page around for everybody. People never typed them, so they are taken out without a word; only what no output could
ever write (a lone surrogate, half of a character) is refused with a sentence.
"""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Invalid

# CR LF is one break; VT and FF are Word's soft line and page break, NEL, LS and PS those of other systems.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OLD_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters but the tab and the breaks
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction: an unclosed one turns what follows around
    "\u00ad\u180e\u200b\u2060-\u2064"  # places where a word may be parted, and other signs of no width
    "\u206a-\u206f\ufff9-\ufffb\ufeff"  # deprecated formats, interlinear notes, a byte order mark amid text
    "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)  # fmt: skip
_HYPHENS = str.maketrans("\x1e\u2010\u2011", "---")  # Word's that must not part, and Unicode's, which fonts lack
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\n]{2,}|[\t\n]")


def clean_text(text: str) -> str:
    """The text in Unicode's composed form (NFC), each line break as "\\n", without what nobody can see.

    Raises Invalid for half a character (a lone surrogate): no output can write it, and what was meant is not known.
    """
    if text.isascii() and text.isprintable():
        return text
    if _SURROGATE.search(text):
        raise Invalid(_("The text holds half of a character, which nobody can read. Delete it and type it anew."))
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text.translate(_HYPHENS)))
    return unicodedata.normalize("NFC", text)


def shown_text(text: str) -> str:
    """For outputs: the same of what an old row still holds. Nothing is refused: half a character becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _OLD_BREAKS.sub("\n", _SURROGATE.sub("\ufffd", text)))


def clean_line(text: str) -> str:
    """The same for a text of one line, as a title: what broke the line is a space."""
    return _SPACES.sub(" ", clean_text(text)).strip()


def clean_value(value: Any) -> Any:
    """A value read from JSON with every text in it cleaned, keys too."""
    match value:
        case str():
            return clean_text(value)
        case list():
            return [clean_value(item) for item in value]
        case dict():
            return {clean_text(str(key)): clean_value(item) for key, item in value.items()}
    return value
