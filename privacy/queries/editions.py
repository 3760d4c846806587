"""The rows of an edition that hold data of people; its preview counts them, its removal empties them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import MembershipStatus, User
from applications.models import (
    Appeal,
    Application,
    ApplicationVersion,
    Attachment,
    CompletionRequest,
    EligibilityCheck,
)
from awards.models import Certificate, CertificateKind, CertificateStatus
from awards.queries.certificates import in_force
from common.persons import REMOVED_DOMAIN, REMOVED_TEXT
from contest.models import Edition, JuryMember
from jury.models import Assignment, ImpartialityDeclaration, SiteVisit
from notifications.models import OutboxMessage, OutboxStatus
from practices.models import PracticeAttachment

CONTACT_FIELDS = ("contact_name", "contact_position", "contact_phone", "contact_email")
IDLE = timedelta(days=365)  # an account used later than this stays: its owner may still need it
WAITING = (OutboxStatus.PENDING, OutboxStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Preview:
    """How much would be removed. `waiting` is what must be finished first: mails to send, documents to build."""

    contacts: int
    versions: int
    files: int
    letters: int
    jurors: int
    mails: int
    accounts: int
    accounts_staying: int
    waiting: int

    @property
    def anything(self) -> bool:
        """Is there something to remove? Versions are counted whole, emptied ones too."""
        return any((self.contacts, self.files, self.letters, self.jurors, self.mails, self.accounts))


def preview_of(edition: Edition, now: datetime | None = None) -> Preview:
    """The same number of queries whatever the size of the edition."""
    moment = now or timezone.now()
    letters = (notes(edition), requests(edition), appeals(edition))
    affected = people_of(edition).count()
    leaving = leaving_accounts(edition, moment).count()
    return Preview(
        contacts=entries_with_contact(edition).count(),
        versions=ApplicationVersion.objects.filter(application__edition=edition).count(),
        files=files(edition).count() + confirmations(edition).count(),
        letters=sum(rows.count() for rows in letters),
        jurors=affiliations(edition).count() + grounds(edition).count() + findings(edition).count(),
        mails=mails(edition).count(),
        accounts=leaving,
        accounts_staying=affected - leaving,
        waiting=waiting(edition),
    )


def waiting(edition: Edition) -> int:
    """Mails and documents on their way: emptied now, they would go out empty."""
    building = (CertificateStatus.PENDING, CertificateStatus.BUILDING)
    return (
        OutboxMessage.objects.filter(edition_id=edition.pk, status__in=WAITING).count()
        + in_force().filter(edition=edition, status__in=building).count()
    )


def entries_with_contact(edition: Edition) -> QuerySet[Application]:
    return Application.objects.filter(edition=edition).exclude(**dict.fromkeys(CONTACT_FIELDS, ""))


def files(edition: Edition) -> QuerySet[Attachment]:
    """Every file of the entries but those published with a practice, which are public."""
    published = PracticeAttachment.objects.filter(practice__award__edition=edition).values("file")
    return Attachment.objects.filter(application__edition=edition).exclude(file="").exclude(file__in=published)


def confirmations(edition: Edition) -> QuerySet[Certificate]:
    """They list the names of the entry's files. Diplomas name units only and stay."""
    rows = Certificate.objects.filter(edition=edition, kind=CertificateKind.CONFIRMATION)
    return rows.exclude(file="", facts__attachments=[])


def notes(edition: Edition) -> QuerySet[EligibilityCheck]:
    return EligibilityCheck.objects.filter(version__application__edition=edition).exclude(note="")


def requests(edition: Edition) -> QuerySet[CompletionRequest]:
    return CompletionRequest.objects.filter(application__edition=edition).exclude(message="", points=[])


def appeals(edition: Edition) -> QuerySet[Appeal]:
    rows = Appeal.objects.filter(application__edition=edition)
    return rows.exclude(text=REMOVED_TEXT, reason__in=["", REMOVED_TEXT])


def affiliations(edition: Edition) -> QuerySet[JuryMember]:
    return JuryMember.objects.filter(Q(employer__isnull=False) | Q(residence__isnull=False), edition=edition)


def assignments(edition: Edition) -> QuerySet[Assignment]:
    known = Q(juror_employer__isnull=False) | Q(juror_residence__isnull=False)
    return Assignment.objects.filter(known, application__edition=edition)


def grounds(edition: Edition) -> QuerySet[ImpartialityDeclaration]:
    rows = ImpartialityDeclaration.objects.filter(assignment__application__edition=edition)
    return rows.exclude(ground__in=["", REMOVED_TEXT])


def findings(edition: Edition) -> QuerySet[SiteVisit]:
    return SiteVisit.objects.filter(application__edition=edition).exclude(findings="")


def mails(edition: Edition) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(edition_id=edition.pk).exclude(recipient__endswith=f"@{REMOVED_DOMAIN}")


def people_of(edition: Edition) -> QuerySet[User]:
    """Who wrote an entry of the edition, acts for a unit that has one, or sat on the jury; no organisers."""
    entries = Application.objects.filter(edition=edition)
    members = Q(memberships__unit__in=entries.values("unit"), memberships__status=MembershipStatus.ACTIVE)
    wrote = Q(pk__in=entries.values("created_by")) | Q(
        pk__in=ApplicationVersion.objects.filter(application__edition=edition).values("submitted_by")
    )
    judged = Q(pk__in=JuryMember.objects.filter(edition=edition).values("user"))
    involved = User.objects.filter(Q(pk__in=User.objects.filter(members).values("pk")) | wrote | judged)
    return involved.filter(staff_roles__isnull=True, is_staff=False).exclude(email__endswith=f"@{REMOVED_DOMAIN}")


def leaving_accounts(edition: Edition, now: datetime) -> QuerySet[User]:
    """Those of `people_of` that nothing else holds: no other edition with its data still kept, unused for a year."""
    others = Application.objects.exclude(edition=edition).filter(edition__persons_removed_at__isnull=True)
    elsewhere = (
        Q(pk__in=others.exclude(created_by=None).values("created_by"))
        | Q(
            pk__in=ApplicationVersion.objects.filter(application__in=others)
            .exclude(submitted_by=None)
            .values("submitted_by")
        )
        | Q(
            pk__in=JuryMember.objects.exclude(edition=edition)
            .filter(edition__persons_removed_at__isnull=True)
            .values("user")
        )
        | Q(
            pk__in=User.objects.filter(
                memberships__unit__in=others.values("unit"), memberships__status=MembershipStatus.ACTIVE
            ).values("pk")
        )
    )
    used = Q(last_login__gte=now - IDLE) | Q(last_login__isnull=True, date_joined__gte=now - IDLE)
    return people_of(edition).exclude(elsewhere).exclude(used)
