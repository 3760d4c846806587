"""Changes made straight in the database, each one alone: `verify_all` names every one of them (case 63)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from common.kernel import epochs
from common.kernel.comparison import verify_all
from common.kernel.evidence import EVIDENCE
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue, enqueue_bulk
from tests.common.kernel.world import World, announced_world
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(63)]


@dataclass(frozen=True)
class Change:
    what: str
    made: str | Callable[[World], None]
    named: str  # what the difference must say


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0, statement


def edit_json(table: str, column: str, change: Callable[[dict], object], where: str = "1=1") -> Callable[[World], None]:
    def made(_world: World) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE {where} ORDER BY id LIMIT 1")
            pk, raw = cursor.fetchone()
            value = json.loads(raw) if isinstance(raw, str) else raw
            change(value)
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [json.dumps(value), pk])

    return made


def first(table: str, where: str = "1=1") -> str:
    return f"id = (SELECT MIN(id) FROM {table} WHERE {where})"


def other_bytes(model: str) -> Callable[[World], None]:
    """The file is changed on the disk; put back afterwards, because no transaction does."""

    def made(_world: World) -> None:
        from django.apps import apps

        row = apps.get_model(model).objects.exclude(file="").order_by("pk").first()
        with default_storage.open(row.file.name, "rb") as handle:
            KEPT[row.file.name] = handle.read()
        default_storage.delete(row.file.name)
        from django.core.files.base import ContentFile

        default_storage.save(row.file.name, ContentFile(b"%PDF-1.4 other"))

    return made


KEPT: dict[str, bytes] = {}
DIPLOMA = "kind = 'DIPLOMA'"
WRITTEN = "kind = 'outbox_alert'"
FROZEN = "kind = 'retention_due'"
CHANGES = [
    Change("a score", f"UPDATE jury_score SET points = 10 WHERE {first('jury_score')}", "jury.scoresheet"),
    Change("a justification of a score", f"UPDATE jury_score SET justification = 'x' WHERE {first('jury_score')}",
           "justification on"),
    Change("a sealed version of a sheet",
           edit_json("jury_scoresheetversion", "content", lambda c: c["scores"]["INNOVATION"].update(points=1)),
           "jury.scoresheetversion"),
    Change("a total of a sheet", f"UPDATE jury_scoresheet SET total = 1 WHERE {first('jury_scoresheet')}", "total"),
    Change("a sheet opened", f"UPDATE jury_scoresheet SET closed_at = NULL, total = NULL WHERE "
           f"{first('jury_scoresheet', 'total IS NOT NULL')}", "closed"),
    Change("a place in the ranking", f"UPDATE jury_result SET place = 2 WHERE {first('jury_result')}", "jury.result"),
    Change("a total in the ranking", f"UPDATE jury_result SET total = 99 WHERE {first('jury_result')}", "jury.result"),
    Change("a bundle", edit_json("jury_scoringround", "bundle", lambda b: b["rules"].update(threshold="1")),
           "jury.scoringround"),
    Change("a reason of the round", "UPDATE jury_scoringround SET shortlist_reason = 'x'", "jury.scoringround"),
    Change("a decision's kind", "UPDATE awards_decision SET kind = 'LAUREATE' WHERE kind = 'FINALIST'",
           "awards.decision"),
    Change("a decision's justification", f"UPDATE awards_decision SET justification = 'x' WHERE "
           f"{first('awards_decision')}", "awards.decision"),
    Change("a decision's title", f"UPDATE awards_decision SET special_title = 'x' WHERE {first('awards_decision')}",
           "awards.decision"),
    Change("a session's minutes", "UPDATE awards_jurysession SET minutes = 'x'", "awards.jurysession"),
    Change("who was present", "DELETE FROM awards_jurysession_attendees", "awards.jurysession"),
    Change("an award's title", f"UPDATE awards_award SET title = 'x' WHERE {first('awards_award')}", "awards.award"),
    Change("an award's kind", "UPDATE awards_award SET kind = 'LAUREATE' WHERE kind = 'FINALIST'", "awards.award"),
    Change("an award's unit", "UPDATE awards_award SET unit_id = (SELECT MAX(id) FROM units_unit) WHERE "
           + first("awards_award"), "awards.award"),
    Change("a diploma's facts", edit_json("awards_certificate", "facts", lambda f: f.update(title="x"), DIPLOMA),
           "awards.certificate"),
    Change("a diploma's digest", f"UPDATE awards_certificate SET sha256 = '{'0' * 64}' WHERE "
           f"{first('awards_certificate', DIPLOMA)}", "awards.certificate"),
    Change("a diploma revoked", "UPDATE awards_certificate SET revoked_at = built_at", "awards.certificate"),
    Change("a diploma's file", other_bytes("awards.certificate"), "file changed"),
    Change("the package's bytes", "UPDATE awards_resultpackage SET content = '{}'", "awards.resultpackage"),
    Change("the announcement", f"UPDATE awards_announcement SET preview_sha256 = '{'0' * 64}'", "awards.announcement"),
    Change("a mail that was sent", "UPDATE notifications_outboxmessage SET text = 'x' WHERE "
           + first("notifications_outboxmessage", "status = 'SENT'"), "notifications.outboxmessage"),
    Change("a mail's recipient", "UPDATE notifications_outboxmessage SET recipient = 'x@example.org' WHERE "
           + first("notifications_outboxmessage", "status = 'SENT'"), "notifications.outboxmessage"),
    Change("the text of a mail that waits", f"UPDATE notifications_outboxmessage SET text = 'x' WHERE {WRITTEN}",
           "changed: notifications.outboxmessage"),
    Change("the recipient of a mail that waits", "UPDATE notifications_outboxmessage SET recipient = 'x@example.org' "
           f"WHERE {FROZEN}", "changed: notifications.outboxmessage"),
    Change("what a mail that waits is made of",
           edit_json("notifications_outboxmessage", "context", lambda c: c.update(url="http://x"), FROZEN),
           "changed: notifications.outboxmessage"),
    Change("a mail that waits removed", f"DELETE FROM notifications_outboxmessage WHERE {FROZEN}",
           "missing: notifications.outboxmessage"),
    Change("a mail said to be sent", f"UPDATE notifications_outboxmessage SET status = 'SENT' WHERE {WRITTEN}",
           "changed: notifications.outboxmessage"),
    Change("a mail inserted",
           "INSERT INTO notifications_outboxmessage (kind, subject_key, recipient, language, context, subject, text, "
           "html, rendered, message_id, status, attempts, last_error, created_at) SELECT kind, 'y', recipient, "
           "language, context, subject, text, html, rendered, 'x', 'PENDING', 0, '', created_at "
           f"FROM notifications_outboxmessage WHERE {WRITTEN}", "extra: notifications.outboxmessage"),
    Change("a practice's text", f"UPDATE practices_practice SET goals = 'x' WHERE {first('practices_practice')}",
           "practices.practice"),
    Change("a practice's version", edit_json("practices_practiceversion", "content", lambda c: c.update(goals="x")),
           "practices.practiceversion"),
    Change("a practice's contact", "UPDATE practices_practicecontact SET name = 'x'", "practices.practice"),
    Change("a practice's file named otherwise", "UPDATE practices_practiceattachment SET name = 'x'",
           "practices.practice"),
    Change("a practice's file digest", f"UPDATE practices_practiceattachment SET sha256 = '{'0' * 64}'",
           "practices.practice"),
    Change("a practice's document taken off", "UPDATE practices_practiceattachment SET file = ''",
           "practices.practiceattachment"),
    Change("an entry version's snapshot",
           edit_json("applications_applicationversion", "content", lambda c: c.update(title="x")),
           "applications.applicationversion"),
    Change("an entry's own text", f"UPDATE applications_application SET goals = 'x' WHERE "
           f"{first('applications_application')}", "applications.application"),
    Change("an entry's state", "UPDATE applications_application SET state = 'SCORED' WHERE "
           + first("applications_application"), "applications.application"),
    Change("an entry's unit", "UPDATE applications_application SET unit_id = (SELECT MAX(id) FROM units_unit) WHERE "
           + first("applications_application"), "applications.application"),
    Change("an attachment's digest", f"UPDATE applications_attachment SET sha256 = '{'0' * 64}'",
           "applications.attachment"),
    Change("an attachment's file taken off", "UPDATE applications_attachment SET file = ''",
           "applications.attachment"),
    Change("a drawn page's bytes", other_bytes("applications.rendition"), "file changed"),
    Change("a drawn page's row", f"UPDATE applications_rendition SET sha256 = '{'0' * 64}'",
           "changed: applications.rendition"),
    Change("a drawn page of another file", "UPDATE applications_rendition SET page = 7",
           "changed: applications.rendition"),
    Change("a drawn page removed", "DELETE FROM applications_rendition", "missing: applications.rendition"),
    Change("a drawn page added",
           "INSERT INTO applications_rendition (attachment_id, page, file, media_type, width, height, size, sha256) "
           "SELECT attachment_id, 2, file, media_type, width, height, size, sha256 FROM applications_rendition",
           "extra: applications.rendition"),
    Change("an attachment's bytes", other_bytes("applications.attachment"), "file changed"),
    Change("a finding of the review", "UPDATE applications_eligibilitycheck SET note = 'x'",
           "applications.eligibilitycheck"),
    Change("a call for completion", "UPDATE applications_completionrequest SET message = 'x'",
           "applications.completionrequest"),
    Change("an appeal", "UPDATE applications_appeal SET status = 'DISMISSED'", "applications.appeal"),
    Change("published rules", "UPDATE contest_rulesversion SET canonical_json = '{}'", "contest.rulesversion"),
    Change("the threshold", "UPDATE contest_edition SET finalist_threshold = 1", "contest.edition"),
    Change("a weight", f"UPDATE contest_criterion SET weight = 1 WHERE {first('contest_criterion')}",
           "contest.edition"),
    Change("a domain's name", f"UPDATE contest_domain SET name = 'x' WHERE {first('contest_domain')}",
           "contest.edition"),
    Change("a juror's role", "UPDATE contest_jurymember SET role = 'JUROR' WHERE role = 'CHAIR'", "contest.jurymember"),
    Change("a unit's name", f"UPDATE units_unit SET name = 'x' WHERE {first('units_unit')}", "units.unit"),
    Change("how a unit is found", f"UPDATE units_unit SET search_text = 'x' WHERE {first('units_unit')}", "units.unit"),
    Change("how a unit is sorted", f"UPDATE units_unit SET sort_key = 'x' WHERE {first('units_unit')}", "units.unit"),
    Change("a recusal's ground", "UPDATE jury_impartialitydeclaration SET ground = 'x' WHERE ground <> ''",
           "jury.impartialitydeclaration"),
    Change("a recusal removed", "DELETE FROM jury_impartialitydeclaration WHERE ground <> ''",
           "missing: jury.impartialitydeclaration"),
    Change("an assignment's status", "UPDATE jury_assignment SET status = 'DECLARED' WHERE status = 'RECUSED'",
           "jury.assignment"),
    Change("a visit's findings", "UPDATE jury_sitevisit SET findings = 'x'", "jury.sitevisit"),
    Change("visitors", "DELETE FROM jury_sitevisit_visitors", "jury.sitevisit"),
    Change("a journal row", "UPDATE common_journalentry SET action = 'x' WHERE " + first("common_journalentry"),
           "journal: altered"),
    Change("an epoch of the journal changed", "UPDATE common_journalepoch SET base = base + 1",
           "changed: common.journalepoch"),
    Change("an epoch of the journal removed", "DELETE FROM common_journalepoch", "missing: common.journalepoch"),
    Change("an epoch of the journal added",
           "INSERT INTO common_journalepoch (number, started_at, reason, set_made_at, base, sealed_to, last_known) "
           "SELECT 7, started_at, reason, set_made_at, base, sealed_to, last_known FROM common_journalepoch",
           "extra: common.journalepoch"),
    Change("an award without a decision",
           "INSERT INTO awards_award (edition_id, kind, unit_id, unit_name, title, ex_aequo, special_title, "
           "justification, justification_en, note, source, created_at) SELECT edition_id, kind, unit_id, unit_name, "
           "'Inna', ex_aequo, '', '', '', '', '', created_at FROM awards_award WHERE " + first("awards_award"),
           "extra: awards.award"),
    Change("a version of a sheet removed", "DELETE FROM jury_scoresheetversion WHERE "
           + first("jury_scoresheetversion"), "missing: jury.scoresheetversion"),
    Change("a score removed", f"DELETE FROM jury_score WHERE {first('jury_score')}", "jury.scoresheet"),
    Change("a decision removed", f"DELETE FROM awards_decision WHERE {first('awards_decision')}",
           "missing: awards.decision"),
    Change("a mail removed", "DELETE FROM notifications_outboxmessage WHERE "
           + first("notifications_outboxmessage", "status = 'SENT'"), "missing: notifications.outboxmessage"),
]  # fmt: skip


def by_another() -> Iterator[Change]:
    """Each column that says who did something, in every table of evidence that has such rows."""
    for label, described in EVIDENCE.items():
        table = described.model._meta.db_table
        for column in described.who:
            among = described.rows().values_list("pk", flat=True).first()
            if among is not None:
                yield Change(
                    f"who: {label}.{column}",
                    f"UPDATE {table} SET {column} = (SELECT MAX(id) FROM accounts_user "
                    f"WHERE id <> COALESCE({column}, 0)) WHERE id = {among}",
                    f"changed: {label}",
                )


def outcome() -> list[str]:
    return verify_all().problems


def leave_mail_waiting() -> None:
    context = {"at": "2012-06-15T21:59:00+00:00", "link": "http://example.org", "edition_title": "Edycja"}
    enqueue(kind="outbox_alert", subject_key="x", recipient=Recipient("a@example.org"), context=context)
    enqueue_bulk(kind="retention_due", messages=[Message("x", Recipient("a@example.org"), context)])


@pytest.fixture
def media(settings, tmp_path):
    """Its own storage: check_media looks at every file there is."""
    settings.MEDIA_ROOT = tmp_path


def test_each_change_by_sql_is_named_and_untouched_data_is_clean(media, figure) -> None:
    """One world for all: each change is rolled back before the next."""
    world = announced_world()
    leave_mail_waiting()
    epochs.begin(epochs.Known(), set_made_at=timezone.now())  # as a restore does
    assert outcome() == []
    unnamed = []
    changes = [*CHANGES, *by_another()]
    assert {change.what.split(".")[0] for change in changes if change.what.startswith("who: ")} == {
        "who: applications", "who: awards", "who: contest", "who: jury", "who: practices"
    }  # fmt: skip
    for change in changes:
        with as_owner(), transaction.atomic():
            sql(change.made) if isinstance(change.made, str) else change.made(world)
            if not any(change.named in problem for problem in outcome()):
                unnamed.append((change.what, outcome()))
            transaction.set_rollback(True)
        for name in list(KEPT):
            default_storage.delete(name)
            from django.core.files.base import ContentFile

            default_storage.save(name, ContentFile(KEPT.pop(name)))
    assert unnamed == []
    assert outcome() == []
    figure(f"{len(changes)} changes by SQL, each alone: {len(changes) - len(unnamed)} named")


def test_the_command_fails_and_says_what_differs(media, capsys) -> None:
    announced_world()
    call_command("verify_all")
    assert "Everything is as it was sealed" in capsys.readouterr().out
    sql(f"UPDATE awards_award SET title = 'x' WHERE {first('awards_award')}")
    with pytest.raises(CommandError, match=r"2 difference\(s\) found") as refusal:
        call_command("verify_all")
    assert refusal.value.returncode == 1
    assert "changed: awards.award" in capsys.readouterr().out
