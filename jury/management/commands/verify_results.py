"""Recompute a published ranking from its bundle; needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.canonical import sha256_of
from jury.bundle import verify


class Command(BaseCommand):
    help = "Recomputes a ranking from its bundle (a JSON file) and says whether it holds. Uses no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", help="the bundle's JSON file, as downloaded from the ranking page")
        parser.add_argument("--sha256", default="", help="the published digest the bundle must have")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["bundle"])
        try:
            bundle = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: cannot be read as JSON ({error})") from error
        if not isinstance(bundle, dict):
            raise CommandError(f"{path}: not a bundle")
        found = sha256_of(bundle)
        problems = verify(bundle)
        if options["sha256"] and options["sha256"].lower() != found:
            problems.insert(0, f"SHA-256 is {found}, published {options['sha256'].lower()}")
        if problems:
            raise CommandError("The ranking does not hold:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.stdout.write(f"The ranking holds: {len(bundle['entries'])} entries recomputed. SHA-256 {found}")
