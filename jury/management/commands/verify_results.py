"""Recompute a published ranking from its package or bundle; needs no database."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.canonical import sha256_of
from jury.package import entries_of, verify


class Command(BaseCommand):
    help = "Recomputes a ranking from its package (a JSON file) and says whether it holds. Uses no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", help="the JSON file, as downloaded from the results page or the ranking page")
        parser.add_argument("--sha256", default="", help="the published digest the file must have")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["bundle"])
        try:
            raw = path.read_bytes()
            bundle = json.loads(raw)
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: cannot be read as JSON ({error})") from error
        if not isinstance(bundle, dict):
            raise CommandError(f"{path}: not a bundle")
        found = hashlib.sha256(raw).hexdigest()
        problems = verify(bundle)
        # Files published by older versions were laid out for reading; their digest is of the canonical content.
        if options["sha256"] and options["sha256"].lower() not in (found, sha256_of(bundle)):
            problems.insert(0, f"SHA-256 is {found}, published {options['sha256'].lower()}")
        if problems:
            raise CommandError("The ranking does not hold:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.stdout.write(f"The ranking holds: {entries_of(bundle)} entries recomputed. SHA-256 {found}")
