"""Scripts of PDF forms: only the calls with which every form program writes dates, numbers and sums.

The whole script must be such calls with plain values; one more word and it is somebody's program.
"""

import re

_CALLS = (
    "AFDate_Format", "AFDate_FormatEx", "AFDate_Keystroke", "AFDate_KeystrokeEx", "AFTime_Format", "AFTime_FormatEx",
    "AFTime_Keystroke", "AFTime_KeystrokeEx", "AFNumber_Format", "AFNumber_Keystroke", "AFPercent_Format",
    "AFPercent_Keystroke", "AFSpecial_Format", "AFSpecial_Keystroke", "AFSpecial_KeystrokeEx", "AFRange_Validate",
    "AFSimple_Calculate",
)  # fmt: skip
_PLAIN = r"""(?:"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|[+-]?\d{1,15}(?:\.\d{1,15})?|true|false|null)"""
_LIST = rf"(?:{_PLAIN}(?:\s*,\s*{_PLAIN})*)?"
_VALUE = rf"(?:{_PLAIN}|(?:new\s+)?Array\s*\(\s*+{_LIST}\s*\)|\[\s*+{_LIST}\s*\])"
_ARGUMENTS = rf"\(\s*+(?:{_VALUE}(?:\s*,\s*{_VALUE})*)?\s*\)"
_CALL = re.compile(rf"\s*(?:{'|'.join(_CALLS)})\s*{_ARGUMENTS}\s*(?:;[;\s]*|$)")
MAX_LENGTH = 20_000


def is_standard(script: str) -> bool:
    """Whether the script is nothing but standard calls; an empty one is."""
    script = script.strip("\ufeff\x00 \t\r\n")
    if len(script) > MAX_LENGTH:
        return False
    place = 0
    while place < len(script):
        found = _CALL.match(script, place)
        if not found or found.end() == place:
            return False
        place = found.end()
    return True
