"""`check_pulse`: did background work end well within two minutes? Asked by containers of worker, beat and sealer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.heartbeats import pulse


class Command(BaseCommand):
    help = "Exit code 1 when the background work has been silent for two minutes."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if pulse(timezone.now()).silent:
            raise CommandError("The background work has been silent for two minutes: look at worker, beat, Redis.")
