"""What is sealed of the base: each record as it stands with the people named in it, and each of its versions."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, Max, OuterRef

from common.canonical import sha256_of
from common.files.kinds import PICTURES
from common.kernel.evidence import Check, Evidence
from practices.models import Practice, PracticeAttachment, PracticeVersion
from practices.versions import CONTENT_COLUMNS, PARTS, content_of

RECORD = "practices.practice"


def _record(practice: Practice) -> dict[str, Any]:
    return {
        "content_sha256": sha256_of(content_of(practice)),
        "contacts": sorted(
            [person.name, person.position, person.phone, person.email] for person in practice.contacts.all()
        ),
    }


def _content(version: PracticeVersion) -> dict[str, Any]:
    return {"content_sha256": sha256_of(version.content)}


EVIDENCE = (
    Evidence(
        Practice,
        columns=("contact_withdrawn_at",),
        anchors=((RECORD, "pk"),),
        parts=_record,
        prefetch=PARTS,
        left_out={
            "search_tokens": "made of the texts",
            "updated_at": "for lists",
            **dict.fromkeys(CONTENT_COLUMNS, "sealed by the digest of the content"),
        },
    ),
    Evidence(
        PracticeVersion,
        columns=("practice_id", "number", "sha256", "reason", "made_at"),
        anchors=((RECORD, "practice_id"),),
        who=("made_by_id",),
        format=2,
        parts=_content,
        left_out={"content": "its digest is sealed"},
    ),
)


def _newest_versions() -> Iterator[str]:
    """The record says what its newest version says."""
    newest = PracticeVersion.objects.annotate(last=Max("practice__versions__number")).filter(number=F("last"))
    rows = newest.select_related("practice").prefetch_related(*(f"practice__{part}" for part in PARTS)).order_by("pk")
    for version in rows.iterator(chunk_size=200):
        now, said = content_of(version.practice), version.content
        if fields := sorted(name for name in said if now.get(name) != said[name]):
            yield f"{RECORD} {version.practice_id}: differs from its version {version.number} in {', '.join(fields)}"
    for practice in Practice.objects.filter(~Exists(PracticeVersion.objects.filter(practice=OuterRef("pk")))):
        yield f"{RECORD} {practice.pk}: it has no version"


def _documents() -> Iterator[str]:
    """A published document has its file; only a picture waits without one, until its rendition is drawn."""
    for row in PracticeAttachment.objects.filter(file="").select_related("source").order_by("pk"):
        waits = row.media_type in PICTURES and (row.source is None or row.source.sha256 == row.sha256)
        if not waits:
            yield f"practices.practiceattachment {row.pk}: it has no file any more"


CHECKS = (Check("practices and their versions", _newest_versions), Check("documents of practices", _documents))
OTHER = {
    "practices.practicetool": "sealed with the record",
    "practices.practicecontact": "sealed with the record",
    "practices.practiceattachment": "sealed with the record",
}
