"""What the pages of an edition's irreversible acts and of the jury's edit form show; read under the lock (ADR 72)."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from common.web.shown import Fact, edited, irreversible
from contest.models import Edition, JuryMember, JuryRole
from contest.workflow import Phase


def _phase(edition: Edition) -> Iterator[Fact]:
    yield Fact("title", _("Edition"), edition.title)
    yield Fact("phase", _("Phase of the edition"), str(edition.phase), str(Phase(edition.phase).label))


@irreversible("contest.archive")
def archiving(edition: Edition, person: User) -> Iterator[Fact]:
    yield from _phase(edition)


@irreversible("contest.close_call")
def closing_call(edition: Edition, person: User) -> Iterator[Fact]:
    """The deadline may have been moved by an amendment since the page was opened."""
    yield from _phase(edition)
    deadline = edition.submission_deadline
    words = date_format(localtime(deadline), "DATETIME_FORMAT") if deadline else ""
    yield Fact("deadline", _("Deadline for entries"), deadline, words)


def _member(member: JuryMember) -> Iterator[Fact]:
    yield Fact("role", _("Role"), str(member.role), str(JuryRole(member.role).label))
    yield Fact("employer", _("Employer"), member.employer_id, str(member.employer or ""))
    yield Fact("residence", _("Residence"), member.residence_id, str(member.residence or ""))
    active = _("yes") if member.is_active else _("no")
    yield Fact("is_active", _("Takes part in the work of the jury"), member.is_active, active)


@edited("contest.jury_member")
def jury_member(member: JuryMember, person: User) -> Iterator[Fact]:
    yield from _member(member)


@irreversible("contest.remove_jury_member")
def removing_jury_member(member: JuryMember, person: User) -> Iterator[Fact]:
    yield from _member(member)
