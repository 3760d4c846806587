"""Which of the chosen entries can be accepted together, and why the others cannot."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from applications.models import Application, ApplicationVersion
from applications.permissions_review import TIED
from applications.queries.listing import CRITERIA_COUNT, finding_counts
from applications.workflow import State
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Candidate:
    pk: int
    number: str
    title: str
    unit_id: int
    unit_name: str
    version_number: int
    reason: str = ""  # why it is left out


@dataclass(frozen=True, slots=True)
class Candidates:
    ready: list[Candidate] = field(default_factory=list)
    left_out: list[Candidate] = field(default_factory=list)


def judge(user: User, entries: QuerySet[Application]) -> Candidates:
    """Two statements for any number of entries; `entries` may be locked by the caller."""
    newest = ApplicationVersion.objects.filter(application=OuterRef("pk")).order_by("-number")
    rows = list(
        entries.annotate(
            version_id=Subquery(newest.values("pk")[:1]),
            version_number=Subquery(newest.values("number")[:1]),
            is_own=Exists(Membership.objects.filter(unit=OuterRef("unit"), user=user, status__in=TIED)),
        )
        .order_by("number", "pk")
        .values(
            "pk",
            "number",
            "title",
            "state",
            "unit_id",
            "unit__name",
            "unit__kind",
            "version_id",
            "version_number",
            "is_own",
        )
    )
    findings = finding_counts(row["version_id"] for row in rows)
    candidates = Candidates()
    for row in rows:
        reason = _obstacle(row["state"], *findings.get(row["version_id"], (0, 0)), is_own=row["is_own"])
        candidate = Candidate(
            pk=row["pk"],
            number=row["number"] or "",
            title=row["title"],
            unit_id=row["unit_id"],
            unit_name=Unit(name=row["unit__name"], kind=row["unit__kind"]).official_name,
            version_number=row["version_number"] or 0,
            reason=reason,
        )
        (candidates.left_out if reason else candidates.ready).append(candidate)
    return candidates


def _obstacle(state: str, checked: int, met: int, *, is_own: bool) -> str:
    """Why an entry in this state, with these findings, cannot be accepted; empty when it can."""
    if state != State.SUBMITTED:
        return _("Its state does not allow it: %(state)s.") % {"state": State(state).label}
    if is_own:
        return _("You belong to the unit that filed this entry, so another organiser has to review it.")
    if checked < CRITERIA_COUNT:
        return _("The checklist is not complete: %(checked)s of %(all)s.") % {
            "checked": checked,
            "all": CRITERIA_COUNT,
        }
    if met < checked:
        return _("A formal criterion is not met.")
    return ""
