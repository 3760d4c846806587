"""`restore DIR`: the whole set or nothing, and a damaged set is named before anything is touched."""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from applications.models import Application
from common import backup_postgres, backup_sqlite, journal, restore
from common.backup_set import read_set
from common.files.uploads import store
from common.models import EvidenceKey
from common.sealing import seal_entries, verify_chain
from contest.models import Edition
from tests import factories
from tests.own_database import EPOCHS, PULSE, contents, files_in, slow_on_postgres
from tests.servers import ROOT, environment, wait_until
from units.models import Unit


@pytest.fixture
def people_at_work(own_database) -> Path:
    """Rows in several tables, files, a sealed journal, and an entry that waits for the sealer; the media folder."""
    EvidenceKey.objects.get_or_create(pk=1, defaults={"key": "6b" * 32})  # an upgrade makes it
    edition = factories.make_edition()
    for state in ("DRAFT", "SUBMITTED", "SUBMITTED"):
        application = factories.make_application(edition, state=state, title="Cudzysłów „”, \t tabulator, \\ i 🙂")
        factories.make_attachment(application, content=os.urandom(5000))
        with transaction.atomic():
            journal.record(actor=None, action="application.submit", target=application, edition_id=edition.pk, x=1e22)
    seal_entries()
    factories.make_user("Ąćę Łódź")
    last = factories.make_unit()
    Unit.objects.filter(pk=last.pk).delete()  # its number must not be given again
    return own_database


@pytest.fixture
def whole_set(people_at_work, tmp_path) -> Path:
    call_command("backup", tmp_path / "set", stdout=io.StringIO())
    return tmp_path / "set"


def wipe(media: Path) -> None:
    """No table and no file is left."""
    shutil.rmtree(media)
    if connection.vendor == "sqlite":
        connection.close()
        Path(connection.settings_dict["NAME"]).unlink()
        return
    with connection.cursor() as cursor:
        for table in backup_postgres.tables():
            cursor.execute(f'DROP TABLE "{table}" CASCADE')


@slow_on_postgres
@pytest.mark.case(26)
def test_a_wiped_installation_comes_back_row_by_row_and_byte_by_byte(people_at_work, whole_set, tmp_path, figure):
    rows, files = contents(), files_in(people_at_work)
    highest = max(Unit.objects.values_list("pk", flat=True))
    wipe(people_at_work)

    started = time.monotonic()
    out = io.StringIO()
    call_command("restore", whole_set, stdout=out)
    seconds = time.monotonic() - started

    assert contents() == rows
    assert files_in(people_at_work) == files
    assert "counts equal; 3 files written" in out.getvalue()
    assert verify_chain().count == 3
    assert factories.make_unit().pk > highest + 1
    call_command("backup", tmp_path / "again", stdout=io.StringIO())
    again = read_set(tmp_path / "again", lambda *_: None)
    before = read_set(whole_set, lambda *_: None)
    grown = {table for table, count in again.counts.items() if before.counts[table] != count}
    assert grown - {PULSE, EPOCHS} == {"units_unit", "common_journalentry"}  # the entry about the epoch
    figure(f"{before.rows} rows, {len(files)} files equal by SHA-256 after wipe and restore in {seconds:.1f} s")


@slow_on_postgres
@pytest.mark.case(26)
def test_a_restore_that_fails_half_way_changes_nothing_and_then_works(
    people_at_work, whole_set, monkeypatch, capsys, figure
):
    """The disk fills up while the second file is written; the database was filled already."""
    factories.make_application(Edition.objects.first(), title="Późniejsze zgłoszenie")
    shutil.rmtree(people_at_work)
    newer = store(b"newer than the set")
    rows, files = contents(), files_in(people_at_work)
    usual, written = default_storage.save, []

    def save(name, content, max_length=None):
        assert Application.objects.count() == 3, "the database was not filled yet"
        if written:
            raise OSError(28, "No space left on device")
        written.append(name)
        return usual(name, content, max_length)

    with monkeypatch.context() as patch:
        patch.setattr(default_storage._wrapped, "save", save)
        with pytest.raises(CommandError, match=r"database is as it was: No space left on device"):
            call_command("restore", whole_set, "--replace", "--yes")
    assert contents() == rows
    assert files_in(people_at_work) == files

    call_command("restore", whole_set, "--replace", "--yes")
    assert Application.objects.count() == 3
    out = capsys.readouterr().out
    assert "applications_application: 4 → 3" in out
    assert default_storage.exists(newer), "a file is never deleted by a restore"
    figure("disk full amid the files: database and files as before; the second try restores")


