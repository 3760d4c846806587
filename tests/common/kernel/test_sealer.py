"""The sealer: what is late and what is excused, checkpoints at fixed hours, and everything they show."""

import base64
import io
import subprocess
import threading
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common import heartbeats
from common.heartbeats import SEALER
from common.journal import draft_entry, record
from common.kernel import checkpoints, guards, keys
from common.kernel.lateness import LONG_TRANSACTION, OUTAGE
from common.kernel.merkle import consistency_proof, is_consistent, root_of
from common.kernel.notes import Checkpoint, Note, notes_in
from common.kernel.sealer import Sealer, running_transactions
from common.kernel.verification import journal_findings
from common.models import FileSignature, JournalCheckpoint, JournalEntry, JournalSeal, SigningKey, TaskRun
from common.sealing import seal_entries, verify_chain
from tests.factories import make_user
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(tmp_path):
    keys.make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def sealer(key_file):
    return Sealer(lambda: keys.signer(key_file))


@pytest.fixture
def person():
    return make_user()


def write(person, count: int = 1, **data) -> list[JournalEntry]:
    with transaction.atomic():
        return [record(actor=person, action="thing.do", target=person, number=n, **data) for n in range(count)]


def faults(**options) -> list[str]:
    return [finding.text for finding in journal_findings(**options) if finding.fault]


def notes() -> list[str]:
    return [finding.text for finding in journal_findings() if not finding.fault]


def backdated(person, **ago) -> JournalEntry:
    """As somebody with SQL would add it."""
    with transaction.atomic():
        entry = draft_entry(actor=person, action="thing.do", target=person)
        entry.happened_at = timezone.now() - timedelta(**ago)
        entry.save(force_insert=True)
    return entry


# --- Late or not ------------------------------------------------------------------------------------
@pytest.mark.case(64)
@pytest.mark.parametrize("minutes", [6, 60 * 24 * 30])
def test_a_row_dated_back_is_named_for_ever(sealer, person, minutes, figure):
    write(person, 3)
    sealer.run_once()
    entry = backdated(person, minutes=minutes)
    sealer.run_once()
    [fault] = faults()
    assert fault.startswith(f"late: entry {entry.pk} ")
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert verify_chain().problem == fault
    figure(f"a row dated back {minutes} minutes: named")


def test_a_row_of_four_minutes_ago_is_not_late(sealer, person):
    sealer.run_once()
    backdated(person, minutes=4)
    sealer.run_once()
    assert faults() == []


def test_the_time_of_sealing_cannot_be_changed_to_hide_it(sealer, person):
    sealer.run_once()
    entry = backdated(person, days=3)
    sealer.run_once()
    with as_owner():
        JournalSeal.objects.filter(entry=entry).update(sealed_at=entry.happened_at)
    assert faults()[0].startswith(f"altered: entry {entry.pk} ")
    with as_owner():  # nor by calling it a seal of the old format, in which that time was not hashed
        JournalSeal.objects.filter(entry=entry).update(format=1)
    assert faults()[0].startswith(f"altered: entry {entry.pk} ")


def test_seals_of_the_old_format_verify_and_none_follows_one_of_the_new(person):
    from common import sealing

    [old] = write(person)
    old = JournalEntry.objects.get(pk=old.pk)
    digest = sealing.hash_of(sealing.START, old)
    long_ago = timezone.now() + timedelta(hours=3)  # sealed late; that was not told before
    JournalSeal.objects.create(
        sequence=1, entry=old, previous_hash=sealing.START, entry_hash=digest, sealed_at=long_ago
    )
    assert verify_chain().problem == ""
    new, forged = write(person, 2)
    seal_entries()
    assert verify_chain().problem == ""
    last = JournalSeal.objects.get(entry=new)
    entry = JournalEntry.objects.get(pk=forged.pk)
    with as_owner():
        JournalSeal.objects.filter(entry=forged).update(
            format=1, entry_hash=sealing.hash_of(last.entry_hash, entry), sealed_at=entry.happened_at
        )
    assert verify_chain().problem == "altered: seal 3 does not follow the one before it"


