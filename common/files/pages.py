"""What a document looks like, page by page, so that nobody need open the original. Runs inside the limited reader.

Of a picture there is one page; a PDF is drawn by PDFium, which runs no scripts here and fetches nothing.
"""

import io
import time
from collections.abc import Mapping
from typing import Any

import pypdfium2

from common.files import pictures
from common.files.judges.marks import BLANK
from common.files.kinds import JPEG, PDF

WIDTH, HEIGHT = 1240, 2480  # pixels at most: A4 at 150 dots an inch
QUALITY = 80
SECONDS = 4.0  # then a call ends with what it has, and the next begins there: others wait for the turn


def draw(content: bytes, media_type: str, *, first: int = 0, most: int = 30) -> tuple[Mapping[str, Any], list[bytes]]:
    """The operation "pages": pages from `first` (0 is the first) to `most`, as far as the time goes.

    {"pages": how many the document has, "drawn": [{"page", "media_type", "width", "height"}]}, and the pictures.
    """
    if media_type != PDF:
        drawn, kind, (width, height) = pictures.draw(content, media_type)
        return {"pages": 1, "drawn": [{"page": 0, "media_type": kind, "width": width, "height": height}]}, [drawn]
    described, outputs = [], []
    started = time.monotonic()
    with pypdfium2.PdfDocument(content.rstrip(BLANK)) as document:
        document.init_forms()  # what was filled into the form is part of the page
        total = len(document)
        for number in range(first, min(total, most)):
            page, size = _page(document, number)
            described.append({"page": number, "media_type": JPEG, "width": size[0], "height": size[1]})
            outputs.append(page)
            if time.monotonic() - started > SECONDS:
                break
    return {"pages": total, "drawn": described}, outputs


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[bytes, tuple[int, int]]:
    page = document[number]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), HEIGHT / max(height, 1))
    bitmap = page.render(scale=scale)
    picture = bitmap.to_pil().convert("RGB")
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=QUALITY, optimize=True)
    bitmap.close()
    page.close()
    return output.getvalue(), picture.size