@slow_on_postgres
@pytest.mark.case(26)
def test_kill_9_of_a_restore_changes_no_row(people_at_work, whole_set, figure):
    """A named pipe in the place of a file holds it after the database was filled."""
    factories.make_application(Edition.objects.first(), title="Późniejsze zgłoszenie")
    rows = contents()
    names = read_set(whole_set, lambda *_: None).media
    written, pipe = (people_at_work / name for name in names[:2])
    written.unlink()
    pipe.unlink()
    os.mkfifo(pipe)
    arguments = [sys.executable, "manage.py", "restore", str(whole_set), "--replace", "--yes"]
    with subprocess.Popen(arguments, cwd=ROOT, env=environment(MEDIA_ROOT=str(people_at_work))) as running:
        try:
            wait_until(written.exists, 120, "the restore writing files")
        finally:
            running.kill()
    assert contents() == rows
    figure("killed after the database was filled: every row as before")


def remove(folder: Path) -> str:
    victim = next(folder.glob("media/attachments/*"))
    victim.unlink()
    return f"{victim.relative_to(folder)}: missing"


def flip_in_file(folder: Path) -> str:
    return _flip(folder, next(folder.glob("media/attachments/*")))


def flip_in_database(folder: Path) -> str:
    return _flip(folder, max(folder.glob("database/*"), key=lambda path: path.stat().st_size))


def _flip(folder: Path, victim: Path) -> str:
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    return f"{victim.relative_to(folder)}: digest differs"


def cut(folder: Path) -> str:
    victim = next(folder.glob("media/attachments/*"))
    os.truncate(victim, 10)
    return f"{victim.relative_to(folder)}: 10 bytes instead of 5000"


def add(folder: Path) -> str:
    (folder / "media" / "extra.pdf").write_bytes(b"%PDF-")
    return "media/extra.pdf: not in the manifest"


def link(folder: Path) -> str:
    victim = next(folder.glob("media/attachments/*"))
    kept = folder.parent / "elsewhere"
    victim.rename(kept)
    victim.symlink_to(kept)
    return f"{victim.relative_to(folder)}: missing"


def edit_manifest(folder: Path) -> str:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"counts"', '"counts" ', 1))
    return "manifest.json: digest differs"


def lose_manifest(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    return "not a whole backup set: manifest.json is missing"


@pytest.mark.case(26)
@pytest.mark.parametrize(
    "damage", [remove, flip_in_file, flip_in_database, cut, add, link, edit_manifest, lose_manifest]
)
def test_a_damaged_set_is_refused_by_name_and_nothing_is_touched(people_at_work, whole_set, damage, figure):
    rows = contents()
    fault = damage(whole_set)
    for options in (["--verify-only"], ["--replace", "--yes"]):
        with pytest.raises(CommandError) as refusal:
            call_command("restore", whole_set, *options)
        assert fault in str(refusal.value)
    assert contents() == rows
    figure("refused and named: file lost, cut, flipped, added or linked, database flipped, manifest edited or lost")


def rewrite(folder: Path, **changes) -> None:
    """A manifest as another version or engine would write it, with its digest."""
    content = json.loads((folder / "manifest.json").read_text())
    for name, value in changes.items():
        content[name] = value(content[name]) if callable(value) else value
    text = json.dumps(content)
    (folder / "manifest.json").write_text(text)
    (folder / "manifest.json.sha256").write_text(f"{hashlib.sha256(text.encode()).hexdigest()}  manifest.json\n")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "has format 2"),
        ({"engine": "oracle"}, "was made on oracle"),
        (
            {"migrations": lambda old: old | {"common": [*old["common"], "0999_from_the_future"]}},
            "does not know the migrations common.0999_from_the_future",
        ),
        ({"files": lambda old: old | {"../escape": {"size": 1, "sha256": "0"}}}, "../escape: leads out of the set"),
    ],
)
def test_what_this_version_cannot_take_in_is_refused_with_the_reason(whole_set, changes, sentence):
    rewrite(whole_set, **changes)
    with pytest.raises(CommandError) as refusal:
        call_command("restore", whole_set, "--replace", "--yes")
    assert sentence in str(refusal.value)


