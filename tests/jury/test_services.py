"""Opening, assigning, declaring, recusing, reminding."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Appeal, Application
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from jury import services, tasks
from jury.models import Assignment, AssignmentStatus, ScoreSheet
from jury.queries.opening import opening_preview
from jury.queries.progress import entries_in_scoring, entries_needing_third, proposal_for
from notifications.models import OutboxMessage
from tests.factories import make_juror, make_unit, make_user
from tests.jury.helpers import add_entry, assign, close_sheet, make_jury, score

pytestmark = pytest.mark.django_db


def actions(action):
    return JournalEntry.objects.filter(action=action).count()


# --- Opening ------------------------------------------------------------------------------------
def test_opening_moves_the_edition_and_every_eligible_entry():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    entries = [add_entry(jury.edition, state="ELIGIBLE") for _n in range(3)]
    rejected = add_entry(jury.edition, state="INELIGIBLE")
    assert services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk) == 3
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.SCORING
    assert Application.objects.filter(pk__in=[e.pk for e in entries], state="IN_SCORING").count() == 3
    assert Application.objects.get(pk=rejected.pk).state == "INELIGIBLE"
    assert actions("application.open_scoring") == 3


@pytest.mark.parametrize("state", ["SUBMITTED", "RETURNED"])
def test_an_entry_still_under_review_blocks_the_opening_and_is_named(state):
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    add_entry(jury.edition, state="ELIGIBLE")
    undecided = add_entry(jury.edition, state=state)
    preview = opening_preview(jury.edition)
    assert (preview.ready, preview.undecided, preview.possible) == (1, [undecided], False)
    with pytest.raises(Conflict):
        services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk)
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.FORMAL_REVIEW


def test_an_open_appeal_blocks_the_opening():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    add_entry(jury.edition, state="ELIGIBLE")
    rejected = add_entry(jury.edition, state="INELIGIBLE")
    appeal = Appeal.objects.create(application=rejected, text="x", filed_at=timezone.now())
    with pytest.raises(Conflict):
        services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk)
    appeal.status = "DISMISSED"
    appeal.save()
    assert services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk) == 1


def test_an_entry_reinstated_twice_is_named_once_among_those_under_review():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    entry = add_entry(jury.edition, state="SUBMITTED")
    for _rejection in range(2):
        Appeal.objects.create(application=entry, text="x", filed_at=timezone.now(), status="UPHELD")
    assert opening_preview(jury.edition).undecided == [entry]


def test_entries_accepted_later_are_taken_in_by_the_same_act():
    jury = make_jury(entries=1)
    with pytest.raises(Conflict):
        services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk)
    add_entry(jury.edition, state="ELIGIBLE")
    assert services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk) == 1


def test_only_an_organiser_outside_the_jury_opens_the_scoring():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    add_entry(jury.edition, state="ELIGIBLE")
    for person in (jury.chair.user, jury.jurors[0].user, make_user()):
        with pytest.raises(NotPermitted):
            services.open_scoring(actor=person, edition_id=jury.edition.pk)
    make_juror(jury.edition, user=jury.officer)
    with pytest.raises(NotPermitted):
        services.open_scoring(actor=jury.officer, edition_id=jury.edition.pk)


# --- Assigning ----------------------------------------------------------------------------------
def pairs_of(jury):
    return [(entry.pk, juror.pk) for entry in jury.entries for juror in jury.jurors[:2]]


def test_a_batch_of_assignments_sends_one_letter_a_juror_with_the_number():
    jury = make_jury(entries=3)
    made = services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=pairs_of(jury))
    assert len(made) == Assignment.objects.count() == 6
    letters = OutboxMessage.objects.filter(kind="juror_assigned")
    assert {(m.recipient, m.context["count"]) for m in letters} == {(j.user.email, 3) for j in jury.jurors[:2]}
    assert actions("jury.assign") == 6


def test_a_second_batch_sends_its_own_letter():
    jury = make_jury(entries=2)
    for entry in jury.entries:
        services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=[(entry.pk, jury.jurors[0].pk)])
    assert OutboxMessage.objects.filter(kind="juror_assigned", recipient=jury.jurors[0].user.email).count() == 2


@pytest.mark.case(34)
def test_a_batch_with_one_conflict_assigns_nothing():
    jury = make_jury(entries=2)
    juror = jury.jurors[1]
    juror.residence = jury.entries[1].unit
    juror.save()
    with pytest.raises(Conflict, match="Juror 2"):
        services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=pairs_of(jury))
    assert not Assignment.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.case(34)
@pytest.mark.parametrize("field", ["juror_employer", "juror_residence"])
def test_the_database_refuses_the_own_unit_even_without_the_service(field):
    jury = make_jury(entries=1)
    entry = jury.entries[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            application=entry,
            juror=jury.jurors[0],
            unit=entry.unit,
            assigned_at=timezone.now(),
            **{field: entry.unit},
        )


def test_assignments_are_refused_for_another_edition_a_repeat_or_nothing():
    jury, other = make_jury(entries=1), make_jury(entries=1)
    pair = (jury.entries[0].pk, jury.jurors[0].pk)
    for pairs in ([(other.entries[0].pk, jury.jurors[0].pk)], [(jury.entries[0].pk, other.jurors[0].pk)]):
        with pytest.raises(Conflict):
            services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=pairs)
    with pytest.raises(Invalid):
        services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=[])
    services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=[pair])
    with pytest.raises(Conflict):
        services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=[pair])


def test_only_an_organiser_assigns_and_only_while_scoring_is_open():
    jury = make_jury(entries=1)
    with pytest.raises(NotPermitted):
        services.assign_jurors(actor=jury.chair.user, edition_id=jury.edition.pk, pairs=pairs_of(jury))
    early = make_jury(entries=1, phase=Phase.FORMAL_REVIEW)
    with pytest.raises(Conflict):
        services.assign_jurors(actor=early.officer, edition_id=early.edition.pk, pairs=pairs_of(early))


def test_the_proposal_can_be_confirmed_as_it_is():
    jury = make_jury(entries=5, jurors=3)
    proposal, _entries = proposal_for(jury.edition)
    assert len(proposal.pairs) == 10
    services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=proposal.pairs)
    assert not proposal_for(jury.edition)[0].pairs
    assert max(proposal.loads.values()) - min(proposal.loads.values()) <= 1


def test_a_recused_juror_is_replaced_and_never_given_the_entry_again():
    jury = make_jury(entries=1, jurors=3)
    jury.chair.is_active = False
    jury.chair.save()
    entry = jury.entries[0]
    one, _two = assign(entry, jury.jurors[0]), assign(entry, jury.jurors[1])
    services.recuse(actor=jury.jurors[0].user, assignment_id=one.pk, ground="Brałem udział w projekcie.")
    assert proposal_for(jury.edition)[0].pairs == ((entry.pk, jury.jurors[2].pk),)
    with pytest.raises(Conflict):
        services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=[(entry.pk, jury.jurors[0].pk)])


def test_a_gap_calls_a_third_juror_who_is_marked_as_such():
    jury = make_jury(entries=2, jurors=3)
    far, near = jury.entries
    score(far, (jury.jurors[0], 9), (jury.jurors[1], 6))
    score(near, (jury.jurors[0], 8), (jury.jurors[1], 6))
    assert [row["pk"] for row in entries_needing_third(jury.edition)] == [far.pk]
    proposal, _entries = proposal_for(jury.edition)
    assert [entry for entry, _juror in proposal.pairs] == [far.pk]
    (made,) = services.assign_jurors(actor=jury.officer, edition_id=jury.edition.pk, pairs=proposal.pairs)
    assert made.is_third
    assert not entries_needing_third(jury.edition)
    assert all(row["missing"] == 0 for row in entries_in_scoring(jury.edition))


def test_with_three_jurors_from_the_start_no_gap_calls_a_fourth():
    jury = make_jury(entries=1, jurors=4, jurors_per_application=3)
    score(jury.entries[0], (jury.jurors[0], 10), (jury.jurors[1], 0))
    (entry,) = entries_in_scoring(jury.edition)
    assert (entry["called"], entry["missing"]) == (0, 1)


def test_an_assignment_is_removed_before_the_declaration_only():
    jury = make_jury(entries=1)
    waiting = assign(jury.entries[0], jury.jurors[0], declared=False)
    declared = assign(jury.entries[0], jury.jurors[1])
    with pytest.raises(NotPermitted):
        services.remove_assignment(actor=jury.jurors[0].user, assignment_id=waiting.pk)
    services.remove_assignment(actor=jury.officer, assignment_id=waiting.pk)
    with pytest.raises(Conflict):
        services.remove_assignment(actor=jury.officer, assignment_id=declared.pk)
    with pytest.raises(Conflict):
        services.remove_assignment(actor=jury.officer, assignment_id=waiting.pk)
    assert [row.pk for row in Assignment.objects.all()] == [declared.pk]
    assert actions("jury.unassign") == 1


def test_a_juror_with_an_open_sheet_is_released_with_a_ground_and_one_with_a_closed_sheet_is_not():
    jury = make_jury(entries=1)
    open_, closed = assign(jury.entries[0], jury.jurors[0]), assign(jury.entries[0], jury.jurors[1])
    close_sheet(closed, 5)
    with pytest.raises(Invalid):
        services.release_juror(actor=jury.officer, assignment_id=open_.pk, ground=" ")
    services.release_juror(actor=jury.officer, assignment_id=open_.pk, ground="Choroba.")
    open_.refresh_from_db()
    assert (open_.status, open_.declaration.ground) == (AssignmentStatus.RECUSED, "Choroba.")
    for assignment in (open_, closed):
        with pytest.raises(Conflict):
            services.release_juror(actor=jury.officer, assignment_id=assignment.pk, ground="Choroba.")
    with pytest.raises(NotPermitted):
        services.release_juror(actor=jury.chair.user, assignment_id=closed.pk, ground="Choroba.")


# --- Declaring ----------------------------------------------------------------------------------
def test_a_declaration_opens_the_sheet_once():
    jury = make_jury(entries=2)
    rows = [assign(entry, jury.jurors[0], declared=False) for entry in jury.entries]
    ids = [row.pk for row in rows]
    assert services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=ids) == 2
    assert services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=ids) == 0
    assert ScoreSheet.objects.count() == 2
    assert actions("jury.declare_impartiality") == 2


def test_nobody_declares_for_somebody_else():
    jury = make_jury(entries=1)
    row = assign(jury.entries[0], jury.jurors[0], declared=False)
    for person in (jury.jurors[1].user, jury.officer, jury.chair.user):
        with pytest.raises(NotPermitted):
            services.declare_impartiality(actor=person, assignment_ids=[row.pk])
        with pytest.raises(NotPermitted):
            services.recuse(actor=person, assignment_id=row.pk, ground="x")


def test_a_juror_who_left_the_jury_declares_nothing():
    jury = make_jury(entries=1)
    row = assign(jury.entries[0], jury.jurors[0], declared=False)
    jury.jurors[0].is_active = False
    jury.jurors[0].save()
    with pytest.raises(NotPermitted):
        services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=[row.pk])


def test_a_conflict_that_became_known_after_the_assignment_stops_the_declaration():
    jury = make_jury(entries=1)
    county = make_unit("powiat", "COUNTY")
    entry = add_entry(jury.edition, unit=make_unit(county=county))
    row = assign(entry, jury.jurors[0], declared=False)
    jury.jurors[0].residence = county
    jury.jurors[0].save()
    with pytest.raises(Conflict, match=entry.number):
        services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=[row.pk])
    services.recuse(actor=jury.jurors[0].user, assignment_id=row.pk, ground="Mieszkam w powiecie.")


def test_a_recusal_needs_a_ground_and_ends_with_the_closed_sheet():
    jury = make_jury(entries=2)
    row, closed = (assign(entry, jury.jurors[0]) for entry in jury.entries)
    close_sheet(closed, 5)
    user = jury.jurors[0].user
    with pytest.raises(Invalid):
        services.recuse(actor=user, assignment_id=row.pk, ground="  ")
    with pytest.raises(Conflict):
        services.recuse(actor=user, assignment_id=closed.pk, ground="x")
    services.recuse(actor=user, assignment_id=row.pk, ground="Znam autorów.")
    assert row.declaration.__class__.objects.get(assignment=row).is_impartial is False
    with pytest.raises(Conflict):
        services.recuse(actor=user, assignment_id=row.pk, ground="Znam autorów.")
    with pytest.raises(Conflict):
        services.declare_impartiality(actor=user, assignment_ids=[row.pk])
    assert actions("jury.recuse") == 1


@pytest.mark.parametrize("state", ["WITHDRAWN", "DISQUALIFIED"])
def test_an_entry_that_left_the_contest_takes_no_declaration(state):
    jury = make_jury(entries=0)
    row = assign(add_entry(jury.edition, state=state), jury.jurors[0], declared=False)
    with pytest.raises(Conflict):
        services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=[row.pk])
    with pytest.raises(Conflict):
        services.declare_impartiality(actor=jury.jurors[0].user, assignment_ids=[row.pk + 1000])


# --- Reminding ----------------------------------------------------------------------------------
def test_jurors_with_open_sheets_are_reminded_twice_and_others_never():
    until = timezone.now() + timedelta(days=20)
    jury = make_jury(entries=2, scoring_until=until)
    late, done = jury.jurors[0], jury.jurors[1]
    for entry in jury.entries:
        assign(entry, late, declared=False)
        close_sheet(assign(entry, done), 5)
    due = []
    for days in (8, 6, 6, 3, 1, 1, -1):
        with time_machine.travel(until - timedelta(days=days), tick=False):
            due.append(tasks.remind_jurors())
    assert due == [0, 1, 1, 1, 1, 1, 0]
    letters = OutboxMessage.objects.filter(kind="juror_reminder")
    assert [m.recipient for m in letters] == [late.user.email] * 2
    assert {m.context["count"] for m in letters} == {2}


def test_nobody_is_reminded_outside_scoring():
    soon = timezone.now() + timedelta(days=1)
    for phase in (Phase.FORMAL_REVIEW, Phase.VISITS):
        jury = make_jury(entries=1, phase=phase, scoring_until=soon)
        assign(jury.entries[0], jury.jurors[0])
    assert services.remind_jurors() == 0