def test_after_an_outage_what_waited_is_no_alarm_and_the_outage_is_told(key_file, person):
    first = Sealer(lambda: keys.signer(key_file))
    first.run_once()
    began = timezone.now()
    with time_machine.travel(began + timedelta(minutes=20)) as clock:
        write(person)  # nobody seals
        clock.shift(timedelta(minutes=40))
        again = Sealer(lambda: keys.signer(key_file))
        again.run_once()
        again.run_once()
        assert faults() == []
        assert any(text.startswith("the sealer did not run from ") for text in notes())
        clock.shift(timedelta(seconds=10))
        entry = backdated(person, days=2)  # from before the outage
        again.run_once()
        assert [text.split(" (")[0] for text in faults()] == [f"late: entry {entry.pk}"]
    assert JournalEntry.objects.filter(action=OUTAGE).count() == 1


def test_a_claimed_outage_during_which_things_were_sealed_excuses_nothing(sealer, person):
    start = timezone.now()
    with time_machine.travel(start) as clock:
        sealer.run_once()
        for _minute in range(12):
            clock.shift(timedelta(seconds=50))
            write(person)
            sealer.run_once()
        claim = {"from": start.isoformat(), "to": timezone.now().isoformat()}
        with transaction.atomic():
            record(actor=None, action=OUTAGE, target=person, **claim)
        entry = backdated(person, minutes=9)
        sealer.run_once()
        assert [text.split(" (")[0] for text in faults()] == [f"late: entry {entry.pk}"]


def test_a_clock_that_jumps_ahead_or_back_is_no_alarm(sealer, person):
    with time_machine.travel(timezone.now()) as clock:
        sealer.run_once()
        write(person)
        clock.shift(timedelta(hours=2))
        sealer.run_once()
        write(person)
        clock.shift(timedelta(hours=-2))
        write(person)
        sealer.run_once()
        write(person)
        sealer.run_once()
        assert faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_sealer_counts_the_transactions_of_its_own_database(person):
    """Another service on the same server may take its time."""
    wrote, may_end = threading.Event(), threading.Event()

    def long_one() -> None:
        with transaction.atomic():
            write(person)
            wrote.set()
            may_end.wait(30)
        connection.close()

    with psycopg.connect(**connection.get_connection_params() | {"dbname": "postgres"}) as other:
        other.execute("CREATE TEMPORARY TABLE written AS SELECT 1")
        thread = threading.Thread(target=long_one)
        thread.start()
        assert wrote.wait(10)
        write(person)  # numbers above the last one that ended are not in a snapshot
        assert len(running_transactions()) == 1
        may_end.set()
        thread.join(10)
        assert running_transactions() == set()


@pytest.mark.case(64)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("noted", [True, False])
def test_a_late_long_transaction_is_no_alarm_and_without_the_note_it_is(sealer, person, noted, monkeypatch, figure):
    """The control shows what the note is for."""
    if not noted:
        monkeypatch.setattr("common.kernel.sealer.running_transactions", set)
    wrote, may_end = threading.Event(), threading.Event()

    def long_one() -> None:
        with transaction.atomic():
            record(actor=person, action="thing.long", target=person)
            wrote.set()
            may_end.wait(30)
        connection.close()

    with time_machine.travel(timezone.now()) as clock:
        sealer.run_once()
        thread = threading.Thread(target=long_one)
        thread.start()
        assert wrote.wait(10)
        for _turn in range(20):  # ten minutes
            sealer.run_once()
            write(person)
            clock.shift(timedelta(seconds=30))
        may_end.set()
        thread.join(10)
        sealer.whole_at = float("-inf")
        sealer.run_once()
        late = JournalEntry.objects.select_related("seal").get(action="thing.long")
        assert late.seal.sealed_at - late.happened_at > timedelta(minutes=9)
        assert bool(faults()) is not noted
        assert JournalEntry.objects.filter(action=LONG_TRANSACTION).count() == noted
    figure(f"a transaction of ten minutes, {'noted' if noted else 'not noted'}: {len(faults())} alarms")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_opened_long_enough_to_be_noted_cannot_date_back(sealer, person):
    opened, may_end = threading.Event(), threading.Event()

    def forger() -> None:
        with transaction.atomic():
            write(person)
            opened.set()
            may_end.wait(30)
            backdated(person, days=1)
        connection.close()

    with time_machine.travel(timezone.now()) as clock:
        thread = threading.Thread(target=forger)
        thread.start()
        assert opened.wait(10)
        for _turn in range(4):
            sealer.run_once()
            clock.shift(timedelta(seconds=30))
        may_end.set()
        thread.join(10)
        sealer.run_once()
        assert len(faults()) == 1


