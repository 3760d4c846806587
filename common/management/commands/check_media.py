"""`manage.py check_media`: lists missing, damaged and orphan files; fails when there is any."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.media import check_media


class Command(BaseCommand):
    help = "Compares the stored files with the rows that name them. Exit code 1 when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_media(now=timezone.now())
        for title, names in (
            ("missing", report.missing),
            ("damaged (digest differs)", report.damaged),
            ("orphan (no row names it)", report.orphans),
            ("unreadable", report.unreadable),
        ):
            for name in names:
                self.stdout.write(f"{title}: {name}")
        if not report.clean:
            found = sum(map(len, (report.missing, report.damaged, report.orphans, report.unreadable)))
            raise CommandError(f"{found} problem(s) found, {report.checked} file(s) checked")
        self.stdout.write(f"{report.checked} file(s) checked, nothing wrong")
