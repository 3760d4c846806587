"""Certificates as rows: issued, corrected, revoked, tried again. Files are made in building.py."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import ApplicationVersion
from awards.facts import CORRECTABLE, SERIES, capitalised, confirmation_facts, new_code, polish_date, roman
from awards.models import Award, Certificate, CertificateKind, CertificateStatus
from awards.permissions import can_manage_certificates
from awards.queries import shown as pages
from awards.queries.certificates import current_confirmation, in_force, versions_without_confirmation
from awards.services.numbering import take_numbers
from common import journal
from common.background import wake_after_commit
from common.errors import Conflict, Invalid
from common.locking import lock_row
from contest.models import Edition
from contest.services import locked_edition

BUILD = "awards.tasks.build_certificates"


def issue_diplomas(*, edition: Edition, awards: Sequence[Award]) -> list[Certificate]:
    """One pending diploma for each award, in a number of statements that does not grow with them.

    Called in the transaction of the announcement; `announced_at` of the edition is already set.
    """
    now = timezone.now()
    numbers = take_numbers(edition, [SERIES[award.kind] for award in awards])
    certificates = []
    for award, number in zip(awards, numbers, strict=True):
        code = new_code()
        certificates.append(
            Certificate(
                kind=CertificateKind.DIPLOMA,
                award=award,
                edition=edition,
                number=number,
                code=code,
                facts=_diploma_facts(edition, award) | {"number": number, "code": code},
                due_at=now,
            )
        )
    Certificate.objects.bulk_create(certificates)
    if certificates:
        wake_after_commit(BUILD)
    return certificates


@transaction.atomic
def ensure_confirmation(*, version: ApplicationVersion) -> Certificate:
    """The confirmation of a submitted version: the one there is, or a new pending one."""
    version = lock_row(ApplicationVersion.objects.select_related("application__edition"), pk=version.pk)
    if existing := current_confirmation(version):
        return existing
    application = version.application
    edition = application.edition
    (number,) = take_numbers(edition, [SERIES[CertificateKind.CONFIRMATION]])
    code = new_code()
    facts = confirmation_facts(
        content=version.content,
        edition={"title": edition.title, "is_demo": edition.is_demo},
        application_number=application.number or "",
        version=version.number,
        submitted_at=timezone.localtime(version.submitted_at).isoformat(),
        content_sha256=version.sha256,
        unit_name=application.unit.official_name,
    )
    certificate = Certificate.objects.create(
        kind=CertificateKind.CONFIRMATION,
        version=version,
        edition=edition,
        number=number,
        code=code,
        facts=facts | {"number": number, "code": code},
        due_at=timezone.now(),
    )
    journal.record(
        actor=None,
        action="certificate.issue",
        target=certificate,
        edition_id=edition.pk,
        facts=[certificate],
        version=version.pk,
    )
    wake_after_commit(BUILD)
    return certificate


def confirm_submissions(*, limit: int = 200) -> int:
    """Make the confirmations that submitted versions still lack; how many. Safe to run twice at once."""
    versions = versions_without_confirmation(limit)
    for version in versions:
        ensure_confirmation(version=version)
    return len(versions)


@transaction.atomic
def replace_certificate(
    *, actor: User, certificate_id: int, corrections: dict[str, str], reason: str, shown: str | None = None
) -> Certificate:
    """Correct a diploma: a new one with a new number and code; the old one says it was replaced.

    The award itself is history and is not touched.
    """
    old = _current(actor, certificate_id)
    if old.kind != CertificateKind.DIPLOMA or old.award is None:
        raise Conflict(_("A confirmation says what was submitted, so there is nothing to correct in it."))
    changed = {name: corrections[name].strip() for name in CORRECTABLE if name in corrections}
    changed = {name: value for name, value in changed.items() if value != old.facts.get(name, "")}
    if not changed:
        raise Invalid(_("Nothing differs from the present diploma, so there is nothing to correct."))
    if not reason.strip():
        raise Invalid(_("Give the reason of the correction."))
    pages.replacing.require(shown, old, actor)
    now = timezone.now()
    (number,) = take_numbers(old.edition, [SERIES[old.award.kind]])
    code = new_code()
    old.replaced_at = now
    old.replaced_reason = reason.strip()
    old.save(update_fields=["replaced_at", "replaced_reason"])
    new = Certificate.objects.create(
        kind=old.kind,
        award=old.award,
        edition=old.edition,
        number=number,
        code=code,
        facts=old.facts | changed | {"number": number, "code": code},
        due_at=now,
    )
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    journal.record(
        actor=actor,
        action="certificate.replace",
        target=old,
        edition_id=old.edition_id,
        facts=[old],
        new_certificate=new.pk,
        changed=sorted(changed),
    )
    journal.record(actor=actor, action="certificate.issue", target=new, edition_id=new.edition_id, facts=[new])
    wake_after_commit(BUILD)
    return new


@transaction.atomic
def revoke_certificate(*, actor: User, certificate_id: int, reason: str, shown: str | None = None) -> Certificate:
    """Declare a certificate void; its page says so, with the reason, for ever."""
    certificate = _current(actor, certificate_id)
    if not reason.strip():
        raise Invalid(_("Give the reason: it is shown on the public page of the certificate."))
    pages.revoking.require(shown, certificate, actor)
    certificate.revoked_at = timezone.now()
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["revoked_at", "revoked_reason"])
    journal.record(
        actor=actor,
        action="certificate.revoke",
        target=certificate,
        edition_id=certificate.edition_id,
        facts=[certificate],
    )
    return certificate


@transaction.atomic
def retry_failed(*, actor: User, edition_id: int) -> int:
    """Give the failed ones of an edition five new tries; how many."""
    edition = locked_edition(edition_id)
    can_manage_certificates(actor, edition).require()
    failed = in_force().filter(edition=edition, status=CertificateStatus.FAILED)
    count = failed.update(status=CertificateStatus.PENDING, attempts=0, due_at=timezone.now(), last_error="")
    if count:
        journal.record(
            actor=actor, action="certificate.retry", target=edition, edition_id=edition.pk, certificates=count
        )
        wake_after_commit(BUILD)
    return count


def _current(actor: User, certificate_id: int) -> Certificate:
    """The certificate, locked, if this officer may change it and it is still in force.

    The edition first, as everywhere: `retry_failed` holds it while it waits for certificates.
    """
    edition_id = Certificate.objects.values_list("edition_id", flat=True).get(pk=certificate_id)
    locked_edition(edition_id)
    certificate = lock_row(Certificate.objects.select_related("edition", "award"), pk=certificate_id)
    can_manage_certificates(actor, certificate.edition).require()
    if certificate.replaced_at or certificate.revoked_at:
        raise Conflict(_("This certificate was already replaced or revoked. Refresh the page to see its state."))
    return certificate


def _diploma_facts(edition: Edition, award: Award) -> dict[str, Any]:
    announced = timezone.localdate(edition.announced_at) if edition.announced_at else None
    return {
        "edition_title": edition.title,
        "edition_slug": edition.slug,
        "theme": edition.theme,
        "year": edition.year,
        "is_example": edition.is_demo,
        "award": str(award.kind),
        "unit_name": capitalised(award.unit_name),
        "title": award.title,
        "domain": award.domain.name if award.domain else "",
        "group": award.group.name if award.group else "",
        "place_roman": roman(award.place),
        "ex_aequo": award.ex_aequo,
        "special_title": award.special_title,
        "dated": polish_date(announced) if announced else "",
    }
