"""A juror's declaration: impartial, which opens the entry and its sheet, or recused with the ground."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.workflow import State
from common import journal
from common.errors import Conflict, Invalid
from common.models import JournalEntry
from contest.phases import Activity, may
from jury.models import Assignment, AssignmentStatus, ImpartialityDeclaration, ScoreSheet
from jury.permissions import is_assigned
from jury.queries import shown as pages
from jury.queries.conflicts import GROUND_LABELS, conflicts
from jury.services._common import sheet_is_closed


@transaction.atomic
def declare_impartiality(*, actor: User, assignment_ids: Collection[int]) -> int:
    """Declare impartiality towards the named entries, all or none; how many were declared now.

    An entry declared before is left as it is, so a double click does nothing twice. Refused where the
    register shows a conflict (it may have become known after the assignment).
    """
    assignments = _locked(actor, assignment_ids)
    if any(assignment.status == AssignmentStatus.RECUSED for assignment in assignments):
        raise Conflict(_("You are recused from one of these entries."))
    waiting = [assignment for assignment in assignments if assignment.status == AssignmentStatus.ASSIGNED]
    _refuse_conflicts(waiting)
    now = timezone.now()
    Assignment.objects.filter(pk__in=[assignment.pk for assignment in waiting]).update(status=AssignmentStatus.DECLARED)
    for row in waiting:
        row.status = AssignmentStatus.DECLARED
    declarations = ImpartialityDeclaration.objects.bulk_create(
        [ImpartialityDeclaration(assignment=row, is_impartial=True, declared_at=now) for row in waiting]
    )
    ScoreSheet.objects.bulk_create([ScoreSheet(assignment=row) for row in waiting])
    journal.record_bulk([_entry(actor, "jury.declare_impartiality", declaration) for declaration in declarations])
    return len(waiting)


@transaction.atomic
def recuse(*, actor: User, assignment_id: int, ground: str, shown: str | None = None) -> Assignment:
    """Step aside from an entry, before or after having declared, until the sheet is closed.

    An unfinished sheet stays on record and does not count.
    """
    (assignment,) = _locked(actor, [assignment_id])
    if not ground.strip():
        raise Invalid(_("Give the ground of the recusal, in a few words."))
    if assignment.status == AssignmentStatus.RECUSED:
        raise Conflict(_("You are already recused from this entry."))
    if sheet_is_closed(assignment):
        raise Conflict(_("You have closed the sheet of this entry, so it counts. Write to the organiser."))
    pages.recusing.require(shown, assignment, actor)
    assignment.status = AssignmentStatus.RECUSED
    assignment.save(update_fields=["status"])
    declaration, _created = ImpartialityDeclaration.objects.update_or_create(
        assignment=assignment,
        defaults={"is_impartial": False, "ground": ground.strip(), "declared_at": timezone.now()},
    )
    declaration.assignment = assignment
    journal.record_bulk([_entry(actor, "jury.recuse", declaration)])
    return assignment


def _locked(actor: User, assignment_ids: Collection[int]) -> list[Assignment]:
    wanted = set(assignment_ids)
    rows = list(
        Assignment.objects.filter(pk__in=wanted)
        .select_related("juror", "application__edition")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    if not rows or {row.pk for row in rows} != wanted:
        raise Conflict(_("One of these entries is no longer assigned to you. Refresh the page."))
    for row in rows:
        is_assigned(actor, row).require()
        if not may(row.application.edition, Activity.SCORE) or row.application.state != State.IN_SCORING:
            raise Conflict(_("Scoring of this entry is not open."))
    return rows


def _refuse_conflicts(assignments: list[Assignment]) -> None:
    for juror in {row.juror for row in assignments}:
        own = [row for row in assignments if row.juror_id == juror.pk]
        known = conflicts([(row.application_id, row.application.unit_id) for row in own], [juror])
        for (entry, _juror), ground in known.items():
            number = next(row.application.number for row in own if row.application_id == entry)
            raise Conflict(
                _("The register shows a conflict with the entry %(entry)s (%(ground)s). Recuse yourself from it.")
                % {"entry": number, "ground": GROUND_LABELS[ground]}
            )


def _entry(actor: User, action: str, declaration: ImpartialityDeclaration) -> JournalEntry:
    assignment = declaration.assignment
    return journal.draft_entry(
        actor=actor,
        action=action,
        target=assignment,
        edition_id=assignment.application.edition_id,
        facts=[assignment, declaration],
        application=assignment.application_id,
        juror=assignment.juror_id,
    )
