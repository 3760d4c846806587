"""Pictures: drawn again, which drops metadata and anything hidden. Runs inside the limited reader."""

import io

from PIL import Image, ImageOps

from common.files.kinds import PNG

MAX_PIXELS = 40_000_000
CLEAN, TOO_LARGE, UNREADABLE = "clean", "too many pixels", "unreadable"


def redraw(content: bytes, media_type: str) -> tuple[str, list[bytes]]:
    kind = "PNG" if media_type == PNG else "JPEG"
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return TOO_LARGE, []
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            output = io.BytesIO()
            if kind == "JPEG":
                upright.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
            else:
                plain = upright if upright.mode in ("1", "L", "LA", "RGB", "RGBA") else upright.convert("RGBA")
                clean = Image.new(plain.mode, plain.size)
                clean.paste(plain)
                clean.save(output, "PNG", optimize=False)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return UNREADABLE, []
    return CLEAN, [output.getvalue()]
