"""The public content of a record as JSON values, and the numbered versions made of it at every change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max, Model, prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from common.canonical import plain, sha256_of
from practices.models import Practice, PracticeVersion

FORMAT = "slz-practice/1"
PARTS = ("tools", "contacts", "attachments")
# Columns of the record that are public content. A new one raises the format of the digests (practices/sealed.py).
CONTENT_COLUMNS = (
    "external_id", "section", "title", "slug", "abstract", "added_on", "unit_id", "unit_name", "unit_type", "locality",
    "county_name", "voivodeship_id", "postal_code", "post_office", "implementing_unit", "phone", "fax", "email",
    "population", "implemented_on", "context", "goals", "actions", "cost", "results", "integration", "difficulties",
    "advice", "indicators", "award_id", "edition_slug", "edition_title", "edition_title_en", "award_kind",
    "award_place", "award_title", "application_version", "justification", "justification_en", "provenance", "licence",
    "verified_on", "is_example", "withdrawn_at", "withdrawn_reason",
)  # fmt: skip


def content_of(practice: Practice) -> dict[str, Any]:
    """What the record's page shows, contact persons apart; its tools and documents included."""
    found = {name: _value(practice, name) for name in CONTENT_COLUMNS}
    content: dict[str, Any] = plain(
        {
            "format": FORMAT,
            **found,
            "tools": sorted(tool.code for tool in practice.tools.all()),
            "attachments": [
                {
                    "name": file.name,
                    "description": file.description,
                    "media_type": file.media_type,
                    "size": file.size,
                    "sha256": file.sha256,
                    "withheld": file.withheld_at is not None,
                }
                for file in sorted(practice.attachments.all(), key=lambda file: file.pk)
            ],
        }
    )
    return content


def make_versions(*, actor: User | None, practices: Iterable[Practice], reason: str) -> dict[int, list[Model]]:
    """A new version of each record whose public content changed; by record the rows to seal with the act.

    In the caller's transaction, after everything of the record was written. The number of statements does not grow
    with the records.
    """
    changed = {practice.pk: practice for practice in practices}
    fresh = list(changed.values())
    for practice in fresh:
        vars(practice).pop("_prefetched_objects_cache", None)  # what was read before the act wrote
    prefetch_related_objects(fresh, *PARTS)
    last = dict(
        PracticeVersion.objects.filter(practice__in=changed)
        .order_by()
        .values_list("practice_id")
        .annotate(last=Max("number"))
    )
    now = timezone.now()
    versions = []
    for practice in fresh:
        content = content_of(practice)
        versions.append(
            PracticeVersion(
                practice=practice,
                number=last.get(practice.pk, 0) + 1,
                content=content,
                sha256=sha256_of(content),
                reason=reason,
                made_at=now,
                made_by=actor,
            )
        )
    PracticeVersion.objects.bulk_create(versions)
    return {version.practice_id: [version.practice, version] for version in versions}


def _value(practice: Practice, name: str) -> Any:
    """As the database would give it back, also when the record was only just made."""
    value = getattr(practice, name)
    field: Any = practice._meta.get_field(name)
    return value if field.is_relation or isinstance(value, date) else field.to_python(value)
