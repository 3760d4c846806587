"""`seal`: the sealer as a process of its own, the only one that reads the key (docs/operations.md)."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.kernel.guards import warn_of_one_role
from common.kernel.keys import KeyProblem, signer
from common.kernel.sealer import Sealer


class Command(BaseCommand):
    help = (
        "Seals the journal every few seconds and signs a checkpoint every full hour and at every announcement, until "
        "stopped. Needs SIGNING_KEY_FILE and never makes a key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one run, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SIGNING_KEY_FILE:
            raise CommandError(
                "SIGNING_KEY_FILE is not set: the sealer signs checkpoints and never makes a key itself "
                "(docs/operations.md says how to make one)."
            )
        try:
            found = signer(Path(settings.SIGNING_KEY_FILE))
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem
        sealer = Sealer(lambda: found)
        if options["once"]:
            sealer.run_once()
            return
        warn_of_one_role()

        def stop(number: int, frame: FrameType | None) -> None:
            sealer.stop.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stdout.write(f"Sealing with the key {found.row.public_key[:16]}…")
        self.stdout.flush()
        sealer.run()
