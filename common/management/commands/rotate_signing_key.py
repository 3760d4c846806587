"""`rotate_signing_key`: a new key signs from now on; the old one introduces it and its public half stays."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.kernel.keys import KeyProblem, rotate


class Command(BaseCommand):
    help = (
        "Makes a new key in the place of SIGNING_KEY_FILE, introduced by the old one. Run it as the sealer's user and "
        "restart the sealer. The old private key is gone afterwards; its public half stays published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lost",
            action="store_true",
            help="the old key is lost or known to others: nobody introduces the new one, and everybody sees that",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SIGNING_KEY_FILE:
            raise CommandError(
                "SIGNING_KEY_FILE is not set: the key of `serve` lies beside the data it signs, so changing it helps "
                "nobody. Set SIGNING_KEY_FILE to a new key instead (docs/operations.md)."
            )
        try:
            row = rotate(Path(settings.SIGNING_KEY_FILE), lost=options["lost"])
        except (KeyProblem, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"The key {row.public_key} signs from {row.valid_from.isoformat()}. Restart the sealer now.")
