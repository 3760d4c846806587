"""`verify_journal`: is every sealed entry of the journal present and as it was?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.sealing import verify_chain


class Command(BaseCommand):
    help = "Walks the hash chain of the journal; names the first altered, missing or unsealed row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect-head",
            default="",
            metavar="HASH",
            help="a hash noted earlier, which must still be in the chain (shows entries cut off at the end)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_chain(expect_head=options["expect_head"].strip().lower())
        if report.problem:
            raise CommandError(f"{report.problem}; {report.count} entries before it are intact", returncode=1)
        self.stdout.write(f"{report.count} entries intact, head {report.head}")