def test_only_verifying_says_that_the_set_is_whole(whole_set, capsys):
    rows = contents()
    call_command("restore", whole_set, "--verify-only")
    assert "The set is whole. Nothing was changed." in capsys.readouterr().out
    assert contents() == rows


def test_what_would_be_replaced_is_counted_alike_on_both_sides(whole_set):
    """Nothing changed but one row: the tables that `migrate` fills by itself count on neither side."""
    Edition.objects.update(slug="x")
    factories.make_user()
    told = io.StringIO()
    with pytest.raises(CommandError, match="add --replace"):
        call_command("restore", whole_set, stdout=told)
    lines = told.getvalue().split("Rows now → in the set:\n")[1].splitlines()
    before, after = (int(number.replace(",", "")) for number in lines.pop().split(":")[1].split("→"))
    differing = [line.split(":")[0].strip() for line in lines]
    assert "accounts_user" in differing
    assert not restore.OF_MIGRATE.intersection(differing)
    per_table = [[int(part.replace(",", "")) for part in line.split(":")[1].split("→")] for line in lines]
    assert before - after == sum(now - kept for now, kept in per_table)


def test_a_database_with_rows_is_replaced_only_on_a_typed_word(whole_set, monkeypatch):
    rows = contents()
    with pytest.raises(CommandError, match="add --replace"):
        call_command("restore", whole_set)
    with pytest.raises(CommandError, match="a script adds --yes"):
        call_command("restore", whole_set, "--replace")
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    asked = []
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "yes")
    with pytest.raises(CommandError, match="Not confirmed; nothing was changed"):
        call_command("restore", whole_set, "--replace")
    name = Path(connection.settings_dict["NAME"]).name
    assert asked == [f"Type the name of the database ({name}) to replace it: "]
    assert contents() == rows

    carried_out = []
    monkeypatch.setattr("builtins.input", lambda text: name)
    monkeypatch.setattr(
        "common.management.commands.restore.restore_set",
        lambda *_: carried_out.append(1) or restore.Restored(0, 0, [], verify_chain(), []),
    )
    call_command("restore", whole_set, "--replace")
    assert carried_out


def test_a_database_in_use_is_not_waited_for_without_an_end(whole_set, tmp_path, monkeypatch):
    """Somebody else holds a transaction open on what would be replaced."""
    monkeypatch.setattr(backup_postgres, "WAIT_FOR_OTHERS", "300ms")
    monkeypatch.setattr(backup_sqlite, "WAIT_FOR_OTHERS", 0.3)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
            if connection.vendor == "postgresql":
                cursor.execute("SELECT count(*) FROM applications_application")
            with pytest.raises(CommandError, match="lock"):
                call_command("restore", whole_set, "--replace", "--yes")
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert Application.objects.count() == 3


@pytest.mark.parametrize(
    ("where", "error", "sentence"),
    [
        ("rows_now", OperationalError("connection refused"), "connection refused"),
        ("check_set", PermissionError(13, "Permission denied", "set/manifest.json"), "denied: set/manifest.json"),
    ],
)
def test_a_database_away_or_a_set_of_somebody_else_is_a_sentence(whole_set, monkeypatch, where, error, sentence):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr(f"common.management.commands.restore.{where}", fail)
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", whole_set)


def test_the_user_of_the_service_restores_not_root(people_at_work, whole_set):
    if os.geteuid() != 0:
        pytest.skip("only root can be refused")
    os.chown(people_at_work, 65534, 65534)
    with pytest.raises(CommandError, match=r"Run this as the user of the service \(nobody\), not as root"):
        call_command("restore", whole_set, "--replace", "--yes")


@slow_on_postgres
@pytest.mark.postgres
def test_a_table_of_the_set_that_no_migration_makes_is_refused(whole_set):
    part = gzip.compress(b"1\n")
    (whole_set / "database" / "stranger.copy.gz").write_bytes(part)
    digest = {"size": len(part), "sha256": hashlib.sha256(part).hexdigest()}
    rewrite(
        whole_set,
        files=lambda old: old | {"database/stranger.copy.gz": digest},
        columns=lambda old: old | {"stranger": ["id"]},
        counts=lambda old: old | {"stranger": 1},
    )
    with pytest.raises(CommandError, match="no migration of this service makes these tables of the set: stranger"):
        call_command("restore", whole_set, "--replace", "--yes")
    assert Application.objects.count() == 3
