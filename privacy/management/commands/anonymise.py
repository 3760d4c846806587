"""`manage.py anonymise`: removes people from closed editions, or one person everywhere. Irreversible."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refusal
from contest.models import Edition
from privacy import services
from privacy.queries import due_editions


class Command(BaseCommand):
    help = (
        "Removes personal data for good; results, bundles, diplomas and the journal stay provable. Repeating it is "
        "safe and finishes what was interrupted. Begin with --dry-run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--edition", metavar="SLUG", help="one announced or archived edition")
        which.add_argument("--person", metavar="EMAIL", help="one person, with an account or only a contact person")
        which.add_argument("--due", action="store_true", help="every edition whose retention has ended")
        parser.add_argument("--dry-run", action="store_true", help="count what would be removed, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        rehearse = options["dry_run"]
        if not rehearse:
            services.delete_files()  # what an interrupted run left behind
        if options["person"]:
            act = services.rehearse_person if rehearse else services.remove_person
            self._run(options["person"], lambda: asdict(act(email=options["person"])), rehearse)
            return
        editions = due_editions() if options["due"] else list(Edition.objects.filter(slug=options["edition"]))
        if options["edition"] and not editions:
            raise CommandError(f"there is no edition “{options['edition']}”")
        if not editions:
            self.stdout.write("nothing is due")
        for edition in editions:
            self._run(edition.slug, lambda edition=edition: self._edition(edition, rehearse), rehearse)

    def _edition(self, edition: Edition, rehearse: bool) -> dict[str, int]:
        if rehearse:
            return asdict(services.rehearse_removal(edition_id=edition.pk))
        return asdict(services.remove_persons(actor=None, edition_id=edition.pk))

    def _run(self, name: str, act: Any, rehearse: bool) -> None:
        try:
            counts = act()
        except Refusal as refusal:
            raise CommandError(f"{name}: {refusal}") from refusal
        done = ", ".join(f"{what} {count}" for what, count in counts.items())
        self.stdout.write(f"{name}: {'would remove' if rehearse else 'removed'}: {done}")
