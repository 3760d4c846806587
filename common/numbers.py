"""Numbers that come from an address or a form, where anybody may write anything."""

_LONGEST = 18  # digits: below the largest number a database column holds, far below what Python refuses to read


def whole_number(text: str) -> int | None:
    """The number, or None for whatever is not a plain one: five thousand digits are no error page."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None
