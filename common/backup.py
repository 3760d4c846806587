"""Making a backup set: the database at one moment, then exactly the files that its rows name.

Stored files are never changed and have random names, so a file that a row of that moment names is
either still what it was or was deleted since; people go on working meanwhile.
"""

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django.utils import timezone

from common import backup_postgres, backup_sqlite
from common.backup_set import BLOCK, MEDIA, BackupRefused, Manifest, Progress, SetWriter
from common.media import NamedFile, in_words, named_files
from common.sealing import verify_chain
from common.version import service_version


def engine() -> ModuleType:
    """How this database is copied and replaced."""
    return backup_postgres if connection.vendor == "postgresql" else backup_sqlite


def make_set(folder: Path, told: Progress) -> tuple[Manifest, list[str]]:
    """Write the set `folder`; also returns the warnings: what was already wrong with what was copied.

    It is written beside under another name and gets its own at the end; after a failure nothing of it stays.
    """
    folder = folder.absolute()
    partial = folder.with_name(f"{folder.name}.partial")
    _refuse_taken(folder, partial)
    try:
        partial.mkdir(mode=0o700)
    except OSError as error:
        raise BackupRefused(f"{partial} cannot be made: {error.strerror}") from error
    try:
        manifest, warnings = _write(SetWriter(partial), told)
        partial.rename(folder)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        left = f"The half-done set {partial} could not be removed." if partial.exists() else "Nothing of it was left."
        if isinstance(error, (OSError, sqlite3.Error, DatabaseError, BackupRefused)):
            raise BackupRefused(f"{folder} was not made: {reason(error)}. {left}") from error
        raise
    return manifest, warnings


def _refuse_taken(folder: Path, partial: Path) -> None:
    if partial.exists():
        raise BackupRefused(
            f"{partial} is there: another backup is writing it, or one was killed. If none runs, delete it and repeat."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupRefused(f"{folder} is there already and not empty; a set is never written over another")


def reason(error: BaseException) -> str:
    """A failure in the words of the system: "No space left on device"."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error).strip() or type(error).__name__


def _write(writer: SetWriter, told: Progress) -> tuple[Manifest, list[str]]:
    loader = MigrationLoader(connection)
    manifest = Manifest(
        service=service_version(),
        created_at=timezone.now().isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations={},
        counts={},
        journal={},
    )
    for app, name in sorted(loader.applied_migrations):
        manifest.migrations.setdefault(app, []).append(name)
    models = list(_models(loader))
    with engine().snapshot(writer, manifest, told):
        named = list(named_files(models))
        chain = verify_chain()
    manifest.journal = {"count": chain.count, "head": chain.head, "problem": chain.problem}
    _copy_files(writer, manifest, named, told)
    # Somebody may have deleted a file, with its row, since the snapshot; one still named was lost before.
    lost = {in_words(label, name) for label, name, _digest in named_files(models)} if manifest.absent else set()
    writer.finish(manifest)
    warnings = [f"the journal: {chain.problem}"] if chain.problem else []
    warnings += [f"missing file: {file}" for file in manifest.absent if file in lost]
    warnings += [f"damaged file: {file}" for file in manifest.damaged]
    return manifest, warnings


def _copy_files(writer: SetWriter, manifest: Manifest, named: list[NamedFile], told: Progress) -> None:
    for number, (label, name, digest) in enumerate(named, 1):
        path = f"{MEDIA}/{validate_file_name(name, allow_relative_path=True)}"
        if path not in writer.files:
            try:
                with default_storage.open(name, "rb") as stored, writer.part(path) as part:
                    shutil.copyfileobj(stored, part, BLOCK)
            except FileNotFoundError:
                manifest.absent.append(in_words(label, name))
        if digest and path in writer.files and writer.files[path]["sha256"] != digest:
            manifest.damaged.append(in_words(label, name))
        told("copying the files", number, len(named))


def _models(loader: MigrationLoader) -> Iterable[type[Model]]:
    """The models of the database as it is, which may wait for migrations that this code already has."""
    waiting = [node for node in loader.graph.nodes if node not in loader.applied_migrations]
    if not waiting:
        return apps.get_models()
    applied = [node for node in loader.graph.nodes if node in loader.applied_migrations]
    return loader.project_state(applied).apps.get_models()
