"""Writing an entry: starting it, saving its sections."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import can_act_for
from applications.models import Application
from applications.permissions import can_edit
from applications.queries.applicant import editable_fields, entries_left, fingerprint
from applications.sections import SECTION_BY_CODE
from common import journal
from common.errors import Conflict, Invalid
from common.kernel.spans import require_sensible
from common.locking import lock_prepared, lock_row
from common.prepared import Prepared
from contest.models import ComparisonGroup, Domain, Edition
from units.models import Unit

JUDGED = ("implemented_on", "population")  # not only shaped but true or false, whoever sends them
_ENTRY = -1  # stands in the statement for the number of the entry
_LOCKED_ENTRY = Prepared(lambda: Application.objects.select_for_update(of=("self",)).filter(pk=_ENTRY))


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same section since this form was opened; nothing was overwritten."""

    def __init__(self, application: Application) -> None:
        super().__init__(_("Somebody else changed this part while you were writing."))
        self.application = application


def start_application(
    *,
    actor: User,
    edition_id: int,
    unit_id: int,
    domain_id: int | None,
    group_id: int | None,
    title: str,
    form_key: uuid.UUID,
) -> Application:
    """Open a draft. The same form sent twice makes one; the unit's row keeps its limit of entries."""
    with transaction.atomic():
        unit = lock_row(Unit.objects.all(), pk=unit_id)
        can_act_for(actor, unit).require()
        if existing := Application.objects.filter(form_key=form_key, unit=unit).first():
            return existing
        edition = Edition.objects.get(pk=edition_id)
        _require_open_call(edition)
        _require_fit(edition, unit, domain_id, group_id)
        _require_room(edition, unit)
        application = Application.objects.create(
            edition=edition,
            unit=unit,
            domain_id=domain_id,
            group_id=group_id,
            title=title,
            form_key=form_key,
            created_by=actor,
        )
        journal.record(actor=actor, action="application.start", target=application, edition_id=edition.pk, unit=unit.pk)
    return application


def locked_entry(application_id: int) -> Application:
    """The entry alone, held for writing: asked by every page of the form."""
    return lock_prepared(_LOCKED_ENTRY, {_ENTRY: application_id})


def save_section(*, actor: User, application_id: int, section: str, values: dict[str, Any], seen: str) -> Application:
    """Keep what one page of the form says, complete or not.

    `seen` is the fingerprint of the section as it was when the form was opened: if it has changed
    since, nothing is overwritten (ChangedMeanwhile). Saving what is already there changes nothing,
    so a form sent twice is no conflict.
    """
    with transaction.atomic():
        application = locked_entry(application_id)
        can_edit(actor, application).require()
        page = SECTION_BY_CODE[section]
        fields = [name for name in page.fields if name in editable_fields(application) and name in values]
        if not fields:
            raise Conflict(_("This part is closed now: the entry was sent or is being reviewed."))
        changed = [name for name in fields if getattr(application, name) != values[name]]
        if not changed:
            return application
        if fingerprint(application, page) != seen:
            raise ChangedMeanwhile(application)
        require_sensible(Application, **{name: values[name] for name in changed if name in JUDGED})
        for name in changed:
            setattr(application, name, values[name])
        if {"domain", "group"} & set(changed):
            _require_fit(application.edition, application.unit, application.domain_id, application.group_id)
        application.revision += 1
        application.save(update_fields=[*changed, "revision", "updated_at"])
    return application


def _require_open_call(edition: Edition) -> None:
    if not edition.is_call_open(timezone.now()):
        raise Conflict(_("The call of this edition is closed, so no new entry can be started."))


def _require_fit(edition: Edition, unit: Unit, domain_id: int | None, group_id: int | None) -> None:
    if domain_id and not Domain.objects.filter(pk=domain_id, edition=edition).exists():
        raise Invalid(_("This domain does not belong to the edition. Choose one from the list."))
    if not group_id:
        return
    group = ComparisonGroup.objects.filter(pk=group_id, edition=edition).first()
    if group is None or not group.admits_kind(unit.kind):
        raise Invalid(_("This comparison group does not take units of this kind. Choose one from the list."))


def _require_room(edition: Edition, unit: Unit) -> None:
    if entries_left(edition, [unit])[unit.pk] == 0:
        limit = edition.entries_per_unit or 0
        raise Conflict(
            ngettext(
                "A unit may file %(count)s entry in this edition, and yours has it already.",
                "A unit may file %(count)s entries in this edition, and yours has them already.",
                limit,
            )
            % {"count": limit}
        )