@pytest.mark.postgres
def test_the_number_of_the_transaction_is_the_databases_own_word(person):
    entry = draft_entry(actor=person, action="thing.do", target=person)
    entry.transaction_number = 3
    entry.save()
    entry.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert entry.transaction_number == cursor.fetchone()[0] != 3


# --- Checkpoints ---------------------------------------------------------------------------------------
def test_checkpoints_come_with_the_first_run_at_full_hours_and_at_an_announcement(sealer, person):
    noon = timezone.now().replace(minute=20, second=0, microsecond=0)
    with time_machine.travel(noon) as clock:
        sealer.run_once()
        write(person)
        clock.shift(timedelta(minutes=39))
        sealer.run_once()
        assert JournalCheckpoint.objects.count() == 1
        clock.shift(timedelta(minutes=1, seconds=4))
        sealer.run_once()
        clock.shift(timedelta(minutes=10))
        sealer.run_once()
        with transaction.atomic():
            record(actor=person, action=checkpoints.ANNOUNCED, target=person)
        sealer.run_once()
        sealer.run_once()
        clock.shift(timedelta(hours=2))
        sealer.run_once()
    reasons = list(JournalCheckpoint.objects.order_by("number").values_list("reason", flat=True))
    assert reasons == ["epoch", "hour", "announcement", "hour"]
    assert faults() == []


def test_a_root_is_made_of_the_seals_since_the_last_one_only(sealer, person, django_assert_max_num_queries):
    write(person, 40)
    sealer.run_once()
    write(person, 3)
    seal_entries()
    read = []
    original = checkpoints.leaves

    def leaves(**options):
        found = original(**options)
        read.extend(found)
        return found

    with pytest.MonkeyPatch.context() as patch, django_assert_max_num_queries(6):
        patch.setattr(checkpoints, "leaves", leaves)
        made = checkpoints.make_checkpoint(sealer.signer, checkpoints.HOUR)
    assert len(read) == 3
    every = [bytes.fromhex(seal) for seal in JournalSeal.objects.order_by("pk").values_list("entry_hash", flat=True)]
    assert made.root == root_of(every).hex()
    first = JournalCheckpoint.objects.get(number=1)
    proof = consistency_proof(first.size, every)
    assert is_consistent(first.size, made.size, bytes.fromhex(first.root), bytes.fromhex(made.root), proof)


def test_a_checkpoint_can_be_checked_by_hand_with_openssl(sealer, person, tmp_path):
    write(person)
    sealer.run_once()
    row = JournalCheckpoint.objects.get()
    note = Note.read(row.note)
    (tmp_path / "text").write_text(note.text)
    (tmp_path / "signature").write_bytes(note.signature)
    (tmp_path / "key.pub").write_text(keys.pem_of(row.key))
    command = "openssl pkeyutl -verify -pubin -inkey key.pub -rawin -in text -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "text").write_text(note.text.replace("checkpoint 1", "checkpoint 2"))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode != 0
    assert Checkpoint.read(note.text).root == base64.b64decode(note.text.split("\n")[2])


