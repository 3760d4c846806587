"""Pictures, fonts and containers by their first bytes: what stands under a name is what it is."""

import re

from common.files.codes import Code, Refused
from common.files.judges import tails, targets
from common.files.judges.marks import BLANK, FOREIGN, looks_like_markup
from common.files.judges.markup import Attributes, Listener, read

_LONGEST_METAFILE = 32 * 1024 * 1024  # unpacked
_PICTURES = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*", b"II\xbc\x01",
    b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00\x00\x03", b"\x02\x00\x09\x00\x00\x03", b"\x00\x00\x01\x00", b"8BPS",
    b"VCLMTF", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip
_MIXED = 4  # bytes by which a font is told
_FONTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
_RUNNABLE_TEXT = re.compile(
    rb"<\s*(script|html|!doctype|hta|job|svg|iframe|body)|<\?php|<%|@echo\s|\bcreateobject\s*\(|\bwscript\.|powershell",
    re.IGNORECASE,
)


def is_drawing(content: bytes) -> bool:
    """SVG, by the first element; which is_picture then judges."""
    return bool(re.search(rb"<(\w+:)?svg[\s>/]", content[:4096]))


def is_foreign(content: bytes) -> bool:
    """A program, an archive or another document where none belongs."""
    return content.startswith(FOREIGN) or bool(_RUNNABLE_TEXT.search(content[:1024].replace(b"\x00", b"")))


def is_picture(content: bytes) -> bool:
    """A picture of a kind that office programs write, and nothing besides; SVG is judged by what stands in it."""
    return begins_as_picture(content) and not tails.carries_more(content)


def begins_as_picture(content: bytes) -> bool:
    if content.startswith(b"BM"):
        return len(content) > 26 and content[6:10] == b"\x00\x00\x00\x00"
    if content.startswith(b"\x01\x00\x00\x00"):
        return content[40:44] == b" EMF"
    if content[:4] == b"RIFF":
        return content[8:12] == b"WEBP"
    if content[4:8] == b"ftyp":
        return content[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1")
    if content[512:522] == b"\x00\x11\x02\xff\x0c\x00\xff\xfe\x00\x00" or content[10:14] == b"\x00\x11\x02\xff":
        return True  # PICT of a Mac
    if content.startswith(b"\x1f\x8b"):
        return _is_packed_metafile(content)
    if looks_like_markup(content):
        read(content, _Svg())
        return True
    return content.startswith(_PICTURES)


def _is_packed_metafile(content: bytes) -> bool:
    """EMZ, WMZ: a metafile in gzip."""
    import zlib

    try:
        unpacking = zlib.decompressobj(31)
        metafile = unpacking.decompress(content, _LONGEST_METAFILE)
    except zlib.error:
        return False
    if unpacking.unconsumed_tail or unpacking.unused_data.strip(BLANK):
        return False
    return not metafile.startswith(b"\x1f\x8b") and not looks_like_markup(metafile) and is_picture(metafile)


def is_font(content: bytes) -> bool:
    return content.startswith(_FONTS)


def font_masks(keys: list[str]) -> set[bytes]:
    """What the first bytes of fonts are mixed with, by keys that the table of fonts names."""
    digits = ("".join(char for char in key if char in "0123456789abcdefABCDEF") for key in keys)
    return {bytes.fromhex(key)[: -_MIXED - 1 : -1] for key in digits if len(key) == 32}


def is_hidden_font(content: bytes, masks: set[bytes]) -> bool:
    """A font as Word embeds it, or as it is."""
    return is_font(content) or any(
        bytes(mixed ^ plain for mixed, plain in zip(content[:_MIXED], font, strict=False)) in masks for font in _FONTS
    )


def is_certificate(content: bytes) -> bool:
    return content.startswith((b"\x30\x82", b"-----BEGIN CERTIFICATE"))


class _Svg(Listener):
    """A drawing may show, and link by a click; it may not run or fetch."""

    may_name_a_type = True

    def __init__(self) -> None:
        self.is_first = True

    def start(self, name: str, attributes: Attributes) -> None:
        if self.is_first and name != "svg":
            raise Refused(Code.DISGUISED)
        if name == "style":
            self.listen(True)
        self.is_first = False
        if name in ("script", "foreignObject", "handler", "iframe", "embed", "object"):
            raise Refused(Code.DISGUISED)
        for key, value in attributes:
            if key.lower().startswith("on") and key.lower() != "on":
                raise Refused(Code.DISGUISED)
            if key in ("href", "src") and not _stays_inside(name, value):
                raise Refused(Code.OUTSIDE_PICTURE)
            if key in ("style", "fill", "filter", "mask") and _fetches(value):
                raise Refused(Code.OUTSIDE_PICTURE)

    def text(self, data: str) -> None:
        if _fetches(data):
            raise Refused(Code.OUTSIDE_PICTURE)

    def end(self, name: str) -> None:
        self.listen(False)

    def instruction(self, target: str, data: str) -> None:
        raise Refused(Code.DISGUISED)


def _stays_inside(element: str, target: str) -> bool:
    if element == "a":
        return targets.may_be_clicked(target)
    clear = targets.plain(target)
    return not clear or clear.startswith("#") or bool(re.match(r"data:image/(png|jpe?g|gif|bmp|webp)[;,]", clear))


def _fetches(style: str) -> bool:
    folded = style.lower()
    if "@import" in folded:
        return True
    return any(
        not found.strip("\"' ").startswith(("#", "data:image/", "data:font/", "data:application/"))
        for found in re.findall(r"url\(\s*([^)]*)\)?", folded)
    )
