"""Who reads what: a balanced proposal confirmed by the officer, and changes by hand."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from contest.models import Edition, JuryMember
from contest.permissions import can_organise
from contest.phases import Activity, require
from contest.queries import active_jury
from contest.services import locked_edition
from jury.models import Assignment, AssignmentStatus, ImpartialityDeclaration
from jury.queries import shown as pages
from jury.queries.conflicts import GROUND_LABELS, conflicts
from jury.queries.progress import entries_needing_third, named_in
from jury.services._common import absolute, iso, sheet_is_closed
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue_bulk

Pair = tuple[int, int]  # (entry, juror)


@transaction.atomic
def assign_jurors(*, actor: User, edition_id: int, pairs: Sequence[Pair], shown: str | None = None) -> list[Assignment]:
    """Give each juror the entries named; all of them or none.

    Used for one pair chosen by hand and for a whole proposal alike. Refused when a pair is in
    conflict, already assigned, or of another edition. Each juror gets one letter with the number.
    """
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    require(edition, Activity.SCORE)
    if not pairs:
        raise Invalid(_("Nothing was chosen to assign."))
    if shown is not None:
        names = {juror.pk: juror.user.full_name for juror in active_jury(edition)}
        pages.proposing.require(shown, edition, actor, pairs=pairs, entries=named_in(edition, pairs), names=names)
    entries = _entries(edition, pairs)
    jurors = _jurors(edition, pairs)
    _refuse_conflicts(pairs, entries, jurors)
    _refuse_repeats(pairs)
    third = set(entries_needing_third(edition).values_list("pk", flat=True).filter(pk__in=entries))
    now = timezone.now()
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                application=entries[entry],
                juror=jurors[juror],
                unit_id=entries[entry].unit_id,
                juror_employer_id=jurors[juror].employer_id,
                juror_residence_id=jurors[juror].residence_id,
                is_third=entry in third,
                assigned_by=actor,
                assigned_at=now,
            )
            for entry, juror in sorted(set(pairs))
        ]
    )
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=actor,
                action="jury.assign",
                target=assignment,
                edition_id=edition_id,
                facts=[assignment],
                application=assignment.application_id,
                juror=assignment.juror_id,
                third=assignment.is_third,
            )
            for assignment in assignments
        ]
    )
    _tell_jurors(edition, assignments)
    return assignments


@transaction.atomic
def remove_assignment(*, actor: User, assignment_id: int) -> None:
    """Take an entry from a juror who has not declared anything yet; nothing was opened to them."""
    assignment = _locked(assignment_id)
    edition = assignment.application.edition
    can_organise(actor, edition).require()
    require(edition, Activity.SCORE)
    if assignment.status != AssignmentStatus.ASSIGNED:
        raise Conflict(_("The juror has already made the declaration, so the assignment can only be released."))
    journal.record(
        actor=actor,
        action="jury.unassign",
        target=assignment,
        edition_id=edition.pk,
        gone=[assignment],
        application=assignment.application_id,
        juror=assignment.juror_id,
    )
    assignment.delete()


@transaction.atomic
def release_juror(*, actor: User, assignment_id: int, ground: str, shown: str | None = None) -> Assignment:
    """Take an entry from a juror who declared impartiality but cannot finish the sheet (illness).

    The unfinished sheet stays on record and does not count; the juror may not be given the entry again.
    """
    assignment = _locked(assignment_id)
    edition = assignment.application.edition
    can_organise(actor, edition).require()
    require(edition, Activity.SCORE)
    if not ground.strip():
        raise Invalid(_("Give the ground on which the juror is released."))
    if assignment.status != AssignmentStatus.DECLARED:
        raise Conflict(_("Only a juror who declared impartiality can be released."))
    if sheet_is_closed(assignment):
        raise Conflict(_("The juror has closed the sheet, so it counts and cannot be taken back."))
    pages.releasing.require(shown, assignment, actor)
    assignment.status = AssignmentStatus.RECUSED
    assignment.save(update_fields=["status"])
    declaration = ImpartialityDeclaration.objects.get(assignment=assignment)
    declaration.is_impartial, declaration.ground, declaration.declared_at = False, ground.strip(), timezone.now()
    declaration.save()
    journal.record(
        actor=actor,
        action="jury.release",
        target=assignment,
        edition_id=edition.pk,
        facts=[assignment, declaration],
        application=assignment.application_id,
        juror=assignment.juror_id,
    )
    return assignment


def _locked(assignment_id: int) -> Assignment:
    """The assignment under its lock and, taken before it, the edition's: scoring does not close meanwhile."""
    edition_id = Assignment.objects.filter(pk=assignment_id).values_list("application__edition", flat=True).first()
    try:
        edition = locked_edition(edition_id or 0)
        assignment = lock_row(Assignment.objects.select_related("application", "juror"), pk=assignment_id)
    except (Edition.DoesNotExist, Assignment.DoesNotExist):
        raise Conflict(_("This assignment has been removed meanwhile.")) from None
    assignment.application.edition = edition
    return assignment


def _entries(edition: Edition, pairs: Sequence[Pair]) -> dict[int, Application]:
    wanted = {entry for entry, _juror in pairs}
    rows = Application.objects.filter(edition=edition, state=State.IN_SCORING, pk__in=wanted)
    found = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    if found.keys() != wanted:
        raise Conflict(_("One of the entries is no longer in scoring. Refresh the page and choose again."))
    return found


def _jurors(edition: Edition, pairs: Sequence[Pair]) -> dict[int, JuryMember]:
    wanted = {juror for _entry, juror in pairs}
    rows = active_jury(edition).filter(pk__in=wanted)
    found = {row.pk: row for row in rows}
    if found.keys() != wanted:
        raise Conflict(_("One of the jurors no longer sits on the jury. Refresh the page and choose again."))
    return found


def _refuse_conflicts(pairs: Sequence[Pair], entries: dict[int, Application], jurors: dict[int, JuryMember]) -> None:
    known = conflicts([(entry.pk, entry.unit_id) for entry in entries.values()], jurors.values())
    for entry, juror in pairs:
        if ground := known.get((entry, juror)):
            raise Conflict(
                _("%(juror)s may not read the entry %(entry)s: %(ground)s.")
                % {"juror": jurors[juror], "entry": entries[entry], "ground": GROUND_LABELS[ground]}
            )


def _refuse_repeats(pairs: Sequence[Pair]) -> None:
    existing = set(
        Assignment.objects.filter(application__in={entry for entry, _juror in pairs}).values_list(
            "application_id", "juror_id"
        )
    )
    if existing & set(pairs):
        raise Conflict(_("One of these entries is already assigned to this juror. Refresh the page."))


def _tell_jurors(edition: Edition, assignments: Sequence[Assignment]) -> None:
    """One letter a juror. The batch is named by its newest assignment, so a repeat writes no second one."""
    counts = Counter(assignment.juror_id for assignment in assignments)
    jurors = {assignment.juror_id: assignment.juror for assignment in assignments}
    batch = max(assignment.pk for assignment in assignments)
    enqueue_bulk(
        kind="juror_assigned",
        edition_id=edition.pk,
        messages=[
            Message(
                subject_key=f"assigned:{edition.pk}:{batch}",
                recipient=Recipient(jurors[juror].user.email, jurors[juror].user.language),
                context={
                    "name": jurors[juror].user.full_name,
                    "edition": edition.title,
                    "count": count,
                    "until": iso(edition.scoring_until),
                    "url": absolute("jury:desk"),
                },
            )
            for juror, count in sorted(counts.items())
        ],
    )
