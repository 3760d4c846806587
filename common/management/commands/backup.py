"""`backup DIR`: the database and the stored files as one consistent set, while people go on working."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from common.backup import make_set
from common.backup_set import BackupRefused
from common.heartbeats import BACKUP, note_success
from common.progress import TerminalProgress


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # data must be saved also while a setting is wrong
    help = (
        "Writes the database and the stored files into the new folder DIR, with a manifest of digests. "
        "SECRET_KEY and the other variables are not in it: keep them apart. "
        "Exit code 1 when no set was made, or when what was copied was already damaged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            manifest, warnings = make_set(folder, TerminalProgress(self.stdout))
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        note_success(BACKUP)
        self.stdout.write(
            f"{folder}: {manifest.rows:,} rows of {len(manifest.counts)} tables, {len(manifest.media):,} files, "
            f"{filesizeformat(manifest.size)}; journal: {manifest.journal['count']:,} entries, "
            f"head {manifest.journal['head']}"
        )
        if deleted := len(manifest.absent) - sum(line.startswith("missing file") for line in warnings):
            self.stdout.write(f"{deleted} file(s) were deleted by people while the copy was made")
        if warnings:
            listed = "\n  ".join(warnings)
            raise CommandError(f"The set is whole and can be restored, but this was already wrong before:\n  {listed}")
