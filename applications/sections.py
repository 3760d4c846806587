"""How the entry form is laid out: sections, their fields, what must be filled in, how long a text may be.

A call for completion opens only what its points are about (`open_fields`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models.review import FormalCriterion


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form; `code` is its place in the address."""

    code: str
    title: Promise
    purpose: Promise
    fields: tuple[str, ...]


SECTIONS = (
    Section(
        "podstawowe",
        _("The basics"),
        _("Where the practice competes and since when it works."),
        ("title", "domain", "group", "population", "implemented_on"),
    ),
    Section(
        "opis",
        _("The practice"),
        _("What you did and why. Write for someone who does not know your office."),
        ("abstract", "context", "goals", "actions"),
    ),
    Section(
        "rezultaty",
        _("Cost and results"),
        _("What it cost and what changed. Figures convince most."),
        ("cost", "results", "indicators"),
    ),
    Section(
        "zarzadzanie",
        _("Management and lessons"),
        _("How the practice fits the way you manage, and what others should know before they copy it."),
        ("integration", "tools", "difficulties", "advice"),
    ),
    Section(
        "urzad",
        _("The office"),
        _("Who runs the practice. This is shown with the practice if it is published."),
        ("implementing_unit", "locality", "postal_code", "post_office", "phone", "email"),
    ),
    Section(
        "kontakt",
        _("The contact person"),
        _("Whom the organiser may call about the entry."),
        ("contact_name", "contact_position", "contact_phone", "contact_email", "contact_consent"),
    ),
    Section(
        "oswiadczenia",
        _("Statements"),
        _("Without these the entry cannot be sent."),
        ("accepts_rules", "data_notice_read", "licence_consent"),
    ),
)
SECTION_BY_CODE = {section.code: section for section in SECTIONS}
SECTION_OF_FIELD = {field: section.code for section in SECTIONS for field in section.fields}
ALL_FIELDS = frozenset(SECTION_OF_FIELD)
ATTACHMENTS = "attachments"  # not a field of the form, but opened and missing like one

WORD_LIMITS = {
    "abstract": 150,
    "context": 400,
    "goals": 300,
    "actions": 800,
    "cost": 300,
    "results": 600,
    "integration": 300,
    "difficulties": 300,
    "advice": 300,
}
MAX_INDICATORS = 10
INDICATOR_KEYS = ("name", "unit", "before", "after", "year")
REQUIRED_STATEMENTS = ("accepts_rules", "data_notice_read", "licence_consent")
REQUIRED_FIELDS = (
    "title", "domain", "group", "population", "implemented_on",
    "abstract", "context", "goals", "actions",
    "cost", "results",
    "integration", "difficulties", "advice",
    "implementing_unit", "locality", "phone", "email",
    "contact_name", "contact_position",
)  # fmt: skip

_OPENED_BY = {
    FormalCriterion.ELIGIBLE_UNIT: frozenset({"group", "population"}),
    FormalCriterion.SIGNED: frozenset({ATTACHMENTS}),
    FormalCriterion.COMPLETE: ALL_FIELDS - {"title", "domain", "group", "implemented_on"} | {ATTACHMENTS},
    FormalCriterion.CONSENTS: frozenset({*REQUIRED_STATEMENTS, "contact_consent", ATTACHMENTS}),
}


def open_fields(points: Iterable[dict[str, Any]]) -> frozenset[str]:
    """What the points of a call for completion allow to change."""
    opened: set[str] = set()
    for point in points:
        opened |= _OPENED_BY.get(point["criterion"], frozenset())
    return frozenset(opened)
