"""Reading certificates: one's own documents, the organiser's list, the public check."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from accounts.models import MembershipStatus, User
from applications.models import Application, ApplicationVersion
from awards.facts import normal_code
from awards.models import Certificate, CertificateKind, CertificateStatus
from contest.models import Edition


@dataclass(frozen=True, slots=True)
class Verification:
    """What the public page says of a code: valid, replaced, revoked; no such code is a None."""

    certificate: Certificate
    state: str
    replacement: Certificate | None


@dataclass(frozen=True, slots=True)
class QueueState:
    """Documents in force whose files are still to be built; `due_since` is when the oldest could have been."""

    waiting: int
    building: int
    failed: int
    due_since: datetime | None


def visible_to(user: User) -> QuerySet[Certificate]:
    """The documents of one's units; officers, auditors and administrators see all."""
    rows = Certificate.objects.select_related("edition", "award__unit", "version__application__unit")
    if not user.is_active:
        return rows.none()
    if user.roles:
        return rows
    units = user.memberships.filter(status=MembershipStatus.ACTIVE).values("unit")
    return rows.filter(Q(award__unit__in=units) | Q(version__application__unit__in=units))


def of_edition(edition: Edition) -> QuerySet[Certificate]:
    """Diplomas of an edition in the order of their numbers, replaced ones after those in force."""
    return (
        Certificate.objects.filter(edition=edition, kind=CertificateKind.DIPLOMA)
        .select_related("award", "replaced_by", "edition")
        .order_by(F("replaced_at").asc(nulls_first=True), "number")
    )


def in_force() -> QuerySet[Certificate]:
    """Neither replaced nor revoked: the others are history, and nobody builds their files any more."""
    return Certificate.objects.filter(replaced_at__isnull=True, revoked_at__isnull=True)


def counts_of(edition: Edition) -> dict[str, int]:
    """How many diplomas in force are in each status."""
    diplomas = in_force().filter(edition=edition, kind=CertificateKind.DIPLOMA)
    rows = diplomas.values("status").annotate(total=Count("pk"))
    found = {row["status"]: row["total"] for row in rows}
    return {status: found.get(status, 0) for status in CertificateStatus.values}


def ready_files(edition: Edition) -> QuerySet[Certificate]:
    """Diplomas in force whose files are ready, for the ZIP."""
    return of_edition(edition).filter(pk__in=in_force(), status=CertificateStatus.READY)


def verify(typed: str) -> Verification | None:
    """What a code proves. A certificate that is still being built is already true."""
    code = normal_code(typed)
    certificate = (
        Certificate.objects.select_related("edition", "replaced_by", "award").filter(code=code).first()
        if code
        else None
    )
    if certificate is None:
        return None
    if certificate.revoked_at:
        state = "revoked"
    elif certificate.replaced_at:
        state = "replaced"
    else:
        state = "valid"
    return Verification(certificate, state, certificate.replaced_by)


def current_confirmation(version: ApplicationVersion) -> Certificate | None:
    return Certificate.objects.filter(version=version, replaced_at__isnull=True).first()


def confirmation_of(application: Application) -> tuple[ApplicationVersion, Certificate | None] | None:
    """The newest submitted version of this entry and its confirmation, if there is one."""
    version = (
        application.versions.select_related("application__edition", "application__unit").order_by("-number").first()
    )
    return (version, current_confirmation(version)) if version else None


def diploma_of(user: User, application: Application) -> Certificate | None:
    """The diploma in force of this entry, ready or not, where its reader may have it."""
    rows = visible_to(user).filter(kind=CertificateKind.DIPLOMA, award__application=application)
    return rows.filter(pk__in=in_force().values("pk")).first()


def versions_without_confirmation(limit: int) -> list[ApplicationVersion]:
    """Submitted versions whose confirmation nobody made yet, the oldest first."""
    made = Certificate.objects.filter(version=OuterRef("pk"))
    return list(
        ApplicationVersion.objects.filter(~Exists(made)).select_related("application__edition").order_by("pk")[:limit]
    )


def failed_by_edition() -> list[tuple[Edition, int]]:
    """Editions with certificates in force that could not be built, and how many."""
    failed = Q(certificates__in=in_force().filter(status=CertificateStatus.FAILED))
    editions = Edition.objects.annotate(failed=Count("certificates", filter=failed)).filter(failed__gt=0)
    return [(edition, edition.failed) for edition in editions.order_by("pk")]


def queue_state(now: datetime) -> QueueState:
    """One statement over what is not built yet, however much is."""
    pending, building = Q(status=CertificateStatus.PENDING), Q(status=CertificateStatus.BUILDING)
    late = pending & Q(due_at__lte=now) | building & Q(lease_until__lte=now)
    unbuilt = [status for status in CertificateStatus if status != CertificateStatus.READY]
    rows = in_force().filter(status__in=unbuilt)
    facts = rows.aggregate(
        waiting=Count("pk", filter=pending),
        building=Count("pk", filter=building),
        failed=Count("pk", filter=Q(status=CertificateStatus.FAILED)),
        due_since=Min("due_at", filter=late),
    )
    return QueueState(**facts)


def by_digest(sha256: str) -> Certificate | None:
    """The certificate whose file has this digest: proof that a file is exactly the one that was issued."""
    return Certificate.objects.filter(sha256=sha256, status=CertificateStatus.READY).first()


def by_code(user: User, code: str) -> Certificate | None:
    return visible_to(user).filter(code=normal_code(code)).first()
