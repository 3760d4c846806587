"""Publishing the rules: the lock at the start of the call, and amendments after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common import journal
from common.canonical import canonical_json, sha256_of
from common.deadlines import in_time
from common.errors import Conflict, Invalid
from common.localized import field_label
from common.locking import exclude_submitters
from common.transitions import advance
from contest.differences import Difference, differences
from contest.models import Edition, RulesVersion
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.queries import applicant_addresses, jury_addresses, rules_of
from contest.readiness import blocking, is_amendable, problems_before_call, problems_of_rules
from contest.rules import EDITION_FIELDS, Section, SectionChange
from contest.services.locks import locked_edition
from contest.services.sections import require_fresh, write_section
from contest.workflow import Phase
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue_bulk


@dataclass(frozen=True, slots=True)
class AmendmentPreview:
    """What an amendment would change, and the digest the rules would then have."""

    differences: tuple[Difference, ...]
    sha256: str


@transaction.atomic
def publish_call(*, actor: User, edition_id: int, expected_sha256: str) -> Edition:
    """Lock the rules under their digest and open the call.

    `expected_sha256` is what the organiser saw on the preview: rules changed since are refused.
    """
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if may(edition, Activity.SET_UP):
        if problems := blocking(problems_before_call(edition)):
            raise Conflict(" ".join(problem.text for problem in problems))
        if sha256_of(rules_of(edition)) != expected_sha256:
            raise Conflict(_("The rules changed after you opened the preview. Read them again and confirm."))
    advance(edition, "publish_call")
    version = _publish(edition, actor, number=1, reason="")
    journal.record(
        actor=actor,
        action="edition.publish_call",
        target=edition,
        edition_id=edition.pk,
        facts=[edition, version],
        before=str(Phase.PREPARATION),
        after=str(edition.phase),
        rules_sha256=version.sha256,
    )
    return edition


def preview_amendment(
    *, actor: User, edition_id: int, section: Section, revision: int, change: SectionChange
) -> AmendmentPreview:
    """Try the amendment, note what it changes, and leave everything as it was."""
    with transaction.atomic():
        before, edition = _amend(actor, edition_id, section, revision, change)
        after = rules_of(edition)
        transaction.set_rollback(True)
    return AmendmentPreview(tuple(differences(before, after)), sha256_of(after))


@transaction.atomic
def publish_amendment(
    *,
    actor: User,
    edition_id: int,
    section: Section,
    revision: int,
    change: SectionChange,
    reason: str,
    expected_sha256: str,
) -> RulesVersion:
    """Change locked rules openly: a numbered version with a reason, its digest, and mail."""
    _before, edition = _amend(actor, edition_id, section, revision, change)
    if not reason.strip():
        raise Invalid(_("Give the reason of the amendment: it is published with it."))
    if sha256_of(rules_of(edition)) != expected_sha256:
        raise Conflict(_("The rules changed after you opened the preview. Read them again and confirm."))
    number = edition.rules_versions.count() + 1
    version = _publish(edition, actor, number=number, reason=reason.strip())
    journal.record(
        actor=actor,
        action="edition.amend_rules",
        target=edition,
        edition_id=edition.pk,
        facts=[edition, version],
        section=str(section),
        number=number,
        rules_sha256=version.sha256,
    )
    _tell_of_amendment(edition, version)
    return version


def _amend(
    actor: User, edition_id: int, section: Section, revision: int, change: SectionChange
) -> tuple[dict[str, Any], Edition]:
    """Write the change under the lock and check it; the rules as they were before it, and the edition."""
    exclude_submitters(edition_id)
    edition = locked_edition(edition_id)
    now = timezone.now()
    can_organise(actor, edition).require()
    if not is_amendable(edition, section):
        raise Conflict(_("This part of the rules can no longer be amended in the present phase."))
    require_fresh(edition, revision)
    before = rules_of(edition)
    calendar = {name: getattr(edition, name) for name in EDITION_FIELDS[Section.CALENDAR]}
    write_section(edition, section, change)
    if section is Section.CALENDAR:
        _check_calendar(edition, calendar, now)
    if problems := blocking(problems_of_rules(edition)):
        raise Invalid(" ".join(problem.text for problem in problems))
    if rules_of(edition) == before:
        raise Invalid(_("Nothing was changed, so there is nothing to publish."))
    return before, edition


def _check_calendar(edition: Edition, before: dict[str, Any], now: datetime) -> None:
    """A date may move until it has passed; the deadline for entries only to a later moment."""
    today = timezone.localdate(now)
    for name, old in before.items():
        new = getattr(edition, name)
        if new == old:
            continue
        label = capfirst(field_label(Edition, name))
        passed = not in_time(now, old) if isinstance(old, datetime) else old is not None and old < today
        if passed:
            raise Invalid(_("“%(date)s” has already passed and cannot be moved.") % {"date": label})
        if new is None:
            raise Invalid(_("“%(date)s” was published and cannot be removed, only moved.") % {"date": label})
        if name == "submission_deadline" and not may(edition, Activity.FILE):
            raise Invalid(_("The call is closed, so its deadline cannot be moved."))
        if name == "submission_deadline" and new < old:
            raise Invalid(_("The deadline for entries may only be moved to a later moment."))
        if name == "call_announced_on":
            raise Invalid(_("The call was already announced, so its date cannot be moved."))


def _publish(edition: Edition, actor: User, *, number: int, reason: str) -> RulesVersion:
    text = canonical_json(rules_of(edition))
    version = RulesVersion(
        edition=edition,
        number=number,
        canonical_json=text,
        sha256=sha256_of(rules_of(edition)),
        reason=reason,
        published_at=timezone.now(),
        published_by=actor,
    )
    version.full_clean(exclude=["edition", "published_by"])
    version.save(force_insert=True)
    edition.locked_sha256 = version.sha256
    edition.save()
    return version


def _tell_of_amendment(edition: Edition, version: RulesVersion) -> None:
    """The jury, and everybody who acts for a unit with an entry, a draft included: the rules bind them all."""
    key = f"rules:{edition.pk}:{version.number}"
    url = settings.SITE_URL + reverse("contest:edition_detail", args=[edition.slug]) + "#regulamin"
    told = {"rules_amended": jury_addresses(edition), "rules_amended_applicant": applicant_addresses(edition)}
    for kind, addresses in told.items():
        messages = []
        for email, language in addresses:
            with override(language):
                title = str(edition)
            context = {"edition": title, "reason": version.reason, "url": url}
            messages.append(Message(key, Recipient(email, language), context))
        enqueue_bulk(kind=kind, messages=messages, edition_id=edition.pk)
