"""Reading the outbox: the organiser's page, readiness, and whether anything waits too long."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.canonical import sha256_of
from common.kernel.seals import Difference, Kind, differences_of_each
from common.persons import REMOVED_DOMAIN
from common.web.shown import Fact, irreversible
from notifications.kinds import is_secret
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Rendered
from notifications.rendering import render_mail

LOST = (OutboxStatus.DEAD, OutboxStatus.BOUNCED)  # they wait for a person's decision
UNSENT = [status for status in OutboxStatus if status != OutboxStatus.SENT]


def messages(
    *, status: str = "", kind: str = "", edition_id: int | None = None, recipient: str = ""
) -> QuerySet[OutboxMessage]:
    """Newest first, without their texts; an empty filter does not narrow."""
    rows = OutboxMessage.objects.defer("text", "html", "context")
    if status:
        rows = rows.filter(status=status)
    if kind:
        rows = rows.filter(kind=kind)
    if edition_id is not None:
        rows = rows.filter(edition_id=edition_id)
    if recipient:
        rows = rows.filter(recipient__icontains=recipient.strip())
    return rows


def sent_since(kind: str, recipient: str, span: timedelta) -> int:
    """How many messages of this kind were written to this address within `span`, whatever became of them."""
    rows = OutboxMessage.objects.filter(kind=kind, recipient=recipient.strip().lower())
    return rows.filter(created_at__gt=timezone.now() - span).count()


def preview(message: OutboxMessage) -> tuple[Rendered | None, str]:
    """The mail as its reader sees it; one that waits for the worker is rendered for the eye only.

    A lost one that differs from what was sealed is rendered anew: so it would be sent again.

    When its template cannot be rendered: None and why. A mail whose link acts for its recipient is
    shown to nobody else, or an organiser could set an administrator's password.
    """
    if is_secret(message.kind):
        return None, ""
    if message.rendered and not altered(message):
        return Rendered(subject=message.subject, text=message.text, html=message.html), ""
    try:
        return render_mail(kind=message.kind, language=message.language, context=message.context), ""
    except Exception as error:  # whatever a template may raise is what the organiser wants to read
        return None, repr(error)


def altered(message: OutboxMessage) -> Difference | None:
    """How a lost message differs from what was sealed of it."""
    found = differences_of_each([message]) if message.status in LOST else []
    return next((one for one in found if one.kind in (Kind.CHANGED, Kind.EXTRA)), None)


@irreversible("notifications.take_altered")
def taking_altered(message: OutboxMessage, _person: object) -> Iterator[Fact]:
    """What an organiser answers for who sends it though it differs from what was sealed."""
    mail, _problem = preview(message)
    yield Fact("recipient", _("Recipient"), message.recipient)
    yield Fact("language", _("Language"), message.language)
    yield Fact("subject", _("Subject"), mail.subject if mail else "")
    yield Fact("text", _("Text"), mail.text if mail else "")
    yield Fact("html", "HTML", sha256_of(mail.html) if mail else "")


def counts_by_status() -> dict[str, int]:
    """How many messages are in each status, zero included."""
    counted = OutboxMessage.objects.order_by().values_list("status").annotate(Count("pk"))
    return dict.fromkeys(OutboxStatus.values, 0) | dict(counted)


def counts_of_given_up() -> dict[OutboxStatus, int]:
    """Mail that waits for a person's decision: how many in each status in which there is any."""
    rows = OutboxMessage.objects.filter(status__in=LOST).order_by()
    rows = rows.exclude(recipient__endswith=f"@{REMOVED_DOMAIN}")
    return {OutboxStatus(status): count for status, count in rows.values_list("status").annotate(Count("pk"))}


def kinds_in_use() -> list[str]:
    return list(OutboxMessage.objects.order_by("kind").values_list("kind", flat=True).distinct())


def overdue_by(now: datetime) -> timedelta:
    """How long the oldest unsent mail has been due; zero when nothing is late."""
    waiting = Q(status=OutboxStatus.PENDING, due_at__lte=now) | Q(status=OutboxStatus.SENDING, lease_until__lte=now)
    oldest = OutboxMessage.objects.filter(waiting).aggregate(oldest=Min("due_at"))["oldest"]
    return now - oldest if oldest else timedelta()


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox stands: `due` are late already, `waiting` counts them and those of a later attempt."""

    waiting: int
    sending: int
    due: int
    due_since: datetime | None
    dead: int
    bounced: int


def outbox_state(now: datetime) -> OutboxState:
    """One statement over what was not sent, however much was."""
    pending, sending = Q(status=OutboxStatus.PENDING), Q(status=OutboxStatus.SENDING)
    late = pending & Q(due_at__lte=now) | sending & Q(lease_until__lte=now)
    unsent = OutboxMessage.objects.filter(status__in=UNSENT).exclude(recipient__endswith=f"@{REMOVED_DOMAIN}")
    facts = unsent.aggregate(
        waiting=Count("pk", filter=pending),
        sending=Count("pk", filter=sending),
        due=Count("pk", filter=late),
        due_since=Min("due_at", filter=late),
        dead=Count("pk", filter=Q(status=OutboxStatus.DEAD)),
        bounced=Count("pk", filter=Q(status=OutboxStatus.BOUNCED)),
    )
    return OutboxState(**facts)
