"""Many jurors at once, and one juror in two tabs, on a database with real row locks."""

import threading

import pytest
from django.db import connection, transaction

from common.errors import Conflict, NotPermitted
from jury import services
from jury.models import AssignmentStatus, Score, ScoreSheet, ScoreSheetVersion
from jury.services import declaring, sheets
from tests.jury.helpers import assign, make_jury, marks
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def saving(juror, row, written, revision=0):
    return lambda: services.save_scores(
        actor=juror.user, assignment_id=row.pk, revision=revision, marks=written, summary=""
    )


@pytest.mark.case(17)
def test_eight_jurors_save_at_once_and_nothing_is_lost(figure):
    jury = make_jury(entries=1, jurors=8)
    rows = [assign(jury.entries[0], juror) for juror in jury.jurors]
    acts = [saving(j, row, marks(jury.edition, n)) for n, (j, row) in enumerate(zip(jury.jurors, rows, strict=True))]
    assert raised(together(*acts)) == []
    for points, row in enumerate(rows):
        assert set(Score.objects.filter(sheet__assignment=row).values_list("points", flat=True)) == {points}
    assert ScoreSheetVersion.objects.count() == 8
    figure("8 jurors on one entry at once: lost 0")


@pytest.mark.case(17)
def test_of_two_tabs_one_is_saved_and_the_other_is_told(figure):
    jury = make_jury(entries=1, jurors=1)
    row = assign(jury.entries[0], jury.jurors[0])
    outcomes = together(*[saving(jury.jurors[0], row, marks(jury.edition, points)) for points in (3, 7)])
    assert [type(error).__name__ for error in raised(outcomes)] == ["StaleSheet"]
    saved = {points for points, outcome in zip((3, 7), outcomes, strict=True) if not raised([outcome])}
    assert set(Score.objects.values_list("points", flat=True)) == saved
    figure("two tabs at once: one saved whole, the other told")


@pytest.mark.case(17, control=True)
def test_without_the_row_lock_both_tabs_pass_the_check(monkeypatch, figure):
    """The negative control: the same race with the lock off lets a stale tab through the revision check."""
    jury = make_jury(entries=1, jurors=1)
    row = assign(jury.entries[0], jury.jurors[0])
    both_read = threading.Barrier(2)

    def unlocked(queryset, **lookup):
        found = queryset.get(**lookup)
        both_read.wait(timeout=10)
        return found

    monkeypatch.setattr(sheets, "lock_row", unlocked)
    outcomes = together(*[saving(jury.jurors[0], row, marks(jury.edition, points)) for points in (3, 7)])
    assert not any(isinstance(outcome, Conflict) for outcome in outcomes)
    assert ScoreSheet.objects.get().revision == 1
    figure("both tabs saved, neither was told: one text lost")


def recuse_while_closing():
    """A juror recuses in one window and, before that is done, closes the sheet in another; what the other was told."""
    jury = make_jury(entries=1, jurors=1)
    juror, row = jury.jurors[0], assign(jury.entries[0], jury.jurors[0])
    saving(juror, row, marks(jury.edition, 5))()
    recused, tried = threading.Event(), threading.Event()

    def recuse():
        with transaction.atomic():
            services.recuse(actor=juror.user, assignment_id=row.pk, ground="Brałem udział w projekcie.")
            recused.set()
            tried.wait(timeout=1)  # the other window either waits for us or is through by then

    def close():
        recused.wait(timeout=10)
        try:
            services.submit_sheet(actor=juror.user, assignment_id=row.pk)
        finally:
            tried.set()

    outcomes = together(recuse, close)
    row.refresh_from_db()
    assert (raised(outcomes[:1]), row.status) == ([], AssignmentStatus.RECUSED)
    return outcomes[1]


def test_a_sheet_is_not_closed_past_a_recusal():
    assert isinstance(recuse_while_closing(), NotPermitted)
    assert ScoreSheet.objects.get().closed_at is None


def test_without_the_lock_on_the_sheet_it_would_be(monkeypatch):
    """The negative control: a recusal that only looks at the sheet lets it be closed behind its back."""
    monkeypatch.setattr(declaring, "sheet_is_closed", lambda assignment: assignment.sheet.closed_at is not None)
    assert recuse_while_closing() is None
    assert ScoreSheet.objects.get().closed_at is not None
