"""`backup DIR`: one consistent set or none."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from applications.models import Application, Attachment
from common import backup_postgres, journal
from common.backup import make_set
from common.backup_set import BackupRefused, read_set
from common.files.uploads import discard, store
from common.sealing import seal_entries
from contest.models import Edition
from tests import factories
from tests.own_database import files_in
from tests.servers import ROOT, environment, wait_until

pytestmark = pytest.mark.usefixtures("own_database")
ENTRIES = 3


def silent(what, done, total):
    pass


def write_entry() -> Attachment:
    """An entry with one file and one line in the journal, in one transaction."""
    edition = Edition.objects.first() or factories.make_edition()
    with transaction.atomic():
        application = factories.make_application(edition)
        attachment = factories.make_attachment(application, content=os.urandom(2000))
        journal.record(actor=None, action="application.attach", target=application)
    return attachment


def in_thread(act) -> None:
    """As another person does it: over a connection of its own, committed before this returns."""

    def run() -> None:
        act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.fixture
def attachments() -> list[Attachment]:
    made = [write_entry() for _ in range(ENTRIES)]
    seal_entries()
    return made


def test_a_set_names_every_part_with_its_digest_and_is_for_its_owner_only(attachments, tmp_path, capsys):
    folder = tmp_path / "set"
    call_command("backup", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = files_in(folder)
    written = {path: part["sha256"] for path, part in manifest["files"].items()}
    assert parts.items() >= written.items()
    assert set(parts) - set(written) == {"manifest.json", "manifest.json.sha256"}
    assert {path for path in written if path.startswith("media/")} == {f"media/{a.file.name}" for a in attachments}
    assert manifest["counts"]["applications_attachment"] == ENTRIES
    assert manifest["journal"]["count"] == ENTRIES
    assert manifest["migrations"]["common"][0] == "0001_initial"
    modes = {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")]}
    assert modes == {0o600, 0o700}
    secret = django_settings.SECRET_KEY.encode()
    assert not any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert f"{ENTRIES} files" in capsys.readouterr().out
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest.json.sha256"], cwd=folder, check=True)


@pytest.mark.case(26)
def test_what_people_do_meanwhile_is_wholly_in_the_set_or_not_at_all(attachments, tmp_path, figure):
    """Another connection writes an entry with its file between any two steps."""
    written = []

    def work(what, done, total):
        in_thread(lambda: written.append(write_entry()))

    make_set(tmp_path / "set", work)
    manifest = read_set(tmp_path / "set", silent)
    assert len(written) >= ENTRIES
    assert manifest.counts["applications_application"] == manifest.counts["applications_attachment"]
    assert manifest.counts["common_journalentry"] == manifest.counts["applications_attachment"] == len(manifest.media)
    assert not manifest.absent
    figure(f"{len(written)} entries written during the backup: {len(manifest.media)} in the set, each with its file")


@pytest.mark.postgres
@pytest.mark.case(26, control=True)
def test_without_one_snapshot_the_tables_of_a_set_disagree(attachments, tmp_path, monkeypatch, figure):
    def work(what, done, total):
        in_thread(write_entry)

    monkeypatch.setattr(backup_postgres, "ISOLATION", "READ COMMITTED")
    manifest, _warnings = make_set(tmp_path / "set", work)
    entries, files = manifest.counts["applications_application"], manifest.counts["applications_attachment"]
    assert entries != files
    figure(f"{files} rows of files for {entries} entries that have one each")


def test_a_file_deleted_with_its_row_since_the_snapshot_is_told_and_no_fault(
    attachments, tmp_path, capsys, monkeypatch
):
    gone = attachments[1]

    def delete() -> None:
        Attachment.objects.filter(pk=gone.pk).delete()
        discard(gone.file.name)

    copied = []
    usual = default_storage.open

    def open_after_deletion(name, mode="rb"):
        if not copied:
            in_thread(delete)
        copied.append(name)
        return usual(name, mode)

    monkeypatch.setattr(default_storage._wrapped, "open", open_after_deletion)
    call_command("backup", tmp_path / "set")
    assert "1 file(s) were deleted by people while the copy was made" in capsys.readouterr().out
    assert read_set(tmp_path / "set", silent).absent == [f"{gone.file.name} (applications.Attachment {gone.pk})"]


def test_files_lost_or_damaged_before_make_the_backup_fail_after_a_whole_set(attachments, tmp_path):
    default_storage.delete(attachments[0].file.name)
    with default_storage.open(attachments[1].file.name, "rb+") as handle:
        handle.truncate(3)
    with pytest.raises(CommandError) as refusal:
        call_command("backup", tmp_path / "set")
    assert f"missing file: {attachments[0].file.name}" in str(refusal.value)
    assert f"damaged file: {attachments[1].file.name}" in str(refusal.value)
    assert len(read_set(tmp_path / "set", silent).media) == ENTRIES - 1


def test_a_set_is_never_written_over_anything(attachments, tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", taken)
    assert files_in(taken).keys() == {"letter.txt"}
    (tmp_path / "set.partial").mkdir()
    with pytest.raises(CommandError, match=r"set\.partial is there"):
        call_command("backup", tmp_path / "set")
    with pytest.raises(CommandError, match="No such file"):
        call_command("backup", tmp_path / "nowhere" / "set")
    empty = tmp_path / "empty"
    empty.mkdir()
    call_command("backup", empty)
    assert (empty / "manifest.json").exists()


def test_a_folder_without_permission_is_said(attachments, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(CommandError, match="Permission denied"):
        call_command("backup", closed / "set")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_backup_that_breaks_leaves_nothing(attachments, tmp_path, error):
    def break_off(what, done, total):
        if what == "copying the files" and done == ENTRIES:
            raise error

    with pytest.raises((BackupRefused, KeyboardInterrupt)) as refusal:
        make_set(tmp_path / "set", break_off)
    if isinstance(error, OSError):
        assert "No space left on device. Nothing of it was left." in str(refusal.value)
    assert not list(tmp_path.glob("set*"))


@pytest.mark.case(26)
def test_a_full_disk_is_said_and_nothing_is_left(attachments, tmp_path, figure):
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        factories.make_attachment(attachments[0].application, content=os.urandom(1_000_000))
        with pytest.raises(CommandError, match=r"(No space left on device|disk is full).*Nothing of it was left"):
            call_command("backup", disk / "set")
        assert not list(disk.iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    figure("disk of 256 kB: a sentence, nothing left on it")


@pytest.mark.case(26)
def test_after_kill_9_there_is_no_set_of_that_name(attachments, own_database, tmp_path, figure):
    """A named pipe in the place of a file holds the backup in the middle."""
    pipe = own_database / attachments[1].file.name
    pipe.unlink()
    os.mkfifo(pipe)
    folder, partial = tmp_path / "set", tmp_path / "set.partial"
    arguments = [sys.executable, "manage.py", "backup", str(folder)]
    with subprocess.Popen(arguments, cwd=ROOT, env=environment(MEDIA_ROOT=str(own_database))) as running:
        try:
            wait_until(lambda: (partial / "media").exists(), 60, "the backup at work")
        finally:
            running.send_signal(signal.SIGKILL)
    assert not folder.exists()
    assert not (partial / "manifest.json").exists()
    with pytest.raises(CommandError, match=r"not a whole backup set: manifest\.json is missing"):
        call_command("restore", partial, "--verify-only")
    with pytest.raises(CommandError, match="one was killed"):
        call_command("backup", folder)
    shutil.rmtree(partial)
    pipe.unlink()
    default_storage.delete(attachments[1].file.name)
    attachments[1].delete()
    call_command("backup", folder)
    figure("killed amid the files: no set of that name, restore refuses the rest, the next backup says what is there")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is_and_a_log_does_not(attachments, tmp_path):
    terminal, log = Terminal(), io.StringIO()
    call_command("backup", tmp_path / "one", stdout=terminal)
    call_command("backup", tmp_path / "two", stdout=log)
    assert f"copying the files {ENTRIES} of {ENTRIES}\n" in terminal.getvalue()
    assert "copying" not in log.getvalue()


def test_two_rows_may_name_one_file(attachments, tmp_path):
    Attachment.objects.filter(pk=attachments[0].pk).update(file=attachments[1].file.name, sha256=attachments[1].sha256)
    call_command("backup", tmp_path / "set")
    assert len(read_set(tmp_path / "set", silent).media) == ENTRIES - 1


def test_a_file_no_row_names_is_not_in_the_set(attachments, tmp_path):
    name = store(b"an upload whose row is not committed")
    call_command("backup", tmp_path / "set")
    assert name not in read_set(tmp_path / "set", silent).media
    assert Application.objects.count() == ENTRIES


def run_nightly(folder: Path, keep: int, code: int = 0) -> int:
    """deploy/backup.sh with a stand-in for manage.py that makes a set, or refuses with `code`."""
    stand_in = folder.parent / "python"
    stand_in.write_text(f'#!/bin/sh\ntest "$1 $2" = "manage.py backup" && mkdir "$3" && exit {code}\n')
    stand_in.chmod(0o755)
    command = [str(ROOT / "deploy/backup.sh"), str(folder), str(keep)]
    return subprocess.run(command, env={**os.environ, "PYTHON": str(stand_in)}, check=False).returncode


def test_the_nightly_script_keeps_the_latest_sets_and_deletes_none_after_a_failure(tmp_path):
    folder = tmp_path / "sets"
    folder.mkdir()
    for name in ("2026-01-01T021500Z", "2026-01-02T021500Z", "2026-01-03T021500Z", "letters", "old.partial"):
        (folder / name).mkdir()
    os.utime(folder / "old.partial", (0, 0))
    assert run_nightly(folder, 3, code=1) == 1
    assert (folder / "2026-01-01T021500Z").exists()
    assert not (folder / "old.partial").exists()
    shutil.rmtree(max(folder.glob("*Z")))
    assert run_nightly(folder, 3) == 0
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[:2] == ["2026-01-02T021500Z", "2026-01-03T021500Z"]
    assert len(kept) == 4
    assert kept[-1] == "letters"
