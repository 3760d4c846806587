"""`verify_journal`: is every entry of the journal present, as it was, and where the checkpoints say?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.kernel.verification import around_chain, of_chain
from common.sealing import verify_chain


class Command(BaseCommand):
    help = (
        "Walks the hash chain of the journal, compares it with every checkpoint, and looks at keys and triggers; "
        "names what is altered, missing, late or unsealed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect-head",
            default="",
            metavar="HASH",
            help="a hash noted earlier, which must still be in the chain (shows entries cut off at the end)",
        )
        parser.add_argument(
            "--checkpoints",
            type=Path,
            metavar="FILE",
            help="checkpoints of /dziennik/ that were saved elsewhere, one after another: shows a rewritten journal",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_chain(expect_head=options["expect_head"].strip().lower())
        try:
            saved = Path(options["checkpoints"]).read_text(encoding="utf-8") if options["checkpoints"] else ""
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['checkpoints']} cannot be read: {error}") from error
        if options["checkpoints"] and not saved.strip():
            raise CommandError(f"{options['checkpoints']} is empty")
        around = around_chain(saved=saved)
        for finding in around:
            if not finding.fault:
                self.stdout.write(f"note: {finding.text}")
        faults = [finding.text for finding in [*of_chain(report), *around] if finding.fault]
        if faults:
            told = "\n  ".join(faults)
            raise CommandError(f"{told}; {report.count} entries before it are intact", returncode=1)
        self.stdout.write(f"{report.count} entries intact, head {report.head}")
