"""What results rest on of entries: their state, sent versions and files, and the formal review."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Max, QuerySet

from applications.models import (
    Appeal,
    Application,
    ApplicationVersion,
    Attachment,
    CompletionRequest,
    EligibilityCheck,
    Rendition,
)
from applications.models.application import DESCRIPTION_FIELDS
from applications.workflow import State
from common.canonical import sha256_of
from common.kernel.evidence import Check, Evidence
from common.models import JournalEntry
from common.persons import REMOVED_TEXT

ENTRY = "applications.application"
# The unit may write in the working copy: what counts is the sent version.
_OPEN = (State.DRAFT, State.RETURNED)
EMPTIED_NAME = "dokument-"  # with the number of the row: what a removal of personal data leaves of a file's name
_WORKING_COPY = "compared with the newest sent version"


def _sent(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A draft is its authors' own affair."""
    return rows.exclude(state=State.DRAFT)


def _field(entry: Application) -> dict[str, Any]:
    """Where the entry competes; open while the unit completes it."""
    return {} if entry.state in _OPEN else {"domain": entry.domain_id, "group": entry.group_id}


def _content(version: ApplicationVersion) -> dict[str, Any]:
    return {"content_sha256": sha256_of(version.content)}


EVIDENCE = (
    Evidence(
        Application,
        columns=(
            "edition_id",
            "unit_id",
            "number",
            "state",
            "submitted_at",
            "decision_reason",
            "contact_withdrawn_at",
        ),
        anchors=((ENTRY, "pk"),),
        who=("created_by_id",),
        format=2,
        parts=_field,
        wide=("domain_id", "group_id"),
        among=_sent,
        left_out={
            **dict.fromkeys(DESCRIPTION_FIELDS, _WORKING_COPY),
            "domain": "sealed but while the unit completes the entry",
            "group": "sealed but while the unit completes the entry",
            "revision": "guards forms against each other",
            "form_key": "guards against a double click",
            "created_at": "the journal keeps when",
            "updated_at": "for lists",
        },
    ),
    Evidence(
        ApplicationVersion,
        columns=("application_id", "number", "sha256", "submitted_at"),
        anchors=((ENTRY, "application_id"),),
        who=("submitted_by_id",),
        format=2,
        parts=_content,
        left_out={"content": "its digest is sealed"},
    ),
    Evidence(
        Attachment,
        columns=(
            "application_id",
            "requirement_id",
            "name",
            "description",
            "media_type",
            "size",
            "sha256",
            "removed_at",
        ),
        wide=(),
        anchors=((ENTRY, "application_id"),),
        who=("uploaded_by_id",),
        format=2,
        emptied={"file": "", "description": ""},
        left_out={
            "file": "where the bytes are; they are compared with the digest",
            "scan_status": "what a scanner says today",
            **dict.fromkeys(("drawing", "draw_due_at", "draw_attempts", "page_count"), "how far its pages are drawn"),
            "uploaded_at": "the journal keeps when",
        },
    ),
    Evidence(
        Rendition,
        columns=("attachment_id", "page", "media_type", "width", "height", "size", "sha256"),
        anchors=((ENTRY, "attachment.application_id"),),
        related=("attachment",),
        left_out={"file": "where the bytes are; they are compared with the digest"},
    ),
    Evidence(
        EligibilityCheck,
        columns=("version_id", "criterion", "met", "note", "checked_at"),
        anchors=((ENTRY, "version.application_id"),),
        who=("checked_by_id",),
        format=2,
        emptied={"note": ""},
        related=("version",),
        left_out={},
    ),
    Evidence(
        CompletionRequest,
        emptied={"message": "", "points": []},
        columns=("application_id", "points", "message", "due_at", "requested_at", "answered_at"),
        anchors=((ENTRY, "application_id"),),
        who=("requested_by_id",),
        format=2,
        left_out={},
    ),
    Evidence(
        Appeal,
        emptied={"text": REMOVED_TEXT, "reason": ""},
        columns=("application_id", "text", "filed_at", "status", "reason", "decided_at"),
        anchors=((ENTRY, "application_id"),),
        who=("filed_by_id", "decided_by_id"),
        format=2,
        left_out={},
    ),
)


def _digests_of_sending() -> Iterator[str]:
    """Every version has the digest that the journal noted when it was sent, also before facts were sealed."""
    noted: dict[tuple[int, int], str] = {}
    acts = JournalEntry.objects.filter(action__in=("application.submit", "application.resubmit"))
    for entry, data in acts.values_list("target_id", "data").iterator():
        noted[entry, data.get("version", 0)] = data.get("sha256", "")
    rows = ApplicationVersion.objects.order_by("pk").values_list("pk", "application_id", "number", "sha256")
    for pk, entry, number, sha256 in rows.iterator():
        if noted.get((entry, number), sha256) != sha256:
            yield f"applications.applicationversion {pk}: its digest is not the one noted when it was sent"


def _digests_of_files() -> Iterator[str]:
    acts = JournalEntry.objects.filter(action="application.attach").values_list("data", flat=True)
    noted = {data.get("attachment"): data.get("sha256") for data in acts.iterator()}
    for pk, sha256 in Attachment.objects.order_by("pk").values_list("pk", "sha256").iterator():
        if noted.get(pk, sha256) != sha256:
            yield f"applications.attachment {pk}: its digest is not the one noted when it was added"


def _files_taken_off() -> Iterator[str]:
    """A row without its file is one that a removal of personal data emptied; the name it then has is sealed."""
    for pk, name in Attachment.objects.filter(file="").order_by("pk").values_list("pk", "name").iterator():
        if not name.startswith(f"{EMPTIED_NAME}{pk}"):
            yield f"applications.attachment {pk}: it has no file any more"


def _working_copies() -> Iterator[str]:
    """A sent entry that nobody may write in says what its newest version says."""
    among = newest_versions().exclude(application__state__in=(*_OPEN, State.WITHDRAWN, State.DISQUALIFIED))
    for version in among.select_related("application").order_by("pk").iterator(chunk_size=200):
        if fields := differing(version.application, version):
            named = ", ".join(fields)
            yield f"{ENTRY} {version.application_id}: differs from its sent version {version.number} in {named}"


def newest_versions() -> QuerySet[ApplicationVersion]:
    return ApplicationVersion.objects.annotate(last=Max("application__versions__number")).filter(number=F("last"))


def differing(entry: Application, version: ApplicationVersion) -> list[str]:
    """Fields of the working copy that do not say what the version says; emptied contacts and consents may differ."""
    said = version.content
    emptied = {"contact_name", "contact_position", "contact_phone", "contact_email", "contact_consent"}
    found = []
    for name in DESCRIPTION_FIELDS:
        value = getattr(entry, name)
        value = value.isoformat() if hasattr(value, "isoformat") else value
        if name in said and value != said[name] and name not in emptied:
            found.append(name)
    return found


CHECKS = (
    Check("digests noted at sending", _digests_of_sending),
    Check("digests noted with files", _digests_of_files),
    Check("files of entries", _files_taken_off),
    Check("entries and their sent versions", _working_copies),
)
OTHER = {
    "applications.numbersequence": "the numbers given stand in sealed entries",
}
