"""Closing, announcing, building a diploma and publishing a practice stop where facts are not as sealed (case 63)."""

import pytest
from django.db import connection

from applications.models import Application
from awards.models import Announcement, Award, Certificate, CertificateStatus
from awards.services import build_due
from common.kernel.seals import NotAsSealed, differences
from common.models import JournalEntry
from jury import services as jury_services
from jury.models import Result, Score, ScoringRound
from notifications.models import OutboxMessage
from practices.models import Practice
from practices.services import publish_announced
from tests.common.kernel.world import announce, decided_world, scored_world
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0


def close(world):
    return jury_services.close_scoring(actor=world.jury.chair.user, edition_id=world.edition.pk)


CLOSING = {
    "a score": "UPDATE jury_score SET points = 10 WHERE id = (SELECT MIN(id) FROM jury_score)",
    "a justification": "UPDATE jury_score SET justification = 'x' WHERE id = (SELECT MIN(id) FROM jury_score)",
    "a total": "UPDATE jury_scoresheet SET total = total + 1 WHERE id = (SELECT MIN(id) FROM jury_scoresheet)",
    "a version's digest": "UPDATE jury_scoresheetversion SET sha256 = 'x'",
    "a version removed": "DELETE FROM jury_scoresheetversion WHERE id = (SELECT MIN(id) FROM jury_scoresheetversion)",
    "a recusal removed": "DELETE FROM jury_impartialitydeclaration WHERE ground <> ''",
    "an assignment dated otherwise": "UPDATE jury_assignment SET assigned_at = '2001-01-01'",
    "a declaration dated otherwise": "UPDATE jury_impartialitydeclaration SET declared_at = '2001-01-01'",
    "a file's digest": "UPDATE applications_attachment SET sha256 = 'x'",
    "a file of another entry": "UPDATE applications_attachment SET application_id = (SELECT MAX(id) FROM "
    "applications_application)",
    "an entry's group": "UPDATE applications_application SET domain_id = (SELECT MAX(id) FROM contest_domain)",
    "a weight": "UPDATE contest_criterion SET weight = 1 WHERE id = (SELECT MIN(id) FROM contest_criterion)",
    "the threshold": "UPDATE contest_edition SET finalist_threshold = 1",
}


@pytest.mark.parametrize("change", CLOSING)
def test_closing_stops_with_the_name_of_what_differs(change):
    world = scored_world()
    sql(CLOSING[change])
    with pytest.raises(NotAsSealed, match=r"Nic nie zostało zrobione"):
        close(world)
    assert not ScoringRound.objects.exists()


def test_untouched_scores_close_and_count_as_sealed(figure):
    world = scored_world()
    close(world)
    assert Result.objects.count() == 2
    figure(f"closing: {len(CLOSING)} kinds of changes stop it, untouched it closes")


def test_without_the_check_the_version_counts_and_not_the_row(monkeypatch):
    """A control: even unchecked, a changed row no longer reaches the result."""
    world = scored_world()
    before = {row.application_id: row for row in Result.objects.all()}
    assert before == {}
    monkeypatch.setattr("jury.sealed.what_differs", lambda *_args, **_kwargs: [])
    Score.objects.update(points=10)
    close(world)
    assert all(row.total < 100 for row in Result.objects.all())


ANNOUNCING = {
    "a decision": "UPDATE awards_decision SET justification = 'x'",
    "a decision's kind": "UPDATE awards_decision SET kind = 'LAUREATE' WHERE kind = 'FINALIST'",
    "a state": "UPDATE applications_application SET state = 'LAUREATE' WHERE state = 'FINALIST'",
    "minutes": "UPDATE awards_jurysession SET minutes = 'x'",
    "a place": "UPDATE jury_result SET place = 7",
    "a title": "UPDATE applications_application SET title = 'x'",
    "a unit's name": "UPDATE units_unit SET name = 'x'",
    "a sent version": "UPDATE applications_applicationversion SET sha256 = 'x'",
    "a recusal's ground": "UPDATE jury_impartialitydeclaration SET ground = 'x' WHERE ground <> ''",
    "a recusal removed": "DELETE FROM jury_impartialitydeclaration WHERE ground <> ''",
    "a declaration dated otherwise": "UPDATE jury_impartialitydeclaration SET declared_at = '2001-01-01'",
    "a recusal taken back": "UPDATE jury_assignment SET status = 'DECLARED' WHERE status = 'RECUSED'",
    "a visit's findings": "UPDATE jury_sitevisit SET findings = 'x'",
    "a visit's day": "UPDATE jury_sitevisit SET visited_on = '2001-01-01'",
    "visitors": "DELETE FROM jury_sitevisit_visitors",
    "a file's digest": "UPDATE applications_attachment SET sha256 = 'x'",
    "a file's name": "UPDATE applications_attachment SET name = 'x'",
    "the rules": "UPDATE contest_rulesversion SET reason = 'x'",
}


@pytest.mark.parametrize("change", ANNOUNCING)
def test_announcing_stops_and_nothing_is_published(change):
    world = decided_world()
    sql(ANNOUNCING[change])
    with pytest.raises(NotAsSealed):
        announce(world)
    assert not Announcement.objects.exists()
    assert not Award.objects.exists()
    assert not OutboxMessage.objects.filter(kind__startswith="announced").exists()


def test_announcing_misses_a_visit_and_a_file_that_are_gone():
    world = decided_world()
    with as_owner():
        sql("DELETE FROM jury_sitevisit_visitors")
        sql("DELETE FROM jury_sitevisit")
    with pytest.raises(NotAsSealed, match="brak"):
        announce(world)


def test_untouched_it_is_announced():
    world = decided_world()
    announce(world)
    assert Award.objects.count() == 2
    assert differences(Award.objects.all(), Certificate.objects.all(), Practice.objects.all()) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE awards_award SET title = 'x'",
        "UPDATE awards_certificate SET number = 'SLZ/X/L/' || id",
        "UPDATE awards_certificate SET facts = '{}'",
    ],
)
def test_a_diploma_of_changed_facts_fails_and_tells_the_officer(change, settings):
    settings.ALERT_EMAIL = "dyzurny@example.org"
    world = decided_world()
    announce(world)
    sql(change)
    assert build_due() == 0
    assert set(Certificate.objects.values_list("status", flat=True)) == {CertificateStatus.FAILED}
    assert "zabezpieczonych" in Certificate.objects.first().last_error
    assert OutboxMessage.objects.filter(kind="certificate_alert").exists()


def test_a_practice_of_a_changed_version_is_not_published():
    world = decided_world()
    announce(world)
    from practices.models import PracticeContact, PracticeTool, PracticeVersion

    for model in (PracticeVersion, PracticeContact, PracticeTool):
        model.objects.all().delete()
    Practice.objects.all().delete()
    sql("UPDATE applications_applicationversion SET sha256 = 'x'")
    with pytest.raises(NotAsSealed):
        publish_announced(edition_id=world.edition.pk)
    assert not Practice.objects.exists()


def test_an_inserted_row_stops_it_only_once_a_baseline_tells_old_rows_from_new():
    world = scored_world()
    entry = world.jury.entries[0]
    assert differences([entry]) == []
    with as_owner():
        JournalEntry.objects.filter(target_type="applications.application").delete()
    assert [str(item.kind) for item in differences(Application.objects.filter(pk=entry.pk))] == ["extra"]
    with as_owner():
        JournalEntry.objects.filter(action="journal.baseline").delete()
    assert differences(Application.objects.filter(pk=entry.pk)) == []
