"""Closing and reopening the scoring, choosing finalists, visits, decision, disqualification."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application
from common.canonical import sha256_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from jury import services
from jury.bundle import verify
from jury.models import Result, ScoreSheet, ScoringRound, SiteVisit
from jury.queries.closing import ClosingPreview, blocking_entries, closing_preview
from jury.queries.progress import COMPLETE, LACKING, NEEDING_THIRD, OPEN, entries_in_scoring
from jury.queries.results import current_round
from jury.scoring import calls_third
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests.factories import make_juror, make_member, make_unit
from tests.jury.helpers import add_entry, assign, close_sheet, closed_jury, make_jury, score, scored_jury

pytestmark = pytest.mark.django_db


def close(jury, actor=None):
    return services.close_scoring(actor=actor or jury.chair.user, edition_id=jury.edition.pk)


def states(jury):
    return [Application.objects.get(pk=entry.pk).state for entry in jury.entries]


# --- Closing ------------------------------------------------------------------------------------
def test_closing_freezes_results_and_moves_the_edition_and_its_entries(tmp_path, capsys):
    jury = scored_jury((8, 7), (5, 6), (9, 9))
    round_ = close(jury)
    results = {r.application_id: r for r in Result.objects.filter(round=round_)}
    assert [results[e.pk].total for e in jury.entries] == [Decimal(75), Decimal(55), Decimal(90)]
    assert [results[e.pk].place for e in jury.entries] == [2, 3, 1]
    assert [results[e.pk].above_threshold for e in jury.entries] == [True, False, True]
    assert states(jury) == ["SCORED"] * 3
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.VISITS
    assert round_.sha256 == sha256_of(round_.bundle)
    assert verify(ScoringRound.objects.get().bundle) == []
    path = tmp_path / "b.json"
    path.write_text(json.dumps(round_.bundle))
    call_command("verify_results", str(path), sha256=round_.sha256)
    assert JournalEntry.objects.filter(action="application.close_scoring").count() == 3
    assert JournalEntry.objects.filter(action="jury.close_scoring").count() == 1


def test_the_bundle_names_no_juror():
    jury = scored_jury((8, 7))
    text = json.dumps(close(jury).bundle, ensure_ascii=False)
    assert "Juror" not in text
    assert "@" not in text
    assert "Uzasadnienie" not in text


def test_a_gap_resolved_by_a_third_counts_the_two_closest():
    jury = make_jury(entries=1, jurors=3)
    score(jury.entries[0], (jury.jurors[0], 2), (jury.jurors[1], 9))
    with pytest.raises(Conflict):
        close(jury)
    third = assign(jury.entries[0], jury.jurors[2], third=True)
    with pytest.raises(Conflict):
        close(jury)
    close_sheet(third, 8)
    result = Result.objects.get(round=close(jury))
    assert (result.total, result.method, result.sheet_count) == (Decimal(85), "closest_two", 3)


@pytest.mark.parametrize("one", range(0, 11, 2))
def test_the_database_calls_a_third_juror_exactly_when_the_pure_rule_does(one):
    """The list of what blocks is counted in SQL; the rule of two scores stands in jury/scoring.py."""
    others = range(11)
    jury = make_jury(entries=len(others), jurors=2)
    for entry, other in zip(jury.entries, others, strict=True):
        score(entry, (jury.jurors[0], one), (jury.jurors[1], other))
    gap = jury.edition.third_juror_gap
    called = [
        entry.pk
        for entry, other in zip(jury.entries, others, strict=True)
        if calls_third([Decimal(10 * one), Decimal(10 * other)], gap)
    ]
    assert sorted(row["pk"] for row in entries_in_scoring(jury.edition).filter(NEEDING_THIRD)) == called


def test_what_blocks_the_closing_is_listed_by_its_reason():
    jury = make_jury(entries=5, jurors=3)
    complete, third, open_, undeclared, lacking = jury.entries
    one, two = jury.jurors[:2]
    score(complete, (one, 5), (two, 5))
    score(third, (one, 9), (two, 2))
    score(open_, (one, 5))
    assign(open_, two)
    score(undeclared, (one, 5))
    assign(undeclared, two, declared=False)
    score(lacking, (one, 5))
    preview = closing_preview(jury.edition)
    assert preview == ClosingPreview(complete=1, needing_third=1, open_sheets=2, lacking_jurors=1, missing=2)
    assert (preview.total, preview.blocked, preview.possible) == (5, 4, False)
    rows = entries_in_scoring(jury.edition)
    for condition, found in (
        (COMPLETE, [complete]), (NEEDING_THIRD, [third]), (OPEN, [open_, undeclared]), (LACKING, [lacking])
    ):  # fmt: skip
        assert [row["pk"] for row in rows.filter(condition)] == [entry.pk for entry in found]
    assert complete.pk not in {row["pk"] for row in blocking_entries(jury.edition)}
    with pytest.raises(Conflict):
        close(jury)
    assert not ScoringRound.objects.exists()
    assert states(jury) == ["IN_SCORING"] * 5


def test_an_unfinished_sheet_of_a_recused_juror_does_not_count_or_block():
    jury = make_jury(entries=1, jurors=3)
    entry = jury.entries[0]
    gone = assign(entry, jury.jurors[0])
    services.save_scores(
        actor=jury.jurors[0].user,
        assignment_id=gone.pk,
        revision=0,
        marks={"INNOVATION": services.Mark(10, "x")},
        summary="",
    )
    services.recuse(actor=jury.jurors[0].user, assignment_id=gone.pk, ground="Konflikt.")
    score(entry, (jury.jurors[1], 5), (jury.jurors[2], 6))
    assert Result.objects.get(round=close(jury)).total == Decimal(55)


def test_a_withdrawn_entry_is_not_ranked():
    jury = scored_jury((8, 7), (9, 9))
    add_entry(jury.edition, state="WITHDRAWN")
    assert close(jury).results.count() == 2


def test_only_the_chair_closes_and_only_once():
    jury = scored_jury((8, 7))
    for person in (jury.officer, jury.jurors[0].user):
        with pytest.raises(NotPermitted):
            close(jury, person)
    close(jury)
    with pytest.raises(Conflict):
        close(jury)


def test_nothing_to_close_is_refused():
    with pytest.raises(Conflict):
        close(make_jury(entries=0))


def test_closing_takes_as_many_queries_for_one_entry_as_for_many():
    counts = []
    for size in (1, 6):
        jury = scored_jury(*[(8, 7)] * size)
        with CaptureQueriesContext(connection) as queries:
            close(jury)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 41


# --- Reopening ----------------------------------------------------------------------------------
def test_reopening_supersedes_the_round_and_opens_the_chosen_sheets_only():
    jury = closed_jury((8, 7), (5, 6))
    first = current_round(jury.edition)
    services.reopen_scoring(
        actor=jury.chair.user, edition_id=jury.edition.pk, reason="Błąd.", entry_ids=[jury.entries[0].pk]
    )
    first.refresh_from_db()
    assert first.superseded_reason == "Błąd."
    assert current_round(jury.edition) is None
    assert states(jury) == ["IN_SCORING"] * 2
    opened = ScoreSheet.objects.filter(closed_at__isnull=True)
    assert {sheet.assignment.application_id for sheet in opened} == {jury.entries[0].pk}
    for sheet in opened:
        close_sheet(sheet.assignment, 9)
    second = close(jury)
    assert (second.number, second.results.get(application=jury.entries[0]).total) == (2, Decimal(90))
    assert first.results.get(application=jury.entries[0]).total == Decimal(75)


def test_reopening_needs_the_chair_a_reason_and_entries_of_the_edition():
    jury, other = closed_jury((8, 7)), closed_jury((8, 7))
    act = {"edition_id": jury.edition.pk, "entry_ids": [], "reason": "x"}
    with pytest.raises(NotPermitted):
        services.reopen_scoring(actor=jury.officer, **act)
    with pytest.raises(Invalid):
        services.reopen_scoring(actor=jury.chair.user, **act | {"reason": " "})
    with pytest.raises(Conflict):
        services.reopen_scoring(actor=jury.chair.user, **act | {"entry_ids": [other.entries[0].pk]})


def test_after_finalists_are_chosen_scoring_cannot_be_reopened():
    jury = closed_jury((8, 7))
    shortlist(jury, [jury.entries[0].pk])
    with pytest.raises(Conflict):
        services.reopen_scoring(actor=jury.chair.user, edition_id=jury.edition.pk, reason="x", entry_ids=[])


# --- Finalists ----------------------------------------------------------------------------------
def shortlist(jury, ids, **changes):
    act = {"actor": jury.chair.user, "round_id": current_round(jury.edition).pk, "reason": ""} | changes
    return services.shortlist(edition_id=jury.edition.pk, finalist_ids=ids, **act)


def test_the_chosen_become_finalists_and_all_others_are_not_selected():
    jury = closed_jury((8, 7), (5, 6), (9, 9))
    assert shortlist(jury, [jury.entries[0].pk, jury.entries[2].pk]) == (2, 1)
    assert states(jury) == ["FINALIST", "NOT_SELECTED", "FINALIST"]
    assert JournalEntry.objects.filter(action__in=["application.shortlist", "application.decline"]).count() == 3
    with pytest.raises(Conflict):
        shortlist(jury, [])


def test_departing_from_the_threshold_needs_a_reason_that_is_kept():
    jury = closed_jury((8, 7), (5, 6))
    with pytest.raises(Invalid):
        shortlist(jury, [])
    with pytest.raises(Invalid):
        shortlist(jury, [entry.pk for entry in jury.entries])
    assert states(jury) == ["SCORED"] * 2
    shortlist(jury, [entry.pk for entry in jury.entries], reason="Wyjątkowa praktyka.")
    assert current_round(jury.edition).shortlist_reason == "Wyjątkowa praktyka."


def test_a_chair_in_conflict_decides_nothing_about_that_entry():
    jury = closed_jury((8, 7), (5, 6))
    jury.chair.employer = jury.entries[0].unit
    jury.chair.residence = jury.entries[1].unit
    jury.chair.save()
    shortlist(jury, [jury.entries[1].pk])
    assert states(jury) == ["FINALIST", "NOT_SELECTED"]


def test_a_stale_ranking_or_a_vanished_entry_is_refused():
    jury = closed_jury((8, 7), (9, 9))
    with pytest.raises(Conflict):
        shortlist(jury, [], round_id=0)
    services.disqualify(actor=jury.chair.user, application_id=jury.entries[0].pk, reason="Nieprawda we wniosku.")
    with pytest.raises(Conflict):
        shortlist(jury, [entry.pk for entry in jury.entries])
    with pytest.raises(NotPermitted):
        shortlist(jury, [jury.entries[1].pk], actor=jury.officer)
    assert shortlist(jury, [jury.entries[1].pk]) == (1, 0)


# --- Visits and decision ------------------------------------------------------------------------
@pytest.fixture
def finals():
    jury = closed_jury((8, 7), (5, 6))
    shortlist(jury, [jury.entries[0].pk])
    return jury


def plan(jury, entry=None, actor=None, visitors=None):
    return services.plan_visit(
        actor=actor or jury.chair.user,
        application_id=(entry or jury.entries[0]).pk,
        planned_on=timezone.localdate(),
        visitor_ids=[juror.pk for juror in (jury.jurors[:1] if visitors is None else visitors)],
    )


def record(jury, visit, actor=None, **changes):
    act = {"visited_on": timezone.localdate(), "findings": "Działa.", "visitor_ids": [jury.jurors[0].pk]} | changes
    return services.record_visit(actor=actor or jury.jurors[0].user, visit_id=visit.pk, **act)


def test_a_visit_is_planned_by_the_chair_and_recorded_by_a_visitor(finals):
    visit = plan(finals)
    assert plan(finals).pk == visit.pk
    record(finals, visit)
    visit.refresh_from_db()
    assert (visit.findings, visit.recorded_by) == ("Działa.", finals.jurors[0].user)
    record(finals, visit, actor=finals.chair.user, findings="Poprawka.")
    assert SiteVisit.objects.get().findings == "Poprawka."


def test_visits_are_refused_to_others_to_non_finalists_and_in_conflict(finals):
    visit = plan(finals)
    with pytest.raises(NotPermitted):
        plan(finals, actor=finals.jurors[0].user)
    for person in (finals.jurors[1].user, finals.officer):
        with pytest.raises(NotPermitted):
            record(finals, visit, actor=person)
    with pytest.raises(Conflict):
        plan(finals, entry=finals.entries[1])
    biased = make_juror(finals.edition, employer=finals.entries[0].unit)
    stranger = make_juror(make_jury(entries=0).edition)
    for visitors in ([biased], [stranger]):
        with pytest.raises(Invalid):
            plan(finals, visitors=visitors)


@pytest.mark.parametrize(
    "changes", [{"visited_on": timezone.localdate() + timedelta(days=2)}, {"findings": " "}, {"visitor_ids": []}]
)
def test_a_record_says_when_who_and_what(finals, changes):
    visit = plan(finals)
    with pytest.raises(Invalid):
        record(finals, visit, **changes)


def test_the_decision_begins_after_finalists_are_chosen_and_ends_the_visits(finals):
    undecided = closed_jury((8, 7))
    with pytest.raises(Conflict):
        services.begin_decision(actor=undecided.chair.user, edition_id=undecided.edition.pk)
    with pytest.raises(NotPermitted):
        services.begin_decision(actor=finals.officer, edition_id=finals.edition.pk)
    visit = plan(finals)
    services.begin_decision(actor=finals.chair.user, edition_id=finals.edition.pk)
    assert Edition.objects.get(pk=finals.edition.pk).phase == Phase.DECISION
    with pytest.raises(Conflict):
        record(finals, visit)
    with pytest.raises(Conflict):
        plan(finals)


# --- Disqualification ---------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["SUBMITTED", "ELIGIBLE", "IN_SCORING", "SCORED", "FINALIST", "LAUREATE"])
def test_the_chair_disqualifies_with_a_reason_before_the_announcement(state):
    jury = make_jury(entries=0, phase=Phase.DECISION)
    entry = add_entry(jury.edition, state=state)
    with pytest.raises(Invalid):
        services.disqualify(actor=jury.chair.user, application_id=entry.pk, reason="")
    for person in (jury.officer, jury.jurors[0].user):
        with pytest.raises(NotPermitted):
            services.disqualify(actor=person, application_id=entry.pk, reason="x")
    services.disqualify(actor=jury.chair.user, application_id=entry.pk, reason="Plagiat.")
    found = Application.objects.get(pk=entry.pk)
    assert (found.state, found.decision_reason) == ("DISQUALIFIED", "Plagiat.")
    assert JournalEntry.objects.get(action="application.disqualify").data == {"before": state}


def test_the_units_people_are_told_of_a_disqualification_and_why():
    jury = make_jury(entries=0, phase=Phase.DECISION)
    entry = add_entry(jury.edition, state="FINALIST")
    member = make_member(entry.unit)
    services.disqualify(actor=jury.chair.user, application_id=entry.pk, reason="Plagiat.")
    (message,) = OutboxMessage.objects.filter(kind="application_disqualified")
    assert (message.recipient, message.edition_id) == (member.email, jury.edition.pk)
    mail = render_mail(kind=message.kind, language="pl", context=message.context)
    assert "Plagiat." in mail.text
    assert str(entry.number) in mail.subject


def test_nobody_is_disqualified_twice_after_the_announcement_or_by_a_chair_in_conflict():
    jury = make_jury(entries=0, phase=Phase.ANNOUNCED)
    with pytest.raises(Conflict):
        services.disqualify(
            actor=jury.chair.user, application_id=add_entry(jury.edition, state="FINALIST").pk, reason="x"
        )
    jury = make_jury(entries=0, phase=Phase.DECISION)
    with pytest.raises(Conflict):
        services.disqualify(
            actor=jury.chair.user, application_id=add_entry(jury.edition, state="DISQUALIFIED").pk, reason="x"
        )
    unit = make_unit()
    jury.chair.employer = unit
    jury.chair.save()
    with pytest.raises(Conflict):
        services.disqualify(
            actor=jury.chair.user, application_id=add_entry(jury.edition, state="FINALIST", unit=unit).pk, reason="x"
        )
