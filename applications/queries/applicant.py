"""What an applicant may read, and the door that every reader of entries goes through."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Membership, MembershipStatus, User
from accounts.permissions import reads_everything
from accounts.queries import active_members
from applications.models import Application, ApplicationVersion, Attachment, CompletionRequest
from applications.rules import appeal_until
from applications.sections import ALL_FIELDS, ATTACHMENTS, Section, open_fields
from applications.workflow import BEFORE_DECISION, State
from common.canonical import sha256_of
from common.deadlines import RESTORABLE
from common.models import JournalEntry
from common.prepared import Prepared
from contest.models import AttachmentRequirement, Edition
from contest.permissions import own_juries
from contest.phases import PHASES, Activity, may
from notifications.outbox_types import Recipient
from units.models import Unit


def own_applications(user: User) -> QuerySet[Application]:
    """Entries of the units this person acts for."""
    if not user.is_active:
        return Application.objects.none()
    return _entries_of(user.pk)


def own_entry(user: User, pk: int) -> Application | None:
    """One of them, with all its page needs to know. Every page of the form asks this."""
    return _OWN_ENTRY.first({_PERSON: user.pk, _ENTRY: pk}) if user.is_active else None


def visible_to(user: User) -> QuerySet[Application]:
    """A member's own entries; for officers and auditors also every entry that was submitted, never a draft,
    but in an edition on whose jury they sit.

    Jurors see nothing here: their door is their assignment.
    """
    if reads_everything(user):
        sent = Q(submitted_at__isnull=False) & ~Q(edition__in=own_juries(user))
        return Application.objects.filter(Q(unit__in=_units_of(user.pk)) | sent)
    return own_applications(user)


def readable_attachment(user: User, attachment_id: int) -> Attachment | None:
    """A file this person may download: of an own entry, or for organisers one that was ever submitted."""
    attachment = (
        Attachment.objects.filter(application__in=visible_to(user), pk=attachment_id)
        .select_related("application")
        .first()
    )
    if attachment is None or own_applications(user).filter(pk=attachment.application_id).exists():
        return attachment
    return attachment if was_submitted(attachment) else None


def was_submitted(attachment: Attachment) -> bool:
    """Whether any frozen version of the entry names this file."""
    contents = ApplicationVersion.objects.filter(application=attachment.application_id).values_list(
        "content", flat=True
    )
    return any(item["id"] == attachment.pk for content in contents for item in content["attachments"])


def _units_of(person: int) -> Any:
    return Membership.objects.filter(user=person, status=MembershipStatus.ACTIVE).values("unit")


def _entries_of(person: int) -> QuerySet[Application]:
    return Application.objects.filter(unit__in=_units_of(person))


def with_relations(applications: QuerySet[Application]) -> QuerySet[Application]:
    return applications.select_related("edition", "unit", "unit__county", "domain", "group")


_PERSON, _ENTRY, _EDITION = -1, -2, -3  # stand in the statements for their numbers
_OWN_ENTRY = Prepared(lambda: with_relations(_entries_of(_PERSON)).filter(pk=_ENTRY))
_FILES = Prepared(
    lambda: Attachment.objects.filter(application=_ENTRY, removed_at=None).select_related("requirement").order_by("id")
)
_REMOVED = Prepared(
    lambda: Attachment.objects.filter(application=_ENTRY).exclude(removed_at=None).order_by("-removed_at")
)
_REQUIREMENTS = Prepared(lambda: AttachmentRequirement.objects.filter(edition=_EDITION).order_by("position", "id"))


def open_editions(now: datetime) -> list[Edition]:
    """Editions whose call takes entries at this moment, the soonest deadline first."""
    calls = Edition.objects.filter(phase__in=PHASES[Activity.FILE]).order_by("submission_deadline", "-year")
    return [edition for edition in calls if edition.is_call_open(now)]


def entries_left(edition: Edition, units: Iterable[Unit]) -> dict[int, int | None]:
    """How many more entries each unit may start; None where the edition sets no limit."""
    units = list(units)
    if edition.entries_per_unit is None:
        return {unit.pk: None for unit in units}
    used: dict[int, int] = defaultdict(int)
    standing = Application.objects.filter(edition=edition, unit__in=units).exclude(
        state__in=(State.WITHDRAWN, State.DISQUALIFIED)
    )
    for unit_id in standing.values_list("unit_id", flat=True):
        used[unit_id] += 1
    return {unit.pk: max(edition.entries_per_unit - used[unit.pk], 0) for unit in units}


def submitted_version(application: Application) -> ApplicationVersion | None:
    """The newest snapshot: what officers review and jurors score."""
    return ApplicationVersion.objects.filter(application=application).order_by("-number").first()


def current_attachments(application: Application) -> list[Attachment]:
    """Files that belong to the working copy now."""
    return _FILES.rows({_ENTRY: application.pk})


def is_restorable(attachment: Attachment, now: datetime) -> bool:
    """Taken out within the last day, and nothing that a scanner found."""
    removed = attachment.removed_at
    return removed is not None and removed >= now - RESTORABLE and bool(attachment.file) and not attachment.is_infected


def restorable_attachments(application: Application, now: datetime) -> list[Attachment]:
    """Files taken out by a slip, the last one first."""
    return [attachment for attachment in _REMOVED.rows({_ENTRY: application.pk}) if is_restorable(attachment, now)]


def requirements_of(edition: Edition) -> list[AttachmentRequirement]:
    return _REQUIREMENTS.rows({_EDITION: edition.pk})


def open_completion(application: Application) -> CompletionRequest | None:
    """The call for completion that waits for an answer."""
    return application.completion_requests.filter(answered_at__isnull=True).first()


def editable_fields(application: Application) -> frozenset[str]:
    """A draft is all open; a returned entry only where the call for completion points; otherwise nothing."""
    if application.state == State.DRAFT:
        return ALL_FIELDS | {ATTACHMENTS}
    if application.state == State.RETURNED and (request := open_completion(application)):
        return open_fields(request.points)
    return frozenset()


def fingerprint(application: Application, section: Section) -> str:
    """The digest of a section's values: a form opened on other values is stale."""
    values = {name: _plain(getattr(application, name)) for name in section.fields}
    return sha256_of(values)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if hasattr(value, "pk") else value


