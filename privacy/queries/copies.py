"""The rows of which one person's copy of their own data is made. The caller is that person."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.models import Membership, User
from applications.models import Application, ApplicationVersion, Attachment
from common.models import JournalEntry
from contest.models import JuryMember
from jury.models import Assignment
from notifications.models import OutboxMessage


def addresses(user: User) -> QuerySet[EmailAddress]:
    return EmailAddress.objects.filter(user=user).order_by("pk")


def second_factors(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user).order_by("pk")


def memberships(user: User) -> QuerySet[Membership]:
    return user.memberships.select_related("unit").order_by("pk")


def entries(user: User) -> QuerySet[Application]:
    """Entries the person began or sent, whether or not they still act for the unit."""
    sent = ApplicationVersion.objects.filter(submitted_by=user).values("application")
    rows = Application.objects.filter(created_by=user) | Application.objects.filter(pk__in=sent)
    return rows.select_related("edition", "unit").prefetch_related("versions").order_by("pk")


def uploaded_files(user: User) -> QuerySet[Attachment]:
    return Attachment.objects.filter(uploaded_by=user).order_by("pk")


def seats(user: User) -> QuerySet[JuryMember]:
    return user.jury_memberships.select_related("edition", "employer", "residence").order_by("pk")


def assignments(seat: JuryMember) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(juror=seat).select_related("application", "declaration", "sheet")
    return rows.prefetch_related("sheet__scores__criterion").order_by("pk")


def mail(addresses: list[str]) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(recipient__in=addresses).order_by("pk")


def acts(user: User) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(actor_id=user.pk).order_by("pk")
