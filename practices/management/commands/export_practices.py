"""Writes the public base to standard output, as JSON or CSV; `import_practices` reads both back."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from practices.exports import as_dict, csv_of
from practices.queries import for_export, published


class Command(BaseCommand):
    help = "Export the public practices."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        practices = for_export(published()).order_by("pk")
        if options["format"] == "csv":
            for line in csv_of(practices):
                self.stdout.write(line, ending="")
            return
        self.stdout.write('{"practices": [', ending="")
        for number, practice in enumerate(practices.iterator(chunk_size=200)):
            separator = ",\n" if number else "\n"
            self.stdout.write(separator + json.dumps(as_dict(practice), ensure_ascii=False), ending="")
        self.stdout.write("\n]}")
