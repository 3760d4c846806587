"""Putting a backup set back: checked whole first, then all of it or nothing.

Files are written before the database changes hands: their names are random, so they stand in nobody's
way, and after a failure they are taken away again.
"""

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from common.backup import engine, reason
from common.backup_set import MEDIA, BackupRefused, Manifest, Progress, count_rows, read_set
from common.files.uploads import discard
from common.kernel import epochs, guards
from common.kernel.baseline import covered_tables, seal_baseline
from common.media import check_media, stored_digest
from common.sealing import ChainReport, verify_chain

# `migrate` fills these by itself: rows in them are nobody's work.
OF_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True, slots=True)
class Restored:
    files_written: int
    files_kept: int  # stood in the storage already, byte for byte
    migrated: list[str]  # migrations applied on top of the set's schema
    journal: ChainReport
    orphans: list[str]  # files in the storage that no row names now


def check_set(folder: Path, told: Progress) -> Manifest:
    """The manifest of a whole set that this installation can take in; else BackupRefused."""
    manifest = read_set(folder, told)
    if manifest.engine != connection.vendor:
        raise BackupRefused(
            f"{folder} was made on {manifest.engine}, and DATABASE_URL names {connection.vendor}; "
            "a set is restored on the kind of database it was made on"
        )
    known = MigrationLoader(None).disk_migrations
    unknown = [f"{app}.{name}" for app, names in manifest.migrations.items() for name in names]
    if unknown := [name for name in unknown if tuple(name.split(".", 1)) not in known]:
        raise BackupRefused(
            f"{folder} comes from a newer version ({manifest.service}): this one does not know the migrations "
            f"{', '.join(unknown)}. Restore it with that version."
        )
    return manifest


def rows_now() -> dict[str, int]:
    """Rows by table of the database that a restore would replace, without those that nobody wrote."""
    counts = count_rows(engine().tables())
    return {table: count for table, count in counts.items() if count and table not in OF_MIGRATE}


def restore_set(folder: Path, manifest: Manifest, told: Progress) -> Restored:
    """Replace database and files by those of a checked set; BackupRefused means that all is as it was."""
    _refuse_root()
    written: list[str] = []
    known = epochs.known()
    try:
        with engine().replaced(folder, manifest, told):
            _compare_counts(manifest)
            migrated = _migrate()
            guards.ensure()
            kept = _put_files(folder, manifest, written, told)
            journal = _verify_journal(manifest, known)
            orphans = _verify_files(manifest)
    except BaseException as error:
        for name in written:
            discard(name)
        if isinstance(error, (OSError, sqlite3.Error, DatabaseError, BackupRefused)):
            raise BackupRefused(f"Nothing was restored, the database is as it was: {reason(error)}") from error
        raise
    return Restored(len(written), kept, migrated, journal, orphans)


def _refuse_root() -> None:
    """What root writes, the service could not read."""
    folder = Path(settings.MEDIA_ROOT)
    if os.geteuid() == 0 and folder.exists() and folder.stat().st_uid != 0:
        raise BackupRefused(f"Run this as the user of the service ({folder.owner()}), not as root.")


def _compare_counts(manifest: Manifest) -> None:
    found = count_rows(engine().tables())
    differing = [
        f"{table}: {found.get(table, 0)} rows instead of {count}"
        for table, count in manifest.counts.items()
        if found.get(table, 0) != count
    ]
    if differing:
        raise BackupRefused("; ".join(differing))


def _migrate() -> list[str]:
    """Bring the schema of the set to that of this code."""
    before = set(MigrationLoader(connection).applied_migrations)
    if set(MigrationLoader(None).graph.leaf_nodes()) <= before:
        if covered_tables():
            seal_baseline()  # this code may hold more to be evidence than the one that made the set
        return []
    call_command("migrate", interactive=False, verbosity=0)
    return sorted(f"{app}.{name}" for app, name in set(MigrationLoader(connection).applied_migrations) - before)


def _put_files(folder: Path, manifest: Manifest, written: list[str], told: Progress) -> int:
    """Names of written files go to `written` before their first byte; returns how many stood there already."""
    kept = 0
    for number, name in enumerate(manifest.media, 1):
        told("writing the files", number, len(manifest.media))
        if default_storage.exists(name):
            if stored_digest(default_storage, name) == manifest.files[f"{MEDIA}/{name}"]["sha256"]:
                kept += 1
                continue
            default_storage.delete(name)
        written.append(name)
        with (folder / MEDIA / name).open("rb") as handle:
            if (saved := default_storage.save(name, File(handle))) != name:
                written.append(saved)
                raise BackupRefused(f"the storage keeps {name} under another name, {saved}")
    return kept


def _verify_journal(manifest: Manifest, known: epochs.Known) -> ChainReport:
    """What was wrong when the set was made is evidence and comes back as it was; nothing else may be wrong."""
    epochs.begin(known, set_made_at=datetime.fromisoformat(manifest.created_at))
    head = "" if manifest.journal["problem"] else manifest.journal["head"]
    report = verify_chain(expect_head=head if manifest.journal["count"] else "")
    if report.problem not in ("", manifest.journal["problem"]):
        raise BackupRefused(f"the journal: {report.problem}")
    return report


def _verify_files(manifest: Manifest) -> list[str]:
    report = check_media(now=timezone.now())
    if missing := sorted(set(report.missing) - set(manifest.absent)):
        raise BackupRefused(f"missing files: {', '.join(missing)}")
    if damaged := sorted(set(report.damaged) - set(manifest.damaged)):
        raise BackupRefused(f"damaged files: {', '.join(damaged)}")
    if report.unreadable:
        raise BackupRefused(f"names of files that cannot be read: {', '.join(sorted(report.unreadable))}")
    return report.orphans
