"""Rows spoilt so that no code of ours can read them: `verify_all` names them and everything else, acts end in words."""

import pytest
from django.db import connection, transaction

from awards.models import Announcement, Certificate, CertificateStatus
from awards.services import build_due
from common.kernel import evidence
from common.kernel.comparison import verify_all
from common.kernel.seals import NotAsSealed
from jury.models import ScoringRound
from jury.services import close_scoring
from tests.common.kernel.world import announce, announced_world, decided_world, scored_world
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]

# (table, column, value, what the problem says)
SPOILT = [
    ("jury_scoringround", "bundle", "{}", "jury.scoringround"),
    ("jury_scoringround", "bundle", "[]", "jury.scoringround"),
    ("jury_scoringround", "bundle", "null", "jury.scoringround"),
    ("jury_scoringround", "bundle", '{"entries":[{}]}', "jury.scoringround"),
    ("jury_scoresheetversion", "content", "{}", "jury.scoresheetversion"),
    ("jury_scoresheetversion", "content", "null", "jury.scoresheetversion"),
    ("jury_scoresheetversion", "content", '{"scores":[],"summary":"","closed":true}', "jury.scoresheetversion"),
    ("applications_applicationversion", "content", "null", "applications.applicationversion"),
    ("applications_applicationversion", "content", "[]", "applications.applicationversion"),
    ("practices_practiceversion", "content", "null", "practices.practiceversion"),
    ("jury_result", "by_criterion", "null", "rounds, their bundles and results: cannot be read"),
    ("jury_result", "by_criterion", '{"INNOVATION":"x"}', "rounds, their bundles and results: cannot be read"),
    ("awards_certificate", "facts", "[]", "awards.certificate"),
    ("awards_certificate", "facts", "null", "awards.certificate"),
    ("contest_rulesversion", "canonical_json", "x", "contest.rulesversion"),
    ("common_journalentry", "data", "[]", "journal: altered"),
    ("common_journalentry", "data", '"x"', "journal: altered"),
    ("common_journalentry", "facts", "[]", "its digests cannot be read"),
    ("common_journalentry", "facts", "null", "its digests cannot be read"),
    ("common_journalentry", "facts", '{"x":1}', "its digests cannot be read"),
    ("common_journalentry", "facts", '{"awards.award":{"abc":"1:a"}}', "its digests cannot be read"),
    ("common_journalentry", "facts", '{"awards.award":{"1":5}}', "its digests cannot be read"),
    ("common_journalcheckpoint", "root", "zz", "checkpoint 1: "),
    ("common_journalseal", "entry_hash", "zz", "journal: altered"),
    ("common_signingkey", "public_key", "zz", "cannot be read (ValueError)"),
    ("common_evidencekey", "key", "zz", "common.evidencekey: cannot be read (ValueError)"),
    ("applications_attachment", "file", "../../etc/passwd", "cannot be read (SuspiciousFileOperation)"),
]
# What only SQLite takes.
LOOSE = [
    ("jury_scoresheet", "total", "abc", "cannot be read"),
    ("awards_jurysession", "held_on", "9999-99-99", "awards.jurysession"),
    ("common_journalseal", "sealed_at", "x", "journal: altered"),
    ("common_journalentry", "happened_at", "x", "cannot be read"),
    ("awards_award", "title", b"\xff", "awards.award"),
    ("practices_practice", "goals", b"\xff", "practices.practice"),
    ("awards_jurysession", "minutes", b"\xff", "awards.jurysession"),
]
KEYS = {"common_journalcheckpoint": "number", "common_journalseal": "sequence"}


def spoil(table: str, column: str, value: str | bytes) -> None:
    key = KEYS.get(table, "id")
    place, given = ("CAST(%s AS TEXT)", value) if isinstance(value, bytes) else ("%s", value)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = {place} WHERE {key} = (SELECT MAX({key}) FROM {table})", [given])
        assert cursor.rowcount == 1


@pytest.fixture(autouse=True)
def constraints():
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.fixture
def signed_world(settings, tmp_path):
    """Its own storage: check_media looks at every file there is."""
    from common.kernel.checkpoints import HOUR, make_checkpoint
    from common.kernel.keys import embedded_signer

    settings.MEDIA_ROOT = tmp_path
    world = announced_world()
    make_checkpoint(embedded_signer(tmp_path / "key.pem"), HOUR)
    (tmp_path / "key.pem").unlink()
    assert verify_all().problems == []
    return world


def test_what_cannot_be_read_is_named_and_hides_no_other_difference(signed_world, monkeypatch, figure) -> None:
    """Each with a unit's name changed besides, which must be named as well (not where the key itself is spoilt)."""
    wrong = []
    spoilt = SPOILT + (LOOSE if connection.vendor == "sqlite" else [])
    for table, column, value, named in spoilt:
        with as_owner(), transaction.atomic():
            if table == "common_evidencekey":
                monkeypatch.setattr(evidence, "_keys", {})  # asked of the database again
            with connection.cursor() as cursor:
                cursor.execute("UPDATE units_unit SET name = 'x' WHERE id = (SELECT MIN(id) FROM units_unit)")
            spoil(table, column, value)
            problems = verify_all().problems
            hidden = table != "common_evidencekey" and not any("units.unit" in problem for problem in problems)
            if hidden or not any(named in problem for problem in problems):
                wrong.append((table, column, value, problems))
            transaction.set_rollback(True)
        monkeypatch.undo()
    assert wrong == []
    assert verify_all().problems == []
    figure(f"{len(spoilt)} rows that cannot be read: each named, none hides another difference")


@pytest.mark.parametrize("content", ["null", "[]", "{}"])
def test_closing_says_that_a_version_of_a_sheet_cannot_be_read(content) -> None:
    world = scored_world()
    spoil("jury_scoresheetversion", "content", content)
    with pytest.raises(NotAsSealed, match="Nic nie zostało zrobione"):
        close_scoring(actor=world.jury.chair.user, edition_id=world.edition.pk)
    assert not ScoringRound.objects.exists()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("jury_scoringround", "bundle", "null"),
        ("jury_scoringround", "bundle", "{}"),
        ("jury_result", "by_criterion", "null"),
        ("contest_rulesversion", "canonical_json", "x"),
        ("applications_applicationversion", "content", "null"),
    ],
)
def test_announcing_says_what_cannot_be_read(table, column, value) -> None:
    world = decided_world()
    spoil(table, column, value)
    with pytest.raises(NotAsSealed, match="Nic nie zostało zrobione"):
        announce(world)
    assert not Announcement.objects.exists()


def test_announcing_says_that_an_entry_of_the_journal_cannot_be_read() -> None:
    world = decided_world()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE common_journalentry SET facts = '[]' WHERE action = 'awards.close_session'")
        cursor.execute("UPDATE common_journalentry SET facts = '[]' WHERE target_type = 'awards.jurysession'")
    with pytest.raises(NotAsSealed):
        announce(world)


def test_a_diploma_whose_facts_cannot_be_read_is_given_up_with_a_sentence() -> None:
    world = decided_world()
    announce(world)
    spoil("awards_certificate", "facts", "null")
    build_due()
    failed = Certificate.objects.order_by("pk").last()
    assert failed
    assert failed.status == CertificateStatus.FAILED
    assert "Nic nie zostało zrobione" in failed.last_error