def a_kept_file(tmp_path) -> str:
    """What a newspaper would have saved from /dziennik/."""
    file = tmp_path / "kept.txt"
    file.write_text("\n".join(JournalCheckpoint.objects.order_by("number").values_list("note", flat=True)))
    return str(file)


def cut_tail(size: int) -> None:
    with as_owner():
        cut = list(JournalSeal.objects.filter(sequence__gt=size).values_list("entry_id", flat=True))
        JournalSeal.objects.filter(sequence__gt=size).delete()
        JournalEntry.objects.filter(pk__in=cut).delete()


def rewrite_chain(changed: JournalEntry) -> None:
    """As the owner of the database would: an entry altered and every hash after it computed anew."""
    from common import sealing

    previous = sealing.START
    with as_owner():
        JournalEntry.objects.filter(pk=changed.pk).update(action="thing.undo")
        seals = list(JournalSeal.objects.order_by("sequence"))
        JournalSeal.objects.all().delete()
        for seal in seals:
            seal.previous_hash = previous
            seal.entry_hash = sealing.hash_of(previous, JournalEntry.objects.get(pk=seal.entry_id), seal.sealed_at)
            previous = seal.entry_hash
        JournalSeal.objects.bulk_create(seals)


@pytest.mark.case(64)
def test_a_cut_tail_is_noticed_by_a_checkpoint(sealer, person, figure):
    write(person, 5)
    sealer.run_once()
    size = JournalSeal.objects.count()
    cut_tail(size - 2)
    assert verify_chain().problem == "", "the chain alone cannot know"
    [fault] = faults()
    assert fault == f"checkpoint 1 signs {size} entries and the journal has {size - 2}: its end was cut off"
    figure("two entries cut off at the end: named by the checkpoint")


@pytest.mark.case(64, control=True)
def test_without_checkpoints_a_cut_tail_and_a_rewritten_chain_are_unnoticed(sealer, person, figure):
    changed, *_others = write(person, 5)
    sealer.run_once()
    with as_owner():
        JournalCheckpoint.objects.all().delete()
    cut_tail(3)
    rewrite_chain(changed)
    assert faults() == []
    figure("tail cut and chain rewritten: the chain alone verifies")


@pytest.mark.case(64)
def test_a_rewritten_chain_is_noticed_and_with_rewritten_checkpoints_by_a_kept_file(sealer, person, tmp_path, figure):
    changed, *_others = write(person, 5)
    sealer.run_once()
    kept = a_kept_file(tmp_path)
    call_command("verify_journal", checkpoints=kept, stdout=io.StringIO())
    rewrite_chain(changed)
    size = JournalCheckpoint.objects.get().size
    assert verify_chain().problem == ""
    assert faults() == [f"checkpoint 1 signs another journal: its first {size} entries were rewritten since"]
    with as_owner():  # whoever has the key and the database makes these fit too
        JournalCheckpoint.objects.all().delete()
    checkpoints.make_checkpoint(sealer.signer, "hour")
    assert faults() == []
    with pytest.raises(CommandError, match=r"checkpoint 1 of the file .* signs another journal") as failure:
        call_command("verify_journal", checkpoints=kept, stdout=io.StringIO())
    assert failure.value.returncode == 1
    figure("entry altered, all hashes and checkpoints made anew: named by a checkpoint kept elsewhere")


def test_a_file_of_somebody_elses_or_of_nothing_is_told(sealer, person, tmp_path):
    sealer.run_once()
    kept = a_kept_file(tmp_path)
    other = keys.make_key(tmp_path / "other.pem")
    said = Checkpoint.read(Note.read(JournalCheckpoint.objects.get().note).text)
    from common.kernel.notes import sign

    [fault] = faults(saved=sign(said.text(), said.host, other))
    assert "signed by none of the keys" in fault
    assert faults(saved="nonsense") == ["the file holds no checkpoint"]
    (tmp_path / "kept.txt").write_text("")
    with pytest.raises(CommandError, match="is empty"):
        call_command("verify_journal", checkpoints=kept)


