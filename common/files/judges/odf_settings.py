"""Settings of ODT and ODS (settings.xml): whatever the name of one, its value leads to no server and to no program.

LibreOffice opens some of them as addresses: the source of its data (a name, or the address of a database), tables of
colours, dashes and pictures (`ColorTableURL` and its kin). Honest documents have a name there, a path with variables or
a file on a drive.
"""

import base64
import re

from common.files.codes import Code, Refused
from common.files.judges import magic, targets
from common.files.judges.lists import words

_PRINTERS = frozenset({"PrinterName", "PrintFaxName"})  # names of queues, \\\\serwer\\HP among them; nothing is asked
_DATA = ("CurrentDatabase", "EmbeddedDatabase")
# What LibreOffice opens without a slash too; any other word before a colon is a part of a name ("Adresaci: 2012").
_SCHEMES = words(
    "sdbc jdbc odbc mozab http https ftp ftps sftp file smb dav davs webdav cmis ldap mailto macro service slot uno "
    ".uno .component javascript vbscript"
)
_SLASH = re.compile(r"[\\/]")
_SERVER = re.compile(r"[\\/]{2}")
_BYTES = re.compile(r"[A-Za-z0-9+/=\s]*")


def judge(name: str, kind: str, value: str) -> None:
    """Refused when the value of this setting is an address outside."""
    if kind == "base64Binary" and _BYTES.fullmatch(value):
        _judge_bytes(value)
    elif name not in _PRINTERS:
        for address in targets.plain(value).split(";"):
            if _is_outside(address):
                raise Refused(_code(name, address))


def _judge_bytes(letters: str) -> None:
    """What a driver of a printer keeps, which no program runs."""
    whole = re.sub(r"[\s=]", "", letters)
    if magic.is_foreign(base64.b64decode(whole[: len(whole) // 4 * 4])):
        raise Refused(Code.UNKNOWN_PART)


def _is_outside(address: str) -> bool:
    if targets.is_on_a_drive(address):
        return False
    kind = targets.scheme(address)
    if kind in _SCHEMES or kind.startswith("vnd."):
        return True
    return bool(_SERVER.search(address) or (kind and _SLASH.search(address)))


def _code(name: str, address: str) -> Code:
    if targets.scheme(address) in ("vnd.sun.star.script", "macro"):
        return Code.MACROS
    return Code.OUTSIDE_DATA if name.startswith(_DATA) else Code.OUTSIDE_PART
