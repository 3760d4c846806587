"""Where a document points to: what a click may open, and what a program would fetch by itself."""

import re
from urllib.parse import unquote

from common.files.judges.lists import words

# What a reader may follow by a click. Anything else (javascript, data, ms-msdt, search-ms, macro …) runs something.
CLICKED = frozenset({"http", "https", "mailto", "tel", "sms", "ftp", "ftps", "file", "sip", "callto", "news", "geo"})
# What people type before an address or a number; no program answers to these.
_LABELS = words("e-mail email mail fax faks adres telefon strona www link url uwaga")
PROGRAMS = words("exe com bat cmd scr pif msi msp js jse vbs vbe wsf wsh hta lnk ps1 jar reg cpl dll url scf inf chm")
_SCHEME = re.compile(r"(\.?[A-Za-z][A-Za-z0-9+.\-]*):")
# A host and its port, which look like a scheme and what follows: gmina.pl:8080/bip.
_HOST = re.compile(r"(?!vnd\.)[a-z0-9][\w-]*(?:\.[\w-]+)*\.[a-z]{2,}:\d{1,5}(?:[/?#].*)?$", re.IGNORECASE | re.DOTALL)
_CLIMBING = re.compile(r"(?:^|[\\/])\.\.[\\/]")
_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/])")


def plain(target: str) -> str:
    """Unquoted until nothing changes, without blanks around and control characters within."""
    for _round in range(5):
        clearer = unquote(target)
        if clearer == target:
            break
        target = clearer
    return "".join(char for char in target if char > " " and char != "\x7f")


def scheme(target: str) -> str:
    """Lower case; "" for a relative address. A letter before a colon and a slash is a drive, so "file"."""
    clear = plain(target)
    if _DRIVE.match(clear):
        return "file"
    found = _SCHEME.match(clear)
    return found[1].lower() if found else ""


def may_be_clicked(target: str) -> bool:
    clear = plain(target)
    if _HOST.match(clear) or clear.lower() == "about:blank":
        return True
    kind = scheme(target)
    if kind and kind not in CLICKED and kind not in _LABELS:
        return False
    return kind in ("http", "https", "mailto", "tel") or _ending(target) not in PROGRAMS


def _ending(target: str) -> str:
    path = re.split(r"[?#]", plain(target))[0].rstrip(". ")
    return path.rpartition(".")[2].lower()


def is_on_a_drive(target: str) -> bool:
    """A file of the author's own computer or of a drive with a letter: nothing leaves the reader's computer for it.

    `file:///S:\\Szablony\\Pismo.dotx` and `C:/x` are; `\\\\server\\share`, `file://server/share` and the net are not:
    opening those sends the reader's name and password digest to the server.
    """
    clear = plain(target)
    if clear[:5].lower() == "file:":
        clear = clear[5:]
        if clear.startswith("///"):
            clear = clear[3:] if _DRIVE.match(clear[3:]) else clear[2:]
        elif clear.startswith(("//", "\\")):
            return False
    if _climbs_to_a_server(clear):
        return False
    if _DRIVE.match(clear):
        return not clear[2:].startswith(("\\\\", "//", "/\\", "\\/"))
    return bool(re.match(r"/[^/\\]", clear))


def is_beside(target: str) -> bool:
    """A relative name: a file kept next to the document."""
    clear = plain(target)
    return not scheme(clear) and not clear.startswith(("/", "\\")) and not _climbs_to_a_server(clear)


def _climbs_to_a_server(path: str) -> bool:
    """`..\\..\\\\server`: taken from where it climbs to, the rest is a server's address."""
    return bool(_CLIMBING.search(path) and re.search(r"[\\/]{2}", path))


def is_mail_part(target: str) -> bool:
    """A picture of a letter pasted from a mail program; nothing is fetched for it."""
    return scheme(target) == "cid"
