"""What an applicant may read, and the door that every reader of entries goes through."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import MembershipStatus, User
from applications.models import Application, ApplicationVersion
from applications.permissions import reads_all_entries
from common.todo import Todo


def own_applications(user: User) -> QuerySet[Application]:
    """Entries of the units this person acts for."""
    if not user.is_active:
        return Application.objects.none()
    return Application.objects.filter(unit__in=_own_units(user))


def visible_to(user: User) -> QuerySet[Application]:
    """A member's own entries; for officers and auditors also every entry that was submitted, never a draft.

    Jurors see nothing here: their door is their assignment.
    """
    if user.is_active and reads_all_entries(user):
        return Application.objects.filter(Q(unit__in=_own_units(user)) | Q(submitted_at__isnull=False))
    return own_applications(user)


def _own_units(user: User) -> Any:
    return user.memberships.filter(status=MembershipStatus.ACTIVE).values("unit")


def submitted_version(application: Application) -> ApplicationVersion | None:
    """The newest snapshot: what officers review and jurors score."""
    return ApplicationVersion.objects.filter(application=application).order_by("-number").first()


def applicant_todos_for(user: User) -> list[Todo]:
    return []
