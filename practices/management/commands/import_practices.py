"""Reads practices from a CSV or JSON file. Faults are listed with their lines and then nothing is imported."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refusal
from practices.exchange import rows_of
from practices.services import import_records


class Command(BaseCommand):
    help = "Import practices from FILE (CSV or JSON, as written by export_practices)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        try:
            report = import_records(actor=None, rows=rows_of(content), progress=self._progress)
        except Refusal as error:
            raise CommandError(str(error)) from error
        if report.faults:
            for line, fault in report.faults:
                self.stderr.write(f"{line}: {fault}")
            raise CommandError(f"{len(report.faults)} faults found; nothing was imported.")
        self.stdout.write(f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}")

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty() and (done % 100 == 0 or done == total):
            self.stdout.write(f"\r{done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
