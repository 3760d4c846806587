"""Every read of editions. `visible_to` is the only door; what it hides is a 404."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from contest.models import Edition, JuryMember, JuryRole
from contest.permissions import sees_preparation
from contest.workflow import Phase

NOT_PUBLIC = (Phase.PREPARATION,)


def visible_to(user: User | AnonymousUser) -> QuerySet[Edition]:
    """Organisers see every edition, other people those whose call was published."""
    return Edition.objects.all() if sees_preparation(user) else public_editions()


def public_editions() -> QuerySet[Edition]:
    """Newest first; nothing in preparation."""
    return Edition.objects.exclude(phase__in=NOT_PUBLIC)


def current_edition() -> Edition | None:
    """The newest edition whose call was published and which is not archived: the one to talk about."""
    running = public_editions().filter(is_historical=False).exclude(phase=Phase.ARCHIVED)
    return running.order_by("-year", "-id").first()


def by_slug(user: User | AnonymousUser, slug: str) -> Edition:
    """The edition at this address if this person may know of it, else 404."""
    return get_object_or_404(visible_to(user), slug=slug)


def jury_seats(user: User, *, chair_only: bool = False) -> QuerySet[JuryMember]:
    """The juries this person sits on now."""
    seats = JuryMember.objects.filter(user=user, is_active=True)
    return seats.filter(role=JuryRole.CHAIR) if chair_only else seats


def calls_past_deadline(now: datetime) -> list[int]:
    """Editions whose call is still open although its deadline has passed."""
    due = Edition.objects.filter(phase=Phase.CALL, submission_deadline__lt=now)
    return list(due.order_by("pk").values_list("pk", flat=True))
