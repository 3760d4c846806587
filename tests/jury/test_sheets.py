"""Saving and closing a sheet."""

import json
from decimal import Decimal

import pytest

from common.canonical import sha256_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.workflow import Phase
from jury import services
from jury.models import Assignment, AssignmentStatus, Score, ScoreSheet, ScoreSheetVersion
from jury.services import Mark
from tests.jury.helpers import assign, declare, make_jury, marks

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return make_jury(entries=1)


@pytest.fixture
def row(jury):
    return assign(jury.entries[0], jury.jurors[0])


def save(jury, row, points=5, *, revision=0, actor=None, why="Bo tak.", summary="Opinia."):
    return services.save_scores(
        actor=actor or jury.jurors[0].user,
        assignment_id=row.pk,
        revision=revision,
        marks=marks(jury.edition, points, why),
        summary=summary,
    )


def submit(jury, row, actor=None):
    return services.submit_sheet(actor=actor or jury.jurors[0].user, assignment_id=row.pk)


def test_blanks_may_be_saved_and_every_save_is_a_kept_version(jury, row):
    save(jury, row, None, why="")
    sheet = save(jury, row, 7, revision=1)
    assert sheet.revision == 2
    assert set(Score.objects.values_list("points", flat=True)) == {7}
    assert Score.objects.count() == 5
    versions = ScoreSheetVersion.objects.order_by("revision")
    assert [v.content["scores"]["INNOVATION"]["points"] for v in versions] == [None, 7]
    assert all(v.sha256 == sha256_of(v.content) for v in versions)
    assert sheet.saved_at == versions[1].saved_at


def test_a_version_holds_all_that_was_written_and_a_nonce(jury, row):
    save(jury, row, 7, why="Bo tak.", summary="Opinia.")
    content = ScoreSheetVersion.objects.get().content
    assert len(content.pop("nonce")) >= 32  # 128 bits
    written = {"points": 7, "justification": "Bo tak."}
    scores = {criterion.code: written for criterion in jury.edition.criteria.all()}
    assert content == {"scores": scores, "summary": "Opinia.", "closed": False}


def test_the_total_is_computed_when_the_sheet_is_closed(jury, row):
    """Points of 10 on a weight of 20 and 4 on the other 80: 20 + 32."""
    services.save_scores(
        actor=jury.jurors[0].user,
        assignment_id=row.pk,
        revision=0,
        marks=marks(jury.edition, 4) | {"INNOVATION": Mark(10, "x")},
        summary="",
    )
    assert ScoreSheet.objects.get().total is None
    submit(jury, row)
    assert ScoreSheet.objects.get().total == Decimal(52)


def test_the_journal_keeps_a_digest_and_no_value(jury, row):
    save(jury, row, 7, why="Kanarek uzasadnienia")
    entry = JournalEntry.objects.get(action="jury.save_scores")
    assert entry.data["sha256"] == ScoreSheetVersion.objects.get().sha256
    assert set(entry.data) == {"application", "revision", "sha256"}
    assert "Kanarek" not in json.dumps(entry.data)


def test_the_journal_says_who_saved_and_who_closed_which_sheet(jury, row):
    sheet = save(jury, row, 7)
    submit(jury, row)
    told = JournalEntry.objects.filter(action__startswith="jury.").order_by("id")
    assert [(entry.action, entry.data["revision"]) for entry in told] == [
        ("jury.save_scores", 1),
        ("jury.submit_sheet", 2),
    ]
    for entry in told:
        assert (entry.actor_id, entry.edition_id) == (jury.jurors[0].user.pk, jury.edition.pk)
        assert (entry.target_type, entry.target_id) == ("jury.scoresheet", sheet.pk)
        assert entry.data["application"] == row.application_id


def test_equal_sheets_have_different_digests_so_that_points_cannot_be_guessed(jury, row):
    save(jury, row, 7)
    save(jury, row, 7, revision=1)
    assert len(set(ScoreSheetVersion.objects.values_list("sha256", flat=True))) == 2


