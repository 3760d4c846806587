"""What only the announcement's page reads: it may look at awards, certificates and mail; the public pages may not."""

from dataclasses import dataclass

from django.db.models import Count

from awards.models import Announcement, CertificateStatus
from awards.queries.certificates import in_force
from contest.models import Edition
from notifications.models import OutboxMessage, OutboxStatus
from practices.models import Practice

MAIL_OF_ANNOUNCEMENT = "announced_"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the outside effects of an announcement are."""

    mail_total: int
    mail_sent: int
    mail_failed: int
    certificates_total: int
    certificates_ready: int
    certificates_failed: int
    practices: int

    @property
    def done(self) -> bool:
        return (
            self.mail_sent + self.mail_failed == self.mail_total
            and self.certificates_ready + self.certificates_failed == self.certificates_total
        )


def announcement_of(edition: Edition) -> Announcement | None:
    return Announcement.objects.filter(edition=edition).first()


def progress_of(edition: Edition) -> Progress:
    """Three queries, whatever the size of the edition."""
    mail = dict(
        OutboxMessage.objects.filter(edition_id=edition.pk, kind__startswith=MAIL_OF_ANNOUNCEMENT)
        .order_by()
        .values_list("status")
        .annotate(Count("id"))
    )
    certificates = dict(
        in_force().filter(edition=edition, award__isnull=False).values_list("status").annotate(Count("id"))
    )
    return Progress(
        mail_total=sum(mail.values()),
        mail_sent=mail.get(OutboxStatus.SENT, 0),
        mail_failed=mail.get(OutboxStatus.BOUNCED, 0) + mail.get(OutboxStatus.DEAD, 0),
        certificates_total=sum(certificates.values()),
        certificates_ready=certificates.get(CertificateStatus.READY, 0),
        certificates_failed=certificates.get(CertificateStatus.FAILED, 0),
        practices=Practice.objects.filter(award__edition=edition).count(),
    )
