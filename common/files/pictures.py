"""Photographs, drawings and scans: whether they open, and what is shown of them. Runs inside the limited reader.

A picture of 48 million pixels takes 700 MB when it is decoded whole, so a JPEG is decoded at an eighth to be judged
and at about the wanted size to be shown; what can only be decoded whole is limited by the bytes that takes.
A rendition is the right way up, in sRGB, without metadata (the place of a photograph among them) or a tail.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageCms, ImageOps, ImageStat, JpegImagePlugin, MpoImagePlugin, PngImagePlugin

from common.files.kinds import HEIC, JPEG, PNG

CLEAN, TOO_LARGE, UNREADABLE, INCOMPLETE = "clean", "too many pixels", "unreadable", "incomplete"
PROGRESSIVE = "too many pixels for a progressive JPEG"

MAX_PIXELS = 200_000_000  # of a JPEG, which is decoded at reduced size
MAX_DECODED = 200_000_000  # bytes, of what is decoded whole
MAX_COEFFICIENTS = 220_000_000  # bytes, of a progressive JPEG: the library keeps it whole however small it is decoded
SHOWN = 2560  # pixels of the longer side
QUALITY = 88
PNG_SHOWN_BYTES = 1_500_000  # a drawing stays a PNG, a photograph saved as one does not
MAX_SEGMENTS = 5000  # of a JPEG before its pixels; honest ones have tens, and the library joins them one by one
MISSING = 0.05  # of the height: what a JPEG that lacks its last bytes may lack
END_OF_JPEG = b"\xff\xd9"
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd9\xff])")  # of a segment, which says its length

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
_BYTES_OF_A_PIXEL = {"1": 2, "L": 1, "I;16": 3, "I": 5, "P": 5}  # with the conversion some of them need; others 4

Image.MAX_IMAGE_PIXELS = None  # limits of ours stand in its place
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
# Loaded before the first file, because a child may not have the memory or the right to.
_PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin)


class Refused(Exception):
    """The picture is not taken; the argument is the code."""


def judge(content: bytes, media_type: str) -> str:
    """ "clean", or the code of what is wrong."""
    try:
        if media_type == JPEG:
            _decode_jpeg(content, longest=0)
        else:
            with _decoded(content, media_type, longest=SHOWN):
                return CLEAN
    except Refused as refused:
        return str(refused)
    except _BROKEN:
        return UNREADABLE
    return CLEAN


def draw(content: bytes, media_type: str, *, longest: int = SHOWN) -> tuple[bytes, str, tuple[int, int]]:
    """The picture as people are shown it: bytes, their media type, width and height."""
    with _decoded(content, media_type, longest=longest) as picture:
        profile = picture.info.get("icc_profile")
        shown = _eight_bits(picture)
        shown.thumbnail((longest, longest), reducing_gap=2.0)
        shown = _in_srgb(ImageOps.exif_transpose(shown), profile)
    return _saved(shown, as_png=media_type == PNG)


@contextmanager
def _decoded(content: bytes, media_type: str, *, longest: int) -> Iterator[Image.Image]:
    if media_type == JPEG:
        yield _decode_jpeg(content, longest=longest)
    elif media_type == HEIC:
        yield _decode_heic(content, longest=longest)
    else:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.width * picture.height * _BYTES_OF_A_PIXEL.get(picture.mode, 4) > MAX_DECODED:
                raise Refused(TOO_LARGE)
            picture.load()
            yield picture


def _decode_jpeg(content: bytes, *, longest: int) -> Image.Image:
    """At about `longest` pixels of the longer side, but never less than an eighth.

    One that lacks its last bytes is shown by every viewer, so it is taken; half a picture is not.
    """
    try:
        return _jpeg(content, longest)
    except OSError as error:
        if "truncated" not in str(error):
            raise
    picture = _jpeg(content + END_OF_JPEG, longest)
    if _missing_rows(picture) > max(picture.height * MISSING, 1):
        raise Refused(INCOMPLETE)
    return picture


def _is_segmented(content: bytes) -> bool:
    """Whether there are more segments before the pixels than any program writes."""
    place = 2
    for _segment in range(MAX_SEGMENTS):
        found = _MARKER.search(content, place)
        if not found or found[1] == b"\xda":
            return False
        place = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
    return True


def _jpeg(content: bytes, longest: int) -> Image.Image:
    if _is_segmented(content):
        raise Refused(UNREADABLE)
    picture = Image.open(io.BytesIO(content), formats=["JPEG", "MPO"])
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused(TOO_LARGE)
    if "progressive" in picture.info and _coefficients(picture) > MAX_COEFFICIENTS:
        raise Refused(PROGRESSIVE)
    if not longest:
        picture.draft(None, (max(picture.width // 8, 1), max(picture.height // 8, 1)))
    elif max(picture.size) > longest:
        scale = longest / max(picture.size)
        picture.draft(None, (int(picture.width * scale), int(picture.height * scale)))
    picture.load()
    return picture


def _coefficients(picture: Image.Image) -> int:
    """Bytes of all channels before they become pixels, two for each; channels of colour are often kept smaller."""
    layers = getattr(picture, "layer", [])
    widest, highest = (max((layer[place] for layer in layers), default=1) for place in (1, 2))
    share = sum(layer[1] * layer[2] / (widest * highest) for layer in layers)
    return int(picture.width * picture.height * 2 * share)


def _missing_rows(picture: Image.Image) -> int:
    """Rows at the bottom in the even grey that a decoder puts where there are no data."""
    for number in range(picture.height - 1, -1, -1):
        row = picture.crop((0, number, picture.width, number + 1))
        if any(low != high or low not in (127, 128, 129) for low, high in ImageStat.Stat(row).extrema):
            return picture.height - 1 - number
    return picture.height


def _decode_heic(content: bytes, *, longest: int) -> Image.Image:
    """Reduced strip by strip, because the library decodes the whole picture and a copy of it would be too much."""
    found = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    width, height = found.size
    stored = found.mode if found.mode in ("L", "I;16") else "RGBA" if found.has_alpha else "RGB"
    mode = "L" if stored == "I;16" else stored
    if width * height * max(len(mode), len(found.mode) // 2) > MAX_DECODED:
        raise Refused(TOO_LARGE)
    factor = max(1, max(width, height) // longest)
    picture = Image.new(mode, (-(-width // factor), -(-height // factor)))
    data = memoryview(found.data)
    rows = 64 * factor
    for top in range(0, height, rows):
        count = min(rows, height - top)
        lines = bytes(data[top * found.stride : (top + count) * found.stride])
        raw = stored if stored == "I;16" else found.mode.split(";")[0]
        strip = _eight_bits(Image.frombytes(stored, (width, count), lines, "raw", raw, found.stride))
        picture.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    picture.info["icc_profile"] = found.info.get("icc_profile")
    return picture


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits of grey become eight by scale; cut off they would be white."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """As its profile says it looks, in the colours of screens; a profile nobody can read is left out."""
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    plain = picture.convert(picture.mode[:-1]) if alpha else picture
    if profile:
        try:
            described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(plain, described, ImageCms.createProfile("sRGB"), outputMode="RGB")
            plain = turned or plain
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    if plain.mode not in ("L", "RGB"):
        plain = plain.convert("RGB")
    if alpha:
        plain.putalpha(alpha)
    return plain


def _saved(picture: Image.Image, *, as_png: bool) -> tuple[bytes, str, tuple[int, int]]:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # pixels only
    output = io.BytesIO()
    if as_png:
        bare.save(output, "PNG", optimize=False)
        if output.tell() <= PNG_SHOWN_BYTES or bare.mode in ("LA", "RGBA"):
            return output.getvalue(), PNG, bare.size
        output = io.BytesIO()
    if bare.mode in ("LA", "RGBA"):
        on_white = Image.new("RGB", bare.size, "white")
        on_white.paste(bare.convert("RGB"), mask=bare.getchannel("A"))
        bare = on_white
    bare.save(output, "JPEG", quality=QUALITY, optimize=True)
    return output.getvalue(), JPEG, bare.size
