"""Makes the search index of the practices anew; needed after a restore, harmless at any time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from common.copies import public_content_changed
from practices import search
from practices.models import Practice


class Command(BaseCommand):
    help = "Rebuild the search index of the practices."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            practices = list(Practice.objects.prefetch_related("tools"))
            for practice in practices:
                practice.search_tokens = search.tokens_of(practice, [tool.code for tool in practice.tools.all()])
            Practice.objects.bulk_update(practices, ["search_tokens"], batch_size=100)
            search.index()
            public_content_changed()
        self.stdout.write(f"indexed {len(practices)}")