@pytest.mark.parametrize("field", ["size", "root", "reason", "made_at", "epoch"])
def test_an_altered_row_of_a_checkpoint_is_named(sealer, person, field):
    write(person, 3)
    sealer.run_once()
    values = {"size": 1, "root": "0" * 64, "reason": "x", "made_at": timezone.now(), "epoch": 2}
    with as_owner():
        JournalCheckpoint.objects.update(**{field: values[field]})
    assert "checkpoint 1: its row is not what its signed text says" in faults()


def test_a_missing_checkpoint_is_named(sealer, person):
    sealer.run_once()
    checkpoints.make_checkpoint(sealer.signer, "hour")
    with as_owner():
        JournalCheckpoint.objects.filter(number=1).delete()
    assert faults() == ["checkpoint 1 is missing (the next one is 2)"]


def test_notes_of_a_file_are_found_one_after_another(sealer):
    sealer.run_once()
    checkpoints.make_checkpoint(sealer.signer, "hour")
    stored = list(JournalCheckpoint.objects.order_by("number").values_list("note", flat=True))
    assert notes_in("".join(stored)) == stored
    assert notes_in("\n".join(stored).replace("\n", "\r\n")) == stored


# --- Keys -----------------------------------------------------------------------------------------------
@pytest.mark.case(64)
def test_a_key_is_rotated_and_what_the_old_one_signed_still_verifies(sealer, person, key_file, settings, figure):
    settings.SIGNING_KEY_FILE = str(key_file)
    write(person)
    sealer.run_once()
    old = sealer.signer.row
    call_command("rotate_signing_key", stdout=io.StringIO())
    assert key_file.stat().st_mode & 0o777 == 0o600
    again = Sealer(lambda: keys.signer(key_file))
    write(person)
    again.run_once()
    checkpoints.make_checkpoint(again.signer, "hour")
    assert again.signer.row.previous == old
    assert keys.has_good_handover(again.signer.row)
    assert faults() == []
    signed_by = list(JournalCheckpoint.objects.order_by("number").values_list("key", flat=True))
    assert signed_by == [old.pk, again.signer.row.pk]
    figure("checkpoints of the old and of the new key verify; the old key introduced the new one")


def test_a_handover_that_is_not_the_old_keys_is_named(sealer, key_file):
    sealer.run_once()
    row = keys.rotate(key_file)
    with as_owner():
        SigningKey.objects.filter(pk=row.pk).update(handover="00" * 64)
    assert faults() == [f"key {row}: the one before it did not introduce it"]


def test_a_lost_key_is_replaced_without_an_introduction_and_everybody_sees_that(sealer, key_file):
    sealer.run_once()
    key_file.unlink()
    with pytest.raises(keys.KeyProblem, match="cannot be read"):
        keys.rotate(key_file)
    row = keys.rotate(key_file, lost=True)
    assert keys.signer(key_file).row == row
    assert faults() == []
    assert f"key {row}: the one before it did not introduce it" in notes()


def test_a_rotation_cut_off_between_row_and_file_is_finished_by_the_next_start(sealer, key_file, monkeypatch):
    sealer.run_once()
    monkeypatch.setattr("pathlib.Path.replace", lambda self, target: (_ for _ in ()).throw(OSError("power cut")))
    with pytest.raises(OSError, match="power cut"):
        keys.rotate(key_file)
    monkeypatch.undo()
    assert keys.signer(key_file).row == keys.current_key()
    assert SigningKey.objects.count() == 2


def test_a_draft_of_a_key_without_a_row_is_thrown_away(sealer, key_file):
    sealer.run_once()
    draft = key_file.with_name(key_file.name + keys.NEXT)
    draft.write_text("half a file")
    assert keys.signer(key_file).row == sealer.signer.row
    assert not draft.exists()


def test_another_key_than_the_one_in_use_stops_the_sealer(sealer, tmp_path):
    sealer.run_once()
    keys.make_key(tmp_path / "stranger.pem")
    with pytest.raises(keys.KeyProblem, match="is not the one in use"):
        keys.signer(tmp_path / "stranger.pem")


