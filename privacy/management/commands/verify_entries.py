"""`manage.py verify_entries`: is every sent version what was sent, also where people were removed from it?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.models import ApplicationVersion
from privacy.queries import version_holds


class Command(BaseCommand):
    help = "Recomputes the digest of every sent version; names those that do not hold and fails when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = 0
        wrong = []
        for version in ApplicationVersion.objects.order_by("pk").iterator(chunk_size=200):
            checked += 1
            if not version_holds(version):
                wrong.append(f"entry {version.application_id} version {version.number}")
        for name in wrong:
            self.stdout.write(f"altered: {name}")
        if wrong:
            raise CommandError(f"{len(wrong)} of {checked} sent versions do not hold")
        self.stdout.write(f"{checked} sent versions hold")
