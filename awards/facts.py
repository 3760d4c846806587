"""What documents say, and the codes and numbers they carry. Pure: dictionaries in, dictionaries out."""

import secrets
from datetime import date
from typing import Any

# No letter or digit that can be taken for another (0 O, 1 I L, U V), because people type codes from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 16
GROUP = 4

SERIES = {"LAUREATE": "L", "HONOURABLE_MENTION": "W", "SPECIAL_MENTION": "S", "FINALIST": "F", "CONFIRMATION": "P"}
CORRECTABLE = ("unit_name", "title", "special_title")
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip


def new_code() -> str:
    """A random code of 77 bits in groups of four: nobody guesses one, everybody can copy one."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))


def normal_code(typed: str) -> str:
    """A code as stored, from what a person typed: small letters, spaces and missing dashes forgiven."""
    return _grouped("".join(char for char in typed.upper() if char.isalnum())[: CODE_LENGTH * 2])


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + GROUP] for start in range(0, len(characters), GROUP))


def certificate_number(edition_slug: str, series: str, position: int) -> str:
    """ "SLZ/2026/L/001": edition, series, place in the series."""
    return f"SLZ/{edition_slug.upper()}/{series}/{position:03d}"


def roman(place: int | None) -> str:
    """A place as the contest writes it; numbers beyond the table as digits."""
    if not place:
        return ""
    return _ROMAN[place] if place < len(_ROMAN) else str(place)


def polish_date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year} r."


def capitalised(name: str) -> str:
    """ "gmina Długosiodło" stands at the head of a line on a diploma."""
    return name[:1].upper() + name[1:]


def confirmation_facts(
    *, content: dict[str, Any], edition: dict[str, Any], application_number: str, version: int,
    submitted_at: str, content_sha256: str, unit_name: str,
) -> dict[str, Any]:  # fmt: skip
    """Of a submitted version; `edition` gives title and is_demo."""
    return {
        "edition_title": edition["title"],
        "is_example": edition["is_demo"],
        "application_number": application_number,
        "unit_name": capitalised(unit_name),
        "unit_code": (content.get("unit") or {}).get("code") or "",
        "title": content.get("title", ""),
        "domain": (content.get("domain") or {}).get("name", ""),
        "group": (content.get("group") or {}).get("name", ""),
        "version": version,
        "submitted_at": submitted_at,
        "content_sha256": content_sha256,
        "attachments": [
            {"name": file["name"], "size": file["size"], "sha256": file["sha256"]}
            for file in content.get("attachments", [])
        ],
    }