def test_the_embedded_form_makes_itself_a_key_once(tmp_path):
    first = keys.embedded_signer(tmp_path / "var" / "key.pem")
    assert (tmp_path / "var" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert first.row.self_made
    assert keys.embedded_signer(tmp_path / "var" / "key.pem").row == first.row
    assert SigningKey.objects.count() == 1
    assert keys.embedded_signer(tmp_path / "elsewhere.pem").row.previous == first.row


def test_the_process_stops_with_a_sentence_without_a_key_and_never_makes_one(settings, tmp_path):
    settings.SIGNING_KEY_FILE = ""
    with pytest.raises(CommandError, match="SIGNING_KEY_FILE is not set"):
        call_command("seal")
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.pem")
    with pytest.raises(CommandError, match=r"none.pem cannot be read .*openssl genpkey"):
        call_command("seal")
    assert not (tmp_path / "none.pem").exists()
    keys.make_key(tmp_path / "none.pem")
    (tmp_path / "none.pem").chmod(0o640)
    with pytest.raises(CommandError, match="can be read by others"):
        call_command("seal")
    (tmp_path / "none.pem").chmod(0o600)
    heartbeats._noted.clear()
    call_command("seal", once=True)
    assert TaskRun.objects.get(pk=SEALER).succeeded_at


# --- Triggers -----------------------------------------------------------------------------------------
def signed_file() -> None:
    FileSignature.objects.create(sha256="0" * 64, signature="0" * 128, key=keys.current_key(), signed_at=timezone.now())


def changes() -> list[str]:
    return [
        statement
        for table in guards.APPEND_ONLY
        for statement in (
            f"UPDATE {table} SET {COLUMN[table]} = {COLUMN[table]}",
            f"DELETE FROM {table}",
            *([f"TRUNCATE {table} CASCADE"] if connection.vendor == "postgresql" else []),
        )
    ]


COLUMN = {
    "common_journalentry": "action",
    "common_journalseal": "sealed_at",
    "common_journalcheckpoint": "note",
    "common_journalepoch": "reason",
    "common_signingkey": "public_key",
    "common_filesignature": "signature",
}


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return guards.REFUSED in str(error)
    return False


@pytest.mark.case(64)
def test_triggers_refuse_every_change_of_a_row_and_say_why(sealer, person, figure):
    from common.kernel import epochs

    write(person, 2)
    sealer.run_once()
    epochs.begin(epochs.known(), set_made_at=timezone.now())
    signed_file()
    connection.check_constraints()  # now: PostgreSQL truncates nothing while checks of its rows are put off
    assert [statement for statement in changes() if not refused(statement)] == []
    figure(f"{len(changes())} statements on {connection.vendor} refused by triggers")


@pytest.mark.case(64, control=True)
def test_without_triggers_a_change_goes_through(sealer, person, figure):
    write(person, 2)
    sealer.run_once()
    signed_file()
    with as_owner():
        assert not any(refused(statement) for statement in changes() if statement.startswith("UPDATE"))
    figure("the same updates without triggers go through")


def test_a_trigger_that_is_missing_is_named_and_put_back_by_migrate(person):
    [(table, name), *_others] = guards.missing_triggers() or sorted(guards._triggers())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert faults() == [f"trigger {name} of {table} is missing or altered: `manage.py migrate` puts it back"]
    guards.ensure()
    assert faults() == []


@pytest.mark.postgres
def test_a_trigger_that_is_switched_off_or_does_nothing_is_named(person):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE common_journalseal DISABLE TRIGGER slz_append_only")
        assert guards.missing_triggers() == [("common_journalseal", "slz_append_only")]
        guards.ensure()
        cursor.execute(
            "CREATE OR REPLACE FUNCTION slz_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    assert {name for _table, name in guards.missing_triggers()} == {"slz_append_only"}
    guards.ensure()
    assert guards.missing_triggers() == []
