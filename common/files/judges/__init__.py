"""What a file is and whether it may be taken: run inside the limited reader, pure, one module for each family.

A judge is `judge(content, media_type) -> code`: "clean", or why not, as a code that `common.files.refusals` has a
sentence for. Judges know neither Django nor a language.
"""

from collections.abc import Mapping
from typing import Any

from common.files import kinds, pictures
from common.files.judges import office, pdf

UNKNOWN = "unknown kind"
UNREADABLE = "unreadable"


def look(content: bytes) -> tuple[Mapping[str, Any], list[bytes]]:
    """The operation "judge": {"media_type", "code"} of a file; for a picture also the bytes to keep of it."""
    try:
        media_type = kinds.recognise(content)
    except kinds.Broken:
        return {"media_type": None, "code": UNREADABLE}, []
    if media_type is None:
        return {"media_type": None, "code": UNKNOWN}, []
    outputs: list[bytes] = []
    if media_type == kinds.PDF:
        code = pdf.judge(content, media_type)
    elif media_type in kinds.PICTURES:
        code, outputs = pictures.redraw(content, media_type)
    else:
        code = office.judge(content, media_type)
    return {"media_type": media_type, "code": code}, outputs
