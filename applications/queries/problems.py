"""What is still missing before an entry can be sent, point by point, each with its place in the form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Attachment
from applications.queries.applicant import requirements_of
from applications.queries.hints import field_label
from applications.rules import months_before, word_count
from applications.sections import ATTACHMENTS, REQUIRED_FIELDS, REQUIRED_STATEMENTS, SECTION_OF_FIELD, WORD_LIMITS
from contest.models import AttachmentRequirement
from contest.queries import Fit, fit_of, limits_in_words


@dataclass(frozen=True, slots=True)
class Problem:
    """One missing or wrong point; `section` is a Section code or ATTACHMENTS."""

    section: str
    field: str
    text: str


def submission_problems(application: Application, files: Iterable[Attachment]) -> list[Problem]:
    """Empty when the entry can be sent with these files. In the order of the form."""
    return [
        *_missing(application),
        *_too_long(application),
        *_wrong_group(application),
        *_too_young(application),
        *_missing_documents(application, files),
        *_missing_statements(application),
    ]


def page_problems(application: Application, section: str) -> list[Problem]:
    """Those of one page. Files are a page of their own, so they are not read for it."""
    found = [
        *_missing(application),
        *_too_long(application),
        *_wrong_group(application),
        *_too_young(application),
        *_missing_statements(application),
    ]
    return [problem for problem in found if problem.section == section]


def _at(field: str, text: str) -> Problem:
    return Problem(SECTION_OF_FIELD[field], field, text)


def _missing(application: Application) -> list[Problem]:
    return [
        _at(field, _("Fill in: %(field)s.") % {"field": field_label(field)})
        for field in REQUIRED_FIELDS
        if not _has(application, field)
    ]


def _has(application: Application, field: str) -> bool:
    value = getattr(application, f"{field}_id" if field in ("domain", "group") else field)
    return bool(value.strip() if isinstance(value, str) else value)


def _too_long(application: Application) -> list[Problem]:
    found = []
    for field, limit in WORD_LIMITS.items():
        count = word_count(getattr(application, field))
        if count > limit:
            words = {"field": capfirst(field_label(field)), "limit": limit, "count": count}
            text = ngettext(
                "%(field)s: shorten to %(limit)s words, there is %(count)s now.",
                "%(field)s: shorten to %(limit)s words, there are %(count)s now.",
                count,
            )
            found.append(_at(field, text % words))
    return found


def too_long_notes(values: Mapping[str, Any]) -> list[str]:
    """For the page just saved: which texts have to be made shorter before sending, and by how many words."""
    notes = []
    for field, limit in WORD_LIMITS.items():
        over = word_count(values.get(field) or "") - limit
        if over > 0:
            text = ngettext(
                "Saved, but “%(field)s” is %(over)s word too long. Shorten it to %(limit)s words before sending.",
                "Saved, but “%(field)s” is %(over)s words too long. Shorten it to %(limit)s words before sending.",
                over,
            )
            notes.append(text % {"field": capfirst(field_label(field)), "over": over, "limit": limit})
    return notes


def _wrong_group(application: Application) -> list[Problem]:
    group = application.group
    if group is None:
        return []
    limits = {"limits": limits_in_words(group)}
    match fit_of(group, application.unit.kind, application.population):
        case Fit.OTHER_KIND:
            return [_at("group", _("This comparison group does not take units of your kind. Choose another."))]
        case Fit.TOO_SMALL:
            text = _("The comparison group is for units with a population %(limits)s; you gave fewer.")
            return [_at("group", text % limits)]
        case Fit.TOO_LARGE:
            text = _("The comparison group is for units with a population %(limits)s; you gave more.")
            return [_at("group", text % limits)]
    return []


def _too_young(application: Application) -> list[Problem]:
    edition = application.edition
    if application.implemented_on is None or edition.call_announced_on is None:
        return []
    latest = months_before(edition.call_announced_on, edition.months_in_operation)
    if application.implemented_on <= latest:
        return []
    text = _("The practice has to be in operation since %(latest)s at the latest; you gave a later date.")
    return [_at("implemented_on", text % {"latest": date_format(latest)})]


def missing_documents(
    requirements: Iterable[AttachmentRequirement], files: Iterable[Attachment]
) -> list[AttachmentRequirement]:
    """Documents the rules require and the entry does not have yet."""
    present = {attachment.requirement_id for attachment in files}
    return [item for item in requirements if item.required and item.pk not in present]


def _missing_documents(application: Application, files: Iterable[Attachment]) -> list[Problem]:
    return [
        Problem(ATTACHMENTS, "file", _("Attach: %(document)s.") % {"document": requirement})
        for requirement in missing_documents(requirements_of(application.edition), files)
    ]


def _missing_statements(application: Application) -> list[Problem]:
    texts = {
        "accepts_rules": _("Confirm that you accept the rules of the contest."),
        "data_notice_read": _("Confirm that you have read the data protection notice."),
        "licence_consent": _("Agree to the publication of the practice for reuse."),
    }
    return [_at(field, texts[field]) for field in REQUIRED_STATEMENTS if not getattr(application, field)]
