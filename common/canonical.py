"""One spelling of a JSON value, so that equal contents have equal digests everywhere."""

import hashlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

_SAME = (type(None), bool, int, str)  # spelled one way only
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical_json(value: Any) -> str:
    """Keys sorted, no spaces, letters as they are (UTF-8 when encoded)."""
    return _encode(value)


def sha256_of(value: Any) -> str:
    """The SHA-256 of `canonical_json`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def plain(value: Any) -> Any:
    """JSON of a value from either engine, spelled one way: instants in UTC, decimals without trailing zeros.

    PostgreSQL answers a sum of whole numbers as a decimal, and a JSON column keeps 2.0 apart from 2.
    """
    if type(value) in _SAME:
        return value
    match value:
        case dict():
            return {str(name): item if type(item) in _SAME else plain(item) for name, item in value.items()}
        case list() | tuple():
            return [item if type(item) in _SAME else plain(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return format(value.normalize() + 0, "f")
        case UUID() | str():
            return str(value)
        case float() if value.is_integer():
            return int(Decimal(repr(value)))
    return value
