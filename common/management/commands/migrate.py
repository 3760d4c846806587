"""`manage.py migrate`, which afterwards seals the baseline of what stands (docs/adr/0074)."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from common.kernel.baseline import seal_baseline


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if _is_whole(options):
            sealed = seal_baseline()
            if sealed and options["verbosity"]:
                self.stdout.write(f"Sealed the baseline: {sealed} rows")


def _is_whole(options: dict[str, Any]) -> bool:
    """A full run on the service's own database. Databases of tests are made with `run_syncdb`, and stay without."""
    partial = options["app_label"] or options["plan"] or options["check_unapplied"] or options["run_syncdb"]
    return not partial and not options["fake"] and options["database"] == connection.alias
