"""What a submitted version holds: everything the entry said, and which files belonged to it.

The shape (read by the jury, the awards and the practices base) never changes silently:
    {<each of DESCRIPTION_FIELDS>: value (dates as "2020-01-31"),
     "domain": {"id", "name", "name_en"} or None, "group": the same,
     "unit": {"id", "code", "name", "kind"},
     "attachments": [{"id", "name", "description", "media_type", "size", "sha256", "requirement": id or None}]}
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from applications.models import Application, Attachment
from applications.models.application import DESCRIPTION_FIELDS
from contest.models import ComparisonGroup, Domain


def snapshot(application: Application, attachments: Iterable[Attachment]) -> dict[str, Any]:
    """JSON values only, so the same entry always has the same digest."""
    described = {field: _plain(getattr(application, field)) for field in DESCRIPTION_FIELDS}
    unit = application.unit
    return described | {
        "domain": _named(application.domain),
        "group": _named(application.group),
        "unit": {"id": unit.pk, "code": unit.code, "name": unit.name, "kind": unit.kind},
        "attachments": [
            {
                "id": attachment.pk,
                "name": attachment.name,
                "description": attachment.description,
                "media_type": attachment.media_type,
                "size": attachment.size,
                "sha256": attachment.sha256,
                "requirement": attachment.requirement_id,
            }
            for attachment in sorted(attachments, key=lambda attachment: attachment.pk)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _named(row: Domain | ComparisonGroup | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name, "name_en": row.name_en} if row else None
