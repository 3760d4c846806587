"""`verify_all`: is everything the results rest on what was sealed in the journal?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.kernel.comparison import verify_all


class Command(BaseCommand):
    help = (
        "Compares every fact with its digest in the journal, the journal with its chain, and stored files with "
        "theirs; names each difference. Exit code 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-files", action="store_true", help="leave out the bytes of stored files")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = verify_all(media=not options["no_files"], progress=self._progress)
        for problem in outcome.problems:
            self.stdout.write(problem)
        if outcome.emptied:
            tables = ", ".join(f"{table} {count}" for table, count in outcome.emptied.items())
            count = sum(outcome.emptied.values())
            self.stdout.write(
                f"{count} row(s) were emptied when personal data was removed ({tables}): what is left of them is "
                "compared with what was sealed then; what they said before cannot be compared any more."
            )
        for removal in outcome.removals:
            self.stdout.write(f"note: sealed after a removal of personal data: {removal}")
        since = f"{timezone.localtime(outcome.since):%Y-%m-%d %H:%M}" if outcome.since else "never"
        figures = f"{outcome.rows} rows compared in {outcome.seconds:.1f} s ({outcome.rows_a_second:,.0f} rows/s)"
        if not outcome.clean:
            raise CommandError(f"{len(outcome.problems)} difference(s) found; {figures}", returncode=1)
        self.stdout.write(f"Everything is as it was sealed (facts since the baseline of {since}): {figures}")

    def _progress(self, what: str, count: int) -> None:
        """On a terminal only; a log needs the end alone."""
        if sys.stderr.isatty():
            self.stderr.write(f"  {what}{f': {count}' if count else ''}", style_func=str)  # no error, so not in red