def test_a_stale_tab_is_refused_and_overwrites_nothing(jury, row):
    save(jury, row, 7)
    with pytest.raises(services.StaleSheet):
        save(jury, row, 2, revision=0)
    assert set(Score.objects.values_list("points", flat=True)) == {7}
    assert ScoreSheetVersion.objects.count() == 1


@pytest.mark.parametrize("points", [-1, 11])
def test_points_outside_the_scale_are_refused(jury, row, points):
    with pytest.raises(Invalid):
        save(jury, row, points)


def test_closing_needs_points_and_a_justification_on_every_criterion(jury, row):
    save(jury, row, 7)
    with pytest.raises(Invalid):
        services.save_scores(
            actor=jury.jurors[0].user,
            assignment_id=row.pk,
            revision=1,
            marks=marks(jury.edition, 7) | {"INNOVATION": Mark(11, "x")},
            summary="",
        )
    Score.objects.filter(criterion__code="INNOVATION").update(justification="  ")
    with pytest.raises(Invalid, match="Innowacyjność"):
        submit(jury, row)
    Score.objects.filter(criterion__code="INNOVATION").update(justification="x", points=None)
    with pytest.raises(Invalid, match="Innowacyjność"):
        submit(jury, row)
    Score.objects.filter(criterion__code="INNOVATION").update(points=0)
    assert submit(jury, row).closed_at is not None
    assert ScoreSheetVersion.objects.get(revision=2).content["closed"] is True


def test_a_closed_sheet_cannot_be_saved_or_closed_again(jury, row):
    save(jury, row, 7)
    submit(jury, row)
    with pytest.raises(services.SheetSealed):
        save(jury, row, 1, revision=2)
    with pytest.raises(services.SheetSealed):
        submit(jury, row)
    assert set(Score.objects.values_list("points", flat=True)) == {7}


def test_nobody_else_writes_on_a_sheet(jury, row):
    for person in (jury.jurors[1].user, jury.chair.user, jury.officer):
        with pytest.raises(NotPermitted):
            save(jury, row, actor=person)
        with pytest.raises(NotPermitted):
            submit(jury, row, actor=person)
    assert not Score.objects.exists()


def test_no_sheet_opens_before_the_declaration_or_after_a_recusal(jury):
    row = assign(jury.entries[0], jury.jurors[0], declared=False)
    with pytest.raises(Conflict):
        save(jury, row)
    declare(row)
    Assignment.objects.filter(pk=row.pk).update(status=AssignmentStatus.RECUSED)
    with pytest.raises(NotPermitted):
        save(jury, row)


@pytest.mark.parametrize("phase", [Phase.FORMAL_REVIEW, Phase.VISITS, Phase.ANNOUNCED])
def test_outside_the_phase_of_scoring_nothing_is_saved(phase):
    jury = make_jury(entries=1, phase=phase)
    row = assign(jury.entries[0], jury.jurors[0])
    with pytest.raises(services.SheetSealed):
        save(jury, row)


def test_criteria_of_another_edition_are_ignored(jury, row):
    services.save_scores(
        actor=jury.jurors[0].user,
        assignment_id=row.pk,
        revision=0,
        marks={"FOREIGN": Mark(10, "x"), "INNOVATION": Mark(3, "y")},
        summary="",
    )
    assert dict(Score.objects.values_list("criterion__code", "points"))["INNOVATION"] == 3
    assert list(Score.objects.exclude(points=None, justification="").values_list("points", "justification")) == [
        (3, "y")
    ]


def test_a_conflict_that_became_known_after_the_declaration_stops_the_closing(jury, row):
    save(jury, row, 7)
    jury.jurors[0].employer = jury.entries[0].unit
    jury.jurors[0].save()
    with pytest.raises(Conflict, match=jury.entries[0].number):
        submit(jury, row)
    assert ScoreSheet.objects.get().closed_at is None
    services.recuse(actor=jury.jurors[0].user, assignment_id=row.pk, ground="Nowe miejsce pracy.")
