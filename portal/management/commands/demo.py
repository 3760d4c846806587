"""`manage.py demo`: load the demonstration data (idempotent) and print the accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.loader import accounts_in_words, load_demo


class Command(BaseCommand):
    help = "Loads the demonstration: past editions, the practice of the seed, example entries and accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration is loaded only with DEMO=1: its accounts share one password.")
        loaded = load_demo(timezone.localdate())
        self.stdout.write("Demonstration data loaded." if loaded else "Demonstration data was loaded before.")
        for line in accounts_in_words():
            self.stdout.write(f"  {line}")
