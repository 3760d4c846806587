"""From announced awards to records of the base: bulk, exactly one record an award, safe to repeat.

A record is a snapshot of what was submitted, never of the entry as somebody edits it later, so that
everything shown was seen by the jury.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application, ApplicationVersion, Attachment, Rendition, ScanStatus
from awards.models import Award
from common import journal
from common.copies import public_content_changed
from common.errors import Conflict
from common.kernel.seals import require_as_sealed
from common.taxonomy import TOOL_BY_CODE
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.services import locked_edition
from practices import search
from practices.labels import LICENCE
from practices.models import Practice, PracticeAttachment, PracticeContact, PracticeTool
from practices.sections import section_of
from practices.services.files import published_file
from practices.slugs import slug_of
from practices.versions import make_versions
from units.models import UnitKind

COPIED_TEXTS = (
    "abstract",
    "context",
    "goals",
    "actions",
    "cost",
    "results",
    "integration",
    "difficulties",
    "advice",
    "implementing_unit",
    "locality",
    "postal_code",
    "post_office",
    "phone",
    "email",
)


@transaction.atomic
def publish_announced(*, edition_id: int, actor: User | None = None) -> int:
    """Publish what an announced edition still owes the base; how many records were made.

    `actor` None is the service itself, completing what was announced.
    """
    edition = locked_edition(edition_id)
    if actor is not None:
        can_organise(actor, edition).require()
    if not may(edition, Activity.SHOW_RESULTS):
        raise Conflict(_("The results of this edition are not announced yet, so nothing of it may be published."))
    return len(publish_from_awards(actor=actor, edition=edition))


@transaction.atomic
def publish_from_awards(*, actor: User | None, edition: Edition) -> list[Practice]:
    """One record for each award that has none, where the submitted version carries the consent to reuse.

    The caller holds the edition's row lock and has asked permission. The number of statements does
    not depend on the number of awards.
    """
    awards = list(_awards_without_record(edition))
    versions = submitted_versions([award.application_id for award in awards])
    today = timezone.localdate()
    pairs = [
        (award, versions[award.application_id])
        for award in awards
        if award.application_id in versions and versions[award.application_id].content.get("licence_consent")
    ]
    require_as_sealed(awards, [version for _award, version in pairs])
    practices = [_draft(award, version, edition, today) for award, version in pairs]
    _note_withdrawals(practices, [version for _award, version in pairs])
    Practice.objects.bulk_create(practices)
    _add_parts(practices, [version.content for _award, version in pairs])
    search.index([practice.pk for practice in practices])
    sealed = make_versions(actor=actor, practices=practices, reason="practice.publish")
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="practice.publish",
                target=practice,
                edition_id=edition.pk,
                facts=sealed[practice.pk],
                award=award.pk,
                version=version.number,
                content_sha256=version.sha256,
            )
            for practice, (award, version) in zip(practices, pairs, strict=True)
        ]
    )
    public_content_changed()
    return practices


def submitted_versions(application_ids: Iterable[int | None]) -> dict[int | None, ApplicationVersion]:
    """The newest snapshot of each entry, in one query."""
    rows = ApplicationVersion.objects.filter(application__in=[pk for pk in application_ids if pk])
    return {version.application_id: version for version in rows.order_by("application_id", "number")}


def _awards_without_record(edition: Edition) -> Any:
    return (
        Award.objects.filter(edition=edition, application__isnull=False, practice__isnull=True)
        .select_related("unit__county", "domain")
        .order_by("pk")
    )


def _draft(award: Award, version: ApplicationVersion, edition: Edition, today: date) -> Practice:
    said = version.content
    unit = award.unit
    practice = Practice(
        **{field: said.get(field) or "" for field in COPIED_TEXTS},
        title=said.get("title") or award.title,
        slug=slug_of(said.get("title") or award.title),
        section=section_of((said.get("domain") or {}).get("name", ""), edition.theme),
        added_on=today,
        unit=unit,
        unit_name=award.unit_name or unit.official_name,
        unit_type=unit.kind,
        county_name=unit.name if unit.kind == UnitKind.COUNTY else unit.county.name if unit.county else "",
        voivodeship_id=unit.voivodeship_id,
        population=said.get("population") or None,
        implemented_on=date.fromisoformat(said["implemented_on"]) if said.get("implemented_on") else None,
        indicators=said.get("indicators") or [],
        award=award,
        edition_slug=edition.slug,
        edition_title=edition.title,
        edition_title_en=edition.title_en,
        award_kind=award.kind,
        award_place=award.place,
        award_title=award.special_title,
        application_version=version.number,
        justification=award.justification,
        justification_en=award.justification_en,
        licence=LICENCE,
        is_example=edition.is_demo,
    )
    practice.search_tokens = search.tokens_of(practice, said.get("tools") or [])
    return practice


def _note_withdrawals(practices: list[Practice], versions: list[ApplicationVersion]) -> None:
    """A contact person who withdrew after the version was sent is not published from it."""
    asked = [version.application_id for version in versions]
    rows = Application.objects.filter(pk__in=asked, contact_withdrawn_at__isnull=False)
    withdrawn = dict(rows.values_list("pk", "contact_withdrawn_at"))
    for practice, version in zip(practices, versions, strict=True):
        moment = withdrawn.get(version.application_id)
        if moment and moment >= version.submitted_at:
            practice.contact_withdrawn_at = moment


def _add_parts(practices: list[Practice], contents: list[dict[str, Any]]) -> None:
    """Tools, the contact person who agreed to be published, and the documents that describe the practice.

    Documents demanded for the formal review (a signed declaration) are not part of the description
    and stay out of the base; the others share the stored file with the entry.
    """
    wanted = {
        file["id"]: practice
        for practice, said in zip(practices, contents, strict=True)
        for file in said.get("attachments") or []
        if not file.get("requirement")
    }
    PracticeTool.objects.bulk_create(
        PracticeTool(practice=practice, code=code)
        for practice, said in zip(practices, contents, strict=True)
        for code in dict.fromkeys(said.get("tools") or [])
        if code in TOOL_BY_CODE
    )
    now = timezone.now()
    PracticeContact.objects.bulk_create(
        PracticeContact(
            practice=practice,
            name=said["contact_name"],
            position=said.get("contact_position") or "",
            phone=said.get("contact_phone") or "",
            email=said.get("contact_email") or "",
            consented_at=now,
        )
        for practice, said in zip(practices, contents, strict=True)
        if said.get("contact_consent") and said.get("contact_name") and not practice.contact_withdrawn_at
    )
    files = Attachment.objects.filter(pk__in=wanted).exclude(scan_status=ScanStatus.INFECTED).order_by("pk")
    whole = Prefetch("renditions", Rendition.objects.filter(page=1).select_related("attachment"))
    shown = list(files.prefetch_related(whole))
    require_as_sealed(shown, [page for file in shown for page in file.renditions.all()])
    PracticeAttachment.objects.bulk_create(published_file(wanted[file.pk], file) for file in shown)