def withdrawal_open(application: Application) -> bool:
    """By what the applicant may know: state and phase, never the jury's unpublished choices."""
    return application.state in BEFORE_DECISION and may(application.edition, Activity.WITHDRAW)


def appeal_deadline(application: Application) -> datetime | None:
    """Until when the rejection may be appealed; None when there is none, it was appealed already or results are out."""
    if application.state != State.INELIGIBLE or may(application.edition, Activity.SHOW_RESULTS):
        return None
    rejected_at = (
        JournalEntry.objects.filter(
            target_type=application._meta.label_lower, target_id=application.pk, action="application.reject"
        )
        .order_by("-id")
        .values_list("happened_at", flat=True)
        .first()
    ) or application.updated_at
    if application.appeals.filter(filed_at__gte=rejected_at).exists():
        return None
    return appeal_until(rejected_at, ZoneInfo(settings.TIME_ZONE))


def members_to_tell(unit_id: int) -> list[Recipient]:
    """Every active member of the unit, in the language of their mail."""
    return members_by_unit({unit_id}).get(unit_id, [])


def members_by_unit(unit_ids: Iterable[int]) -> dict[int, list[Recipient]]:
    memberships = active_members(list(unit_ids)).order_by("pk")
    found: dict[int, list[Recipient]] = defaultdict(list)
    for unit_id, email, language in memberships.values_list("unit_id", "user__email", "user__language"):
        found[unit_id].append(Recipient(email, language))
    return found


def drafts_to_remind(*, after: datetime, until: datetime) -> list[Application]:
    """Drafts whose call closes in this stretch of time."""
    drafts = Application.objects.filter(
        state=State.DRAFT,
        edition__phase__in=PHASES[Activity.FILE],
        edition__submission_deadline__gt=after,
        edition__submission_deadline__lte=until,
    )
    return list(drafts.select_related("edition", "unit").order_by("pk"))
