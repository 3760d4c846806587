"""What a file is and whether it may be taken: run inside the limited reader, pure, one module for each family.

A judge tells by the content alone what is wrong, as a code (`common.files.codes`) that `common.files.refusals` has a
sentence for. Judges know neither Django nor a language.
"""

from collections.abc import Mapping
from typing import Any

from common.files import kinds, pictures
from common.files.codes import Code, Refused
from common.files.judges import tails
from common.files.judges.recognise import judge, recognise

CLEAN = "clean"


def look(content: bytes) -> tuple[Mapping[str, Any], list[bytes]]:
    """The operation "judge": {"media_type", "code"} of a file."""
    try:
        media_type = recognise(content)
    except Refused as refused:
        return {"media_type": None, "code": refused.code}, []
    code = _judge_picture(content, media_type) if media_type in kinds.PICTURES else judge(content, media_type)
    return {"media_type": media_type, "code": code or CLEAN}, []


def _judge_picture(content: bytes, media_type: str) -> str:
    code = pictures.judge(content, media_type)
    return Code.PICTURE_CARRIES if code == CLEAN and tails.carries_more(content) else code
