"""`manage.py scan_attachments [--again]`: asks the virus scanner about stored files now, all of them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.services.scanning import scan_everything


class Command(BaseCommand):
    help = "Asks the virus scanner about every file it has not seen. Exit code 1 when a file is infected or unjudged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="also what was clean: the scanner has learnt since")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CLAMD_URL:
            raise CommandError("no scanner is set (CLAMD_URL)")
        done = scan_everything(again=options["again"])
        told = f"{done.judged} file(s) judged, {done.infected} infected, {done.unjudged} without an answer"
        if done.infected or done.unjudged:
            raise CommandError(told)
        self.stdout.write(told)
