"""Text for outputs in XML, whatever the database holds."""

import re

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: object) -> str:
    """Without the characters that XML 1.0 forbids (its production 2, Char): one of them ruins a whole file."""
    return _NOT_XML.sub("", str(text))
