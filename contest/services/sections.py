"""Writing one section of the rules: used by the set-up before the call and by amendments after it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, ProtectedError, Value
from django.db.models.functions import Cast, Concat
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Conflict, Invalid
from contest.models import Criterion, Edition
from contest.queries import ROWS
from contest.rules import EDITION_FIELDS, ROW_FIELDS, RowChange, Section, SectionChange
from contest.services.removed import keep_removed


def require_fresh(edition: Edition, revision: int) -> None:
    """Refuse a form filled in on rules that somebody has changed since."""
    if edition.revision != revision:
        raise Conflict(
            _(
                "Somebody changed this edition while you were working. What you typed is kept below: "
                "compare it with the present state and save again."
            )
        )


def write_section(edition: Edition, section: Section, change: SectionChange, *, keeps_for: User | None = None) -> None:
    """Set the section's fields and replace its rows; the caller holds the edition's lock.

    Only fields that belong to the section are taken, whatever the form carried. With `keeps_for`, who removes them,
    removed rows can be put back for a day; an amendment is published, and undone by another amendment only.
    """
    own = EDITION_FIELDS.get(section, ())
    for name in own:
        if name in change.fields:
            setattr(edition, name, change.fields[name])
    edition.revision += 1
    try:
        edition.full_clean(exclude=[field.name for field in edition._meta.fields if field.name not in own])
        if section in ROWS:
            _write_rows(edition, section, change.rows, keeps_for)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    edition.save()


def _write_rows(edition: Edition, section: Section, changes: tuple[RowChange, ...], keeps_for: User | None) -> None:
    model = ROWS[section]
    manager = model._default_manager
    known: dict[int, Any] = {row.pk: row for row in manager.filter(edition=edition)}
    named = [change.pk for change in changes if change.pk is not None]
    if len(set(named)) < len(named) or not known.keys() >= set(named):  # twice: only a form written by hand
        raise Conflict(_("One of the rows no longer exists. Refresh the page to see the present state."))
    gone = [known[change.pk] for change in changes if change.delete and change.pk is not None]
    if keeps_for is not None:
        columns = ("position", *ROW_FIELDS[section])
        for old in gone:
            keep_removed(actor=keeps_for, row=old, section=section, columns=columns, name=old.name)
    _delete(gone)
    kept = [change for change in changes if not change.delete]
    _free_names(edition, section, known, kept)
    for position, change in enumerate(kept):
        row: Any = known[change.pk] if change.pk is not None else model(edition=edition)
        for name in ROW_FIELDS[section]:
            if name in change.values:
                setattr(row, name, change.values[name])
        row.position = position
        if isinstance(row, Criterion) and not row.code:
            row.code = new_code(edition, row.name)
        row.full_clean()
        row.save()


def _delete(rows: list[Any]) -> None:
    for row in rows:
        try:
            row.delete()
        except ProtectedError as error:
            text = _("“%(name)s” is already used in entries, so it cannot be removed.")
            raise Conflict(text % {"name": row.name}) from error


def _free_names(edition: Edition, section: Section, known: dict[int, Any], kept: list[RowChange]) -> None:
    """Make room for swaps: two rows may exchange names or places in ties within one form."""
    manager = ROWS[section]._default_manager
    renamed = [
        change.pk
        for change in kept
        if change.pk is not None and change.values.get("name", known[change.pk].name) != known[change.pk].name
    ]
    if renamed:
        spare = Concat(Value("~"), Cast("pk", CharField()))
        manager.filter(pk__in=renamed).update(name=spare)
    if section is Section.CRITERIA:
        manager.filter(edition=edition).update(tie_break=None)


def new_code(edition: Edition, name: str) -> str:
    """A short constant name of a criterion, made once; results and exports refer to it."""
    base = slugify(name).replace("-", "_").upper()[:26] or "K"
    taken = set(edition.criteria.values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}_{number}" for number in range(2, 100))) if code not in taken)
