"""What stands in the way of publishing a call, in plain sentences that lead to the section to mend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.localized import field_label
from contest.models import ComparisonGroup, Edition, JuryRole
from contest.phases import Activity, may
from contest.rules import EDITION_FIELDS, Section
from units.models import UnitKind

FULL_WEIGHT = 100
KINDS_IN_REGISTER = tuple(kind for kind in UnitKind if kind is not UnitKind.UNION)

# What an amendment of each section is: nothing that decides scores changes once scoring has opened.
AMENDING: dict[Section, Activity] = {
    Section.DATA: Activity.AMEND_TEXTS,
    Section.CALENDAR: Activity.AMEND_TEXTS,
    Section.DOMAINS: Activity.AMEND_RULES,
    Section.GROUPS: Activity.AMEND_RULES,
    Section.CRITERIA: Activity.AMEND_RULES,
    Section.REQUIREMENTS: Activity.AMEND_DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence; `blocks` says whether the call waits for it or may go without."""

    section: Section
    text: str
    blocks: bool = True


def problems_before_call(edition: Edition, now: datetime | None = None) -> list[Problem]:
    """Everything to mend before the call, blocking or not, in the order of the sections."""
    moment = now or timezone.now()
    return [*_timeliness(edition, moment), *problems_of_rules(edition), *_jury(edition)]


def problems_of_rules(edition: Edition) -> list[Problem]:
    """Contradictions within the rules themselves: they hold before the call and for every amendment."""
    return [*_calendar(edition), *_domains(edition), *_groups(edition), *_criteria(edition)]


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.blocks]


def is_amendable(edition: Edition, section: Section) -> bool:
    """Whether this part of published rules may still change, by an amendment."""
    return not edition.is_historical and section in AMENDING and may(edition, AMENDING[section])


def _timeliness(edition: Edition, now: datetime) -> Iterator[Problem]:
    if edition.submission_deadline and edition.submission_deadline <= now:
        yield Problem(Section.CALENDAR, _("The deadline for entries has already passed. Set a later one."))
    if edition.call_announced_on and edition.call_announced_on > timezone.localdate(now):
        yield Problem(
            Section.CALENDAR,
            _("The call is to be announced on a later day. Publish it on that day or set an earlier one."),
        )


def _calendar(edition: Edition) -> Iterator[Problem]:
    days: list[tuple[str, date]] = []
    missing: list[str] = []
    for name in EDITION_FIELDS[Section.CALENDAR]:
        label = capfirst(field_label(Edition, name))
        value = getattr(edition, name)
        if value is not None:
            days.append((label, _day(value)))
        elif name in ("call_announced_on", "submission_deadline"):
            yield Problem(Section.CALENDAR, _("“%(date)s” is not set.") % {"date": label})
        else:
            missing.append(label)
    for (earlier, first), (later, second) in pairwise(days):
        if second < first:
            text = _("“%(later)s” falls before “%(earlier)s”. Check the order of dates.")
            yield Problem(Section.CALENDAR, text % {"later": later, "earlier": earlier})
    if missing:
        text = _("These dates are not set yet: %(dates)s.") % {"dates": ", ".join(missing)}
        yield Problem(Section.CALENDAR, text, blocks=False)


def _day(value: date) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def _domains(edition: Edition) -> Iterator[Problem]:
    if not edition.domains.exists():
        yield Problem(Section.DOMAINS, _("There is no domain. Add at least one."))


def _groups(edition: Edition) -> Iterator[Problem]:
    groups = list(edition.groups.all())
    if not groups:
        yield Problem(Section.GROUPS, _("There is no comparison group. Add at least one."))
        return
    for kind in KINDS_IN_REGISTER:
        admitting = [group for group in groups if group.admits_kind(kind)]
        if not admitting:
            text = _("No comparison group admits this kind of unit: %(kind)s.")
            yield Problem(Section.GROUPS, text % {"kind": kind.label})
        elif len(admitting) > 1 and not _covers_every_population(admitting):
            text = _("Population limits of the groups leave some units of this kind without a group: %(kind)s.")
            yield Problem(Section.GROUPS, text % {"kind": kind.label})
    if not any(group.admits_kind(UnitKind.UNION) for group in groups):
        text = _("No comparison group admits unions of local governments, so unions cannot file entries.")
        yield Problem(Section.GROUPS, text, blocks=False)


def _covers_every_population(groups: list[ComparisonGroup]) -> bool:
    """Whether the intervals (above, up to] leave no gap from zero upwards."""
    reached = 0
    for group in sorted(groups, key=lambda group: group.population_above or 0):
        if (group.population_above or 0) > reached:
            return False
        if group.population_up_to is None:
            return True
        reached = max(reached, group.population_up_to)
    return False


def _criteria(edition: Edition) -> Iterator[Problem]:
    criteria = list(edition.criteria.all())
    if not criteria:
        yield Problem(Section.CRITERIA, _("There is no criterion. Add at least one."))
        return
    total = sum(criterion.weight for criterion in criteria)
    if total != FULL_WEIGHT:
        text = _("Weights of the criteria sum to %(total)s; they have to sum to 100.")
        yield Problem(Section.CRITERIA, text % {"total": total})
    if not any(criterion.tie_break for criterion in criteria):
        text = _("No criterion decides between equal totals: every tie will be ex aequo.")
        yield Problem(Section.CRITERIA, text, blocks=False)


def _jury(edition: Edition) -> Iterator[Problem]:
    roles = [member.role for member in edition.jury.all() if member.is_active]
    if len(roles) < edition.jurors_per_application:
        text = ngettext(
            "The jury has %(count)s active member; each entry needs %(needed)s.",
            "The jury has %(count)s active members; each entry needs %(needed)s.",
            len(roles),
        )
        values = {"count": len(roles), "needed": edition.jurors_per_application}
        yield Problem(Section.JURY, text % values, blocks=False)
    if JuryRole.CHAIR not in roles:
        yield Problem(Section.JURY, _("The jury has no chair yet."), blocks=False)
