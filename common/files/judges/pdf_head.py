"""Where a PDF begins. Readers look for its mark within the first kilobyte, a shell, a browser or Windows at byte one.

So what stands before the mark is an allow-list: a mark of the encoding, blanks, what a printer, a letter, a server or a
Mac put first.
"""

import re

from common.files.judges import magic

_FAR = 1024  # bytes before %PDF that readers skip
# "+0100 (CET)", "Apache/2.4.52 (Ubuntu)": brackets behind a number call nothing in any language of scripts.
_REMARK = rb"[+/-]\d[\d.]* \([\w./ +-]{1,40}\)"
_PLAIN = (
    rb"(?:from|to|cc|subject|date|server|connection|expires|etag|pragma|vary|age):(?:" + _REMARK + rb"|[^\r\n<`|&$()])*"
)
_PROXY = rb" ?(?:HTTP/)?\d\.\d [\w.:-]+(?: \([\w./ +-]{1,40}\))?"
_VIA = rb"via:" + _PROXY + rb"(?:," + _PROXY + rb")*"
_COOKIE = (
    rb"set-cookie:[ \t]*[\w.-]+=[\w\"%+/=.:,~!-]*(?:; ?(?:path=[\w/.%-]*|domain=[\w.-]*|max-age=\d+|samesite=\w+"
    rb"|expires=[a-z]+, \d[\w :-]*|httponly|secure|partitioned))*;?"
)
_WITH_A_HYPHEN = rb"(?:content|mime|message|reply|return|last|cache|transfer|accept|keep|x)-[a-z-]{1,40}:[^\r\n<`|&$;]*"
_PARAMETERS = rb"(?:;(?:\r?\n)?[ \t]*[a-z*-]{1,30}=[^\r\n<`|&$;()]*)*;?"  # filename="a.pdf", on the next line too
_BEFORE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:"
    rb"[\x00\x04\t\n\x0c\r\x1a ]|"
    rb"\x1b?%-12345X|@PJL[^\r\n<]*[\r\n]|\x1bE|"
    rb"HTTP/1\.[01] \d{3}[ a-z]*[\r\n]|--[\w=.+-]{1,70}[\r\n]|"
    rb"0[\r\n]|"
    rb"(?:" + b"|".join([_PLAIN, _VIA, _COOKIE, _WITH_A_HYPHEN + _PARAMETERS]) + rb")[\r\n]"
    rb")*+(?:(?<=\n\r\n)[0-9a-f]{1,8}\r\n)?",  # behind a server's head: how long the first part of the answer is
    re.IGNORECASE,
)
_OF_A_MAC = 128
# MacBinary: a file's name, kind and maker, where it lay, how long it is, its dates; no program begins with a zero.
_MACBINARY = re.compile(
    rb"\x00[\x01-\x3f][^\x00-\x1f<`|&$]+\x00*PDF .{5}\x00.{7}\x00.{19}(?:mBIN|\x00{4}).{20}\x00\x00", re.DOTALL
)


def begins(content: bytes) -> bool:
    """Whether readers would open this as a PDF, whatever stands before."""
    return content.find(b"%PDF-", 0, _FAR + 5) >= 0


def is_alone(content: bytes) -> bool:
    """Whether nothing stands before the mark that another program would take for its own."""
    before = content[: content.find(b"%PDF-", 0, _FAR + 5)]
    if len(before) == _OF_A_MAC and _MACBINARY.fullmatch(before):
        return not magic.is_foreign(before)
    return bool(_BEFORE.fullmatch(before)) and not magic.is_foreign(before.lstrip(b"\x00 \t\r\n"))
