"""May this person remove people's data, of an edition or their own?"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, StaffRole, User
from common.verdict import ALLOWED, Verdict, refused
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may


@dataclass(frozen=True, slots=True)
class Tie:
    """What holds a person in a running edition, and the day its calendar plans to announce the results."""

    reason: str
    edition: str
    planned_end: date | None


def can_keep_register(user: User, edition: Edition) -> Verdict:
    """Who organises the edition sets how long its personal data is kept, and removes it."""
    return can_organise(user, edition)


def is_removable(edition: Edition) -> Verdict:
    """Nothing of a running edition: its entries are still to be reviewed, scored or announced."""
    if may(edition, Activity.SHOW_RESULTS):
        return ALLOWED
    return refused(
        gettext_lazy("This edition is still running. Personal data can be removed once its results are announced.")
    )


def can_be_removed(person: User | None, ties: list[Tie]) -> Verdict:
    """A person whose part in a running edition others rely on stays until its results are announced."""
    if ties:
        values = {"reason": ties[0].reason, "edition": ties[0].edition}
        if ties[0].planned_end is None:
            return refused(_("Not yet: %(reason)s in “%(edition)s”, which is still running.") % values)
        values["day"] = date_format(ties[0].planned_end)
        sentence = _("Not yet: %(reason)s in “%(edition)s”, which is still running. Results are planned for %(day)s.")
        return refused(sentence % values)
    if person and _is_last_administrator(person):
        return refused(
            gettext_lazy(
                "The last administrator stays: without one nobody could grant roles any more. "
                "Grant the role to somebody else first."
            )
        )
    return ALLOWED


def _is_last_administrator(person: User) -> bool:
    others = StaffRole.objects.filter(role=Role.ADMIN, user__is_active=True).exclude(user=person)
    return person.staff_roles.filter(role=Role.ADMIN).exists() and not others.exists()
