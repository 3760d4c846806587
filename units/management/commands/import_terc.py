"""`manage.py import_terc FILE`: bring the register of units to the state of an official TERC file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Invalid
from units.services import import_terc


class Command(BaseCommand):
    help = "Reads the official TERC file (CSV). All of it or, when a line is broken, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--part", action="store_true", help="the file is a part of the register: close no units")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except PermissionError as error:
            raise CommandError(
                f"Cannot read {options['file']}: Permission denied. Put it where the user of the service may read it, "
                "such as /tmp."
            ) from error
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}") from error
        try:
            report = import_terc(actor=None, content=content, complete=not options["part"])
        except Invalid as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        self.stdout.write(
            f"added {report.added}, changed {report.changed}, closed {report.closed}, unchanged {report.unchanged}"
        )
