"""What the data says about each formal criterion, shown beside the officer's own finding. It decides nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applications.models import Application, ApplicationVersion, CompletionRequest, FormalCriterion
from applications.rules import months_before
from applications.sections import REQUIRED_FIELDS, REQUIRED_STATEMENTS
from common import localized
from common.deadlines import in_time
from contest.models import AttachmentRequirement, ComparisonGroup
from contest.queries import Fit, fit_of, limits_in_words
from contest.queries.groups import number
from units.models import UnitKind

OK, DOUBT, LOOK = "ok", "doubt", "look"


@dataclass(frozen=True, slots=True)
class Hint:
    """`level`: ok (the data agrees), doubt (it does not), look (only a person can tell)."""

    level: str
    text: str


def hints_for(
    *,
    application: Application,
    version: ApplicationVersion,
    first_submitted_at: datetime,
    group: ComparisonGroup | None,
    requirements: list[AttachmentRequirement],
    answered: CompletionRequest | None,
) -> dict[str, Hint]:
    """One hint a criterion, from the submitted version alone. `answered`: the call it answered, if it did."""
    content = version.content
    return {
        FormalCriterion.IN_TIME: _in_time(application, version, first_submitted_at, answered),
        FormalCriterion.ELIGIBLE_UNIT: group_fit(application.unit.kind, content.get("population"), group),
        FormalCriterion.IN_DOMAIN: _in_domain(content),
        FormalCriterion.SIGNED: _signed(content, requirements),
        FormalCriterion.IN_OPERATION: _in_operation(application, content),
        FormalCriterion.COMPLETE: _complete(content, requirements),
        FormalCriterion.CONSENTS: _consents(content),
    }


def group_fit(kind: str, population: int | None, group: ComparisonGroup | None) -> Hint:
    """Whether the group admits this kind of unit and this declared population."""
    if group is None:
        return Hint(DOUBT, _("No comparison group was chosen."))
    words = {
        "kind": UnitKind(kind).label,
        "limits": limits_in_words(group),
        "population": number(population) if population else "",
    }
    match fit_of(group, kind, population):
        case Fit.OTHER_KIND:
            return Hint(DOUBT, _("The group does not take this kind of unit: %(kind)s.") % words)
        case Fit.UNDECLARED:
            return Hint(DOUBT, _("No population was declared; the group says: %(limits)s.") % words)
        case Fit.TOO_SMALL | Fit.TOO_LARGE:
            return Hint(DOUBT, _("Declared population %(population)s, the group says: %(limits)s.") % words)
        case Fit.WITHIN_LIMITS:
            return Hint(OK, _("Declared population %(population)s fits the group: %(limits)s.") % words)
        case Fit.BY_KIND if population and words["limits"]:
            return Hint(
                OK,
                _(
                    "The group takes this kind of unit whatever its population: %(kind)s; declared: %(population)s, "
                    "the group says: %(limits)s."
                )
                % words,
            )
        case Fit.BY_KIND:
            return Hint(OK, _("The group takes this kind of unit: %(kind)s.") % words)


def _in_time(
    application: Application,
    version: ApplicationVersion,
    first_submitted_at: datetime,
    answered: CompletionRequest | None,
) -> Hint:
    deadline = application.edition.submission_deadline
    words = {"when": _moment(first_submitted_at), "deadline": _moment(deadline) if deadline else "–"}
    if deadline is None:
        return Hint(LOOK, _("Filed on %(when)s; the edition has no deadline.") % words)
    if not in_time(first_submitted_at, deadline):
        return Hint(DOUBT, _("Filed on %(when)s, after the deadline of %(deadline)s.") % words)
    if answered is not None:
        words |= {"completed": _moment(version.submitted_at), "due": _moment(answered.due_at)}
        if not in_time(version.submitted_at, answered.due_at):
            return Hint(DOUBT, _("Completed on %(completed)s, after the date set: %(due)s.") % words)
        return Hint(OK, _("Filed on %(when)s, completed on %(completed)s, by the date set: %(due)s.") % words)
    return Hint(OK, _("Filed on %(when)s, before the deadline of %(deadline)s.") % words)


def _in_domain(content: dict[str, Any]) -> Hint:
    domain = named(content.get("domain"))
    if not domain:
        return Hint(DOUBT, _("No domain was chosen."))
    return Hint(LOOK, _("Domain: %(domain)s. Read whether the practice belongs to it.") % {"domain": domain})


def named(row: dict[str, Any] | None) -> str:
    """The name of a domain or group of a snapshot, in the reader's language."""
    if not row:
        return ""
    english = (get_language() or "").startswith("en") and row.get("name_en")
    return str(english or row["name"])


def _signed(content: dict[str, Any], requirements: list[AttachmentRequirement]) -> Hint:
    required = [requirement for requirement in requirements if requirement.required]
    attached = _attached_requirements(content)
    if required and not any(requirement.pk in attached for requirement in required):
        return Hint(DOUBT, _("None of the required documents is attached."))
    return Hint(LOOK, _("Open the signed document and check who signed it."))


def _in_operation(application: Application, content: dict[str, Any]) -> Hint:
    edition = application.edition
    since = parse_date(content.get("implemented_on") or "")
    if since is None:
        return Hint(DOUBT, _("No date of implementation was given."))
    if edition.call_announced_on is None:
        return Hint(LOOK, _("In operation since %(since)s.") % {"since": _day(since)})
    latest = months_before(edition.call_announced_on, edition.months_in_operation)
    words = {"since": _day(since), "latest": _day(latest)}
    if since > latest:
        return Hint(DOUBT, _("In operation since %(since)s; the rules ask for %(latest)s at the latest.") % words)
    return Hint(OK, _("In operation since %(since)s, the rules ask for %(latest)s at the latest.") % words)


def _complete(content: dict[str, Any], requirements: list[AttachmentRequirement]) -> Hint:
    missing = [field_label(name) for name in REQUIRED_FIELDS if not content.get(name)]
    attached = _attached_requirements(content)
    missing += [str(item) for item in requirements if item.required and item.pk not in attached]
    if not missing:
        return Hint(OK, _("Every field is filled in and every required attachment is there."))
    text = ngettext("%(count)s item is missing: %(items)s.", "%(count)s items are missing: %(items)s.", len(missing))
    return Hint(DOUBT, text % {"count": len(missing), "items": ", ".join(missing)})


def field_label(name: str) -> str:
    """What a field of the entry is called on screen."""
    return localized.field_label(Application, name)


def _consents(content: dict[str, Any]) -> Hint:
    missing = [field_label(name) for name in REQUIRED_STATEMENTS if not content.get(name)]
    if missing:
        return Hint(DOUBT, _("Not given: %(items)s.") % {"items": ", ".join(missing)})
    return Hint(OK, _("The rules, the data protection notice and the licence were accepted."))


def _attached_requirements(content: dict[str, Any]) -> set[int]:
    return {item["requirement"] for item in content.get("attachments", []) if item.get("requirement")}


def _moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def _day(value: date) -> str:
    return date_format(value, "DATE_FORMAT")
