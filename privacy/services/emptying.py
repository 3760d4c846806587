"""Emptying rows of the people in them. Each function runs in the caller's transaction and may be repeated.

`act` is the edition or person whose removal it is: verify_all looks for that act behind what was sealed anew.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from applications.models import Application, ApplicationVersion, Attachment, Rendition
from applications.sealed import EMPTIED_NAME
from awards.models import Certificate
from common import journal
from common.canonical import sha256_of
from common.files.kinds import EXTENSIONS
from common.kernel.baseline import reseal
from common.persons import REMOVED_DOMAIN
from notifications.models import OutboxMessage
from practices.models import PracticeAttachment
from privacy.queries.editions import CONTACT_FIELDS
from privacy.services.files import let_go

NO_CONTACT = dict.fromkeys(CONTACT_FIELDS, "")
BATCH = 200


def empty_contacts(entries: QuerySet[Application]) -> int:
    return entries.update(**NO_CONTACT)


def empty_versions(
    *, actor: User | None, versions: Iterable[ApplicationVersion], renamed: dict[int, str] | None = None
) -> int:
    """Take contact persons, and names of `renamed` files, out of sent versions.

    Their digest stays; the journal notes it together with the digest of what remains, so that both can be
    proved later (privacy.queries.versions). How many changed.
    """
    changed, entries = [], []
    for version in versions:
        content = _without_persons(version.content, renamed or {})
        if content == version.content:
            continue
        before, after = sha256_of(version.content), sha256_of(content)
        version.content = content
        changed.append(version)
        entries.append(
            journal.draft_entry(
                actor=actor,
                action="application.remove_persons",
                target=version.application,
                edition_id=version.application.edition_id,
                facts=[version],
                version=version.number,
                before=before,
                after=after,
            )
        )
    ApplicationVersion.objects.bulk_update(changed, ["content"], batch_size=BATCH)
    journal.record_bulk(entries)
    return len(changed)


def _without_persons(content: dict[str, Any], renamed: dict[int, str]) -> dict[str, Any]:
    files = [
        file | {"name": renamed[file["id"]], "description": ""} if file["id"] in renamed else file
        for file in content.get("attachments") or []
    ]
    return content | {name: "" for name in CONTACT_FIELDS if name in content} | {"attachments": files}


def empty_files(*, actor: User | None, act: Model, files: QuerySet[Attachment]) -> dict[int, str]:
    """Let go of the stored files; what stays says that there was one, of which kind, size and digest.

    Returns the plain names the rows have from now on.
    """
    rows = list(files.select_for_update(of=("self",)))
    drawn = Rendition.objects.filter(attachment__in=rows)
    # A published picture is a rendition, so what it shares its file with goes as a row only.
    published = PracticeAttachment.objects.filter(file__in=drawn.values("file")).values("file")
    let_go([*(str(row.file) for row in rows), *drawn.exclude(file__in=published).values_list("file", flat=True)])
    _note_gone(actor, drawn.select_related("attachment__application"))
    drawn.delete()
    for row in rows:
        row.file.name = ""
        row.name = f"{EMPTIED_NAME}{row.pk}{EXTENSIONS.get(row.media_type, '')}"
        row.description = ""
    Attachment.objects.bulk_update(rows, ["file", "name", "description"], batch_size=BATCH)
    reseal(actor, Attachment, [row.pk for row in rows], act=act)
    return {row.pk: row.name for row in rows}


def _note_gone(actor: User | None, drawn: Iterable[Rendition]) -> None:
    """That pages drawn of files are taken away, on the entries of the journal about their entries."""
    pages: dict[Application, list[Rendition]] = defaultdict(list)
    for page in drawn:
        pages[page.attachment.application].append(page)
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="application.remove_pages",
                target=application,
                edition_id=application.edition_id,
                gone=gone,
            )
            for application, gone in pages.items()
        ]
    )


def empty_confirmations(*, actor: User | None, act: Model, confirmations: QuerySet[Certificate]) -> int:
    """The file goes, because it lists names of files; code, number and digest stay and still prove a copy."""
    rows = list(confirmations.select_for_update(of=("self",)))
    let_go(str(row.file) for row in rows)
    for row in rows:
        row.file.name = ""
        row.facts = row.facts | {"attachments": []}
    Certificate.objects.bulk_update(rows, ["file", "facts"], batch_size=BATCH)
    reseal(actor, Certificate, [row.pk for row in rows], act=act)
    return len(rows)


def empty_mail(*, actor: User | None, act: Model | None, mails: QuerySet[OutboxMessage], recipients: bool) -> int:
    """Leave of each mail that it was written, of which kind and when; with `recipients` also not to whom."""
    emptied: dict[str, Any] = {"subject": "", "text": "", "html": "", "context": {}, "last_error": ""}
    if recipients:
        number = Cast("pk", CharField())
        emptied["recipient"] = Concat(Value("list-"), number, Value(f"@{REMOVED_DOMAIN}"), output_field=CharField())
    numbers = list(mails.values_list("pk", flat=True))
    count = OutboxMessage.objects.filter(pk__in=numbers).update(rendered=True, **emptied)
    reseal(actor, OutboxMessage, numbers, act=act)
    return count


def empty_columns(*, actor: User | None, act: Model, rows: QuerySet[Any], **emptied: Any) -> int:
    """Set these columns of rows that are sealed, and seal what is left."""
    numbers = list(rows.values_list("pk", flat=True))
    count = rows.model._default_manager.filter(pk__in=numbers).update(**emptied)
    reseal(actor, rows.model, numbers, act=act)
    return count
