"""Setting an edition up, until its call is published."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.errors import Conflict, Invalid
from contest import defaults
from contest.models import Criterion, Edition
from contest.permissions import can_create, can_organise
from contest.phases import Activity, may
from contest.queries import ROWS
from contest.rules import EDITION_FIELDS, ROW_FIELDS, Section, SectionChange
from contest.services.locks import locked_edition
from contest.services.removed import removed_row
from contest.services.sections import new_code, require_fresh, write_section

COPIED_FIELDS = (*EDITION_FIELDS[Section.CRITERIA], *EDITION_FIELDS[Section.REQUIREMENTS])
DEFAULT_ROWS: dict[Section, tuple[dict[str, Any], ...]] = {
    Section.GROUPS: defaults.GROUPS,
    Section.CRITERIA: defaults.CRITERIA,
    Section.REQUIREMENTS: defaults.REQUIREMENTS,
}


@transaction.atomic
def create_edition(
    *, actor: User, slug: str, year: int, title: str, theme: str, copied_from: Edition | None = None, **texts: str
) -> Edition:
    """A new edition in preparation, with the usual proposal or the rules of an earlier edition.

    Dates are never copied: a calendar for the year is proposed. What the earlier edition does not
    have (a historical record has no criteria) comes from the proposal.
    """
    can_create(actor).require()
    edition = Edition(slug=slug, year=year, title=title, theme=theme, created_by=actor, **texts)
    for name, value in defaults.proposed_calendar(year, timezone.localdate()).items():
        setattr(edition, name, value)
    if copied_from is not None:
        for name in COPIED_FIELDS:
            setattr(edition, name, getattr(copied_from, name))
    try:
        edition.full_clean(exclude=["phase"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    edition.save()
    for section in ROWS:
        _copy_rows(section, edition, copied_from)
    journal.record(
        actor=actor,
        action="edition.create",
        target=edition,
        edition_id=edition.pk,
        facts=[edition],
        copied_from=copied_from.pk if copied_from else None,
    )
    return edition


def _copy_rows(section: Section, edition: Edition, source: Edition | None) -> None:
    manager = ROWS[section]._default_manager
    rows: list[dict[str, Any]] = []
    if source is not None:
        rows = list(manager.filter(edition=source).order_by("position", "pk").values(*ROW_FIELDS[section]))
    rows = rows or list(DEFAULT_ROWS.get(section, ()))
    manager.bulk_create(ROWS[section](edition=edition, position=place, **row) for place, row in enumerate(rows))


@transaction.atomic
def update_section(*, actor: User, edition_id: int, section: Section, revision: int, change: SectionChange) -> Edition:
    """Save one section of the set-up; after the call is published only amendments may.

    What it removes can be put back for a day (`put_back_row`).
    """
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if not may(edition, Activity.SET_UP):
        raise Conflict(_("The call is published, so the rules are locked. Publish an amendment instead."))
    require_fresh(edition, revision)
    write_section(edition, section, change, keeps_for=actor)
    journal.record(
        actor=actor,
        action="edition.update",
        target=edition,
        edition_id=edition.pk,
        facts=[edition],
        section=str(section),
    )
    return edition


@transaction.atomic
def put_back_row(*, actor: User, edition_id: int, section: Section, removed_id: int) -> str:
    """Put a removed row back with its number, its place and all it held; its name."""
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if not may(edition, Activity.SET_UP):
        raise Conflict(_("The call is published, so the rules are locked. Publish an amendment instead."))
    removed = removed_row(edition, section, removed_id)
    manager = ROWS[section]._default_manager
    rows: list[Any] = list(manager.filter(edition=edition).order_by("position", "pk"))
    row: Any = ROWS[section](pk=removed.number, edition=edition, **removed.values)
    if any(other.name == row.name for other in rows):
        raise Invalid(_("“%(name)s” is in the list again already. Rename that one first.") % {"name": row.name})
    if isinstance(row, Criterion):
        _fit_criterion(edition, row, rows)
    row.save(force_insert=True)
    rows.insert(min(row.position, len(rows)), row)
    for position, other in enumerate(rows):
        other.position = position
    manager.bulk_update(rows, ["position"])
    edition.revision += 1
    edition.save(update_fields=["revision"])
    removed.delete()
    journal.record(
        actor=actor,
        action="edition.put_back",
        target=edition,
        edition_id=edition.pk,
        facts=[edition],
        section=str(section),
    )
    return str(row.name)


def _fit_criterion(edition: Edition, row: Criterion, others: list[Criterion]) -> None:
    """Its code may have gone to a new criterion of the same name; its place in ties has to be free."""
    if any(other.code == row.code for other in others):
        row.code = new_code(edition, row.name)
    rival = next((one for one in others if row.tie_break is not None and one.tie_break == row.tie_break), None)
    if rival is not None:
        text = _("“%(name)s” has its place in ties now. Change that one first, then put this one back.")
        raise Invalid(text % {"name": rival.name})
