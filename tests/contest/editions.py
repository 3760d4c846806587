"""Editions and section changes that several test files build on."""

from typing import Any

from contest.models import Edition
from contest.queries import rows_of
from contest.rules import EDITION_FIELDS, RowChange, Section, SectionChange
from contest.workflow import Phase
from tests import factories


def reread(edition: Edition) -> Edition:
    return Edition.objects.get(pk=edition.pk)


def preparation(**fields: Any) -> Edition:
    """An edition ready to be published, as far as its rules go."""
    return factories.make_edition(Phase.PREPARATION, **fields)


def unchanged(edition: Edition, section: Section) -> SectionChange:
    """What the form of a section sends back when nothing was touched."""
    fields = {name: getattr(edition, name) for name in EDITION_FIELDS.get(section, ())}
    rows = [dict(row) for row in rows_of(edition, section)]
    return SectionChange(fields, tuple(RowChange(row.pop("pk"), row) for row in rows))


def changed(edition: Edition, section: Section, **fields: Any) -> SectionChange:
    before = unchanged(edition, section)
    return SectionChange({**before.fields, **fields}, before.rows)


def form_data(editor: Any) -> dict[str, Any]:
    """The fields of a rendered section form, as a browser would post them."""
    data: dict[str, Any] = {}
    forms = [editor.form]
    if editor.formset is not None:
        forms += [editor.formset.management_form, *editor.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            if isinstance(value, list):
                data[field.html_name] = [str(item) for item in value]
            else:
                shown = field.field.widget.format_value(value) if hasattr(field.field.widget, "format_value") else value
                data[field.html_name] = "on" if value is True else str("" if shown is None else shown)
    return data
