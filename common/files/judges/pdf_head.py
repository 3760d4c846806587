"""Where a PDF begins. Readers look for its mark within the first kilobyte, a shell, a browser or Windows at byte one.

So what stands before the mark is an allow-list: a mark of the encoding, blanks, what a printer or a letter put first.
"""

import re

from common.files.judges import magic

_FAR = 1024  # bytes before %PDF that readers skip
_PLAIN = rb"(?:from|to|cc|subject|date|server|connection|expires|etag):[^\r\n<`|&$()]*"
_WITH_A_HYPHEN = rb"(?:content|mime|message|reply|return|last|cache|transfer|accept|x)-[a-z-]{1,40}:[^\r\n<`|&$;]*"
_PARAMETERS = rb"(?:;(?:\r?\n)?[ \t]*[a-z*-]{1,30}=[^\r\n<`|&$;()]*)*;?"  # filename="a.pdf", on the next line too
_BEFORE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:"
    rb"[\x00\x04\t\n\x0c\r\x1a ]|"
    rb"\x1b?%-12345X|@PJL[^\r\n<]*[\r\n]|\x1bE|"
    rb"HTTP/1\.[01] \d{3}[ a-z]*[\r\n]|--[\w=.+-]{1,70}[\r\n]|"
    rb"(?:" + _PLAIN + rb"|" + _WITH_A_HYPHEN + _PARAMETERS + rb")[\r\n]"
    rb")*+",
    re.IGNORECASE,
)


def begins(content: bytes) -> bool:
    """Whether readers would open this as a PDF, whatever stands before."""
    return content.find(b"%PDF-", 0, _FAR + 5) >= 0


def is_alone(content: bytes) -> bool:
    """Whether nothing stands before the mark that another program would take for its own."""
    before = content[: content.find(b"%PDF-", 0, _FAR + 5)]
    return bool(_BEFORE.fullmatch(before)) and not magic.is_foreign(before.lstrip(b"\x00 \t\r\n"))
