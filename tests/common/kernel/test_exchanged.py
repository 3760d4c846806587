"""Rows that are each well formed, exchanged, put back or taken out by SQL: named, and no act builds on them."""

import pytest
from django.db import connection

from applications.models import Application
from common.kernel.comparison import verify_all
from common.kernel.seals import NotAsSealed
from contest.models import Edition
from jury import services
from jury.models import Result, ScoreSheet
from jury.queries.results import current_round
from jury.services.sheets import Mark
from practices.services.announce import announce_edition
from tests.awards import makers
from tests.common.kernel.world import scored_world
from tests.factories import make_officer
from tests.sealed_anew import seal_as_it_stands
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def jury():
    return scored_world().jury


def close(jury):
    return services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)


def named(table: str) -> bool:
    return any(table in problem for problem in verify_all(media=False).problems)


def exchange_sheets(jury) -> None:
    """Of the same juror between two entries: every version, score and total stays right."""
    one, other = ScoreSheet.objects.filter(assignment__juror=jury.jurors[0]).order_by("pk")
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys=ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for sheet, assignment in ((one, -1), (other, one.assignment_id), (one, other.assignment_id)):
            cursor.execute("UPDATE jury_scoresheet SET assignment_id = %s WHERE id = %s", [assignment, sheet.pk])


def test_sheets_exchanged_between_two_entries_are_named_and_closing_stops(jury):
    assert not named("jury.score")
    exchange_sheets(jury)
    assert named("jury.scoresheet")
    with pytest.raises(NotAsSealed):
        close(jury)


def corrected(jury) -> ScoreSheet:
    """A sheet closed a second time, with other points, after the chair opened the scoring again."""
    close(jury)
    entry, juror = jury.entries[0], jury.jurors[0]
    services.reopen_scoring(actor=jury.chair.user, edition_id=jury.edition.pk, reason="Błąd.", entry_ids=[entry.pk])
    for assignment in entry.assignments.filter(sheet__isnull=False):
        sheet = assignment.sheet
        marks = {code: Mark(7, "Poprawka.") for code in jury.edition.criteria.values_list("code", flat=True)}
        more = {"actor": assignment.juror.user, "assignment_id": assignment.pk}
        sheet = services.save_scores(**more, revision=sheet.revision, marks=marks, summary=None)
        services.submit_sheet(**more)
    return ScoreSheet.objects.get(assignment__application=entry, assignment__juror=juror)


@pytest.mark.parametrize("back", [True, False])
def test_an_older_version_put_in_the_place_of_the_newest_is_named_and_closing_stops(jury, back):
    sheet = corrected(jury)
    first = sheet.versions.order_by("revision").first()
    revision = first.revision if back else 0
    ScoreSheet.objects.filter(pk=sheet.pk).update(revision=revision, total="90")
    for code, mark in first.content["scores"].items():
        sheet.scores.filter(criterion__code=code).update(**mark)
    assert named(f"jury.scoresheet {sheet.pk}: differs from its sealed version in revision")
    with pytest.raises(NotAsSealed):
        close(jury)


def test_a_closed_sheet_that_nobody_saved_is_named(jury):
    sheet = ScoreSheet.objects.first()
    sheet.versions.all().delete()
    ScoreSheet.objects.filter(pk=sheet.pk).update(revision=0)
    assert named(f"jury.scoresheet {sheet.pk}: its saved version")


@pytest.mark.parametrize("state", ["WITHDRAWN", "ELIGIBLE", "DISQUALIFIED", "DRAFT"])
def test_an_entry_taken_out_of_the_scoring_stops_its_closing(jury, state):
    Application.objects.filter(pk=jury.entries[0].pk).update(state=state)
    with pytest.raises(NotAsSealed):
        close(jury)


@pytest.mark.parametrize("state", ["WITHDRAWN", "DISQUALIFIED"])
def test_a_laureate_taken_out_of_the_contest_stops_the_announcement(state):
    edition, _chair = makers.deciding_edition()
    first = makers.decided(edition, "LAUREATE")
    makers.decided(edition, "HONOURABLE_MENTION")
    seal_as_it_stands()
    Application.objects.filter(pk=first.pk).update(state=state)
    with pytest.raises(NotAsSealed):
        announce_edition(actor=make_officer(), edition_id=edition.pk, typed_word="OGŁASZAM")
    assert Edition.objects.get(pk=edition.pk).phase == "DECISION"


@pytest.mark.parametrize("change", [{"total": 1}, {"above_threshold": False}])
def test_a_ranking_that_is_not_the_frozen_one_stops_the_choice_of_finalists(jury, change):
    close(jury)
    row = Result.objects.filter(above_threshold=True).first()
    Result.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(NotAsSealed):
        services.shortlist(
            actor=jury.chair.user,
            edition_id=jury.edition.pk,
            round_id=current_round(jury.edition).pk,
            finalist_ids=[row.application_id],
            reason="Wyjątek.",
        )
