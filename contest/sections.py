"""Sections of the set-up as a task list: what is done, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contest.readiness import Problem
from contest.rules import Section

TITLES = {
    Section.DATA: gettext_lazy("Theme and description"),
    Section.CALENDAR: gettext_lazy("Calendar"),
    Section.DOMAINS: gettext_lazy("Domains"),
    Section.GROUPS: gettext_lazy("Comparison groups"),
    Section.CRITERIA: gettext_lazy("Criteria and scoring"),
    Section.REQUIREMENTS: gettext_lazy("Requirements and attachments"),
    Section.JURY: gettext_lazy("Jury"),
}


@dataclass(frozen=True, slots=True)
class SectionStatus:
    """A line of the task list. `state` feeds the coloured tag, `label` says it in words."""

    section: Section
    title: str
    state: str
    label: str
    problems: tuple[Problem, ...]


def section_title(section: Section) -> str:
    return str(TITLES[section])


def section_list(problems: Iterable[Problem], *, locked: bool) -> list[SectionStatus]:
    by_section: dict[Section, list[Problem]] = {section: [] for section in Section}
    for problem in problems:
        by_section[problem.section].append(problem)
    return [_status(section, tuple(found), locked) for section, found in by_section.items()]


def _status(section: Section, problems: tuple[Problem, ...], locked: bool) -> SectionStatus:
    if any(problem.blocks for problem in problems):
        state, label = "TODO", _("to complete")
    elif problems:
        state, label = "OPEN", _("may stay as it is")
    elif locked and section is not Section.JURY:
        state, label = "LOCKED", _("locked")
    else:
        state, label = "DONE", _("done")
    return SectionStatus(section, section_title(section), state, label, problems)
