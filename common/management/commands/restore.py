"""`restore DIR`: a set made by `backup` becomes the database and the stored files."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.template.defaultfilters import filesizeformat

from common.backup import reason
from common.backup_set import BackupRefused, Manifest
from common.progress import TerminalProgress
from common.restore import OF_MIGRATE, check_set, restore_set, rows_now


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # data must be saved also while a setting is wrong
    help = (
        "Checks every byte of the set DIR, then replaces the database and adds the files, all or nothing. "
        "Stop web, worker and beat before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that `backup` made")
        parser.add_argument("--verify-only", action="store_true", help="check the set and change nothing")
        parser.add_argument("--replace", action="store_true", help="allow to replace a database that is not empty")
        parser.add_argument("--yes", action="store_true", help="with --replace: do not ask (for scripts)")

    def handle(self, *args: Any, **options: Any) -> None:
        told = TerminalProgress(self.stdout)
        folder: Path = options["folder"]
        try:
            manifest = check_set(folder, told)
            self._describe(folder, manifest)
            if options["verify_only"]:
                self.stdout.write("The set is whole. Nothing was changed.")
                return
            if now := rows_now():
                self._agree(manifest, now, **options)
            restored = restore_set(folder, manifest, told)
        except (BackupRefused, OSError, DatabaseError) as error:
            raise CommandError(reason(error)) from error
        if restored.migrated:
            self.stdout.write(f"migrated: {', '.join(restored.migrated)}")
        if restored.orphans:
            self.stdout.write(
                f"{len(restored.orphans)} file(s) stand in the storage that no row names now; `check_media` lists them"
            )
        self.stdout.write(
            f"Restored: {manifest.rows:,} rows, counts equal; {restored.files_written:,} files written, "
            f"{restored.files_kept:,} were there already, digests equal; "
            f"journal: {restored.journal.count:,} entries intact, head {restored.journal.head}"
        )
        if wrong := [*manifest.absent, *manifest.damaged, *filter(None, [restored.journal.problem])]:
            listed = "\n  ".join(wrong)
            self.stdout.write(f"As it was when the set was made, this is missing or damaged:\n  {listed}")

    def _describe(self, folder: Path, manifest: Manifest) -> None:
        self.stdout.write(
            f"{folder}: made {manifest.created_at} by version {manifest.service} on {manifest.engine}; "
            f"{manifest.rows:,} rows, {len(manifest.media):,} files, {filesizeformat(manifest.size)}"
        )

    def _agree(self, manifest: Manifest, now: dict[str, int], **options: Any) -> None:
        """Show what would be lost and have the name of the database typed."""
        name = Path(str(connection.settings_dict["NAME"])).name
        self.stdout.write(f"The database {name} is not empty. Rows now → in the set:")
        saved = {table: count for table, count in manifest.counts.items() if count and table not in OF_MIGRATE}
        for table in sorted(set(now) | set(saved)):
            before, after = now.get(table, 0), saved.get(table, 0)
            if before != after:
                self.stdout.write(f"  {table}: {before:,} → {after:,}")
        self.stdout.write(f"  all tables: {sum(now.values()):,} → {sum(saved.values()):,}")
        if not options["replace"]:
            raise CommandError("The database is not empty. To replace everything in it, add --replace.")
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm; a script adds --yes.")
        self.stdout.write("Web, worker and beat must be stopped. What is in the database now will be gone.")
        if input(f"Type the name of the database ({name}) to replace it: ").strip() != name:
            raise CommandError("Not confirmed; nothing was changed.")
