"""Reading the journal."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db.models import Count, Min, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common.models import JournalEntry, JournalSeal

LOOKED_BACK = 2000  # entries
WORDS_KEPT = 60  # seconds


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far the chain reaches: a cheap look; `verify_journal` is the thorough one."""

    sealed: int
    head: str
    waiting: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Entries that the sealer has not reached, and when the oldest of them was written."""

    count: int
    since: datetime | None


def journal_entries(
    *, action: str = "", target_type: str = "", target_id: int | None = None, edition_id: int | None = None
) -> QuerySet[JournalEntry]:
    """Newest first, each with its seal; an empty filter does not narrow."""
    rows = JournalEntry.objects.select_related("seal").order_by("-pk")
    if action:
        rows = rows.filter(action=action)
    if target_type:
        rows = rows.filter(target_type=target_type)
    if target_id is not None:
        rows = rows.filter(target_id=target_id)
    if edition_id is not None:
        rows = rows.filter(edition_id=edition_id)
    return rows


def entries_since(moment: datetime) -> int:
    """How many entries were written since; counted back from the newest, so that old ones cost nothing."""
    older = JournalEntry.objects.filter(happened_at__lt=moment).order_by("-pk").values("pk")[:1]
    return JournalEntry.objects.filter(pk__gt=Coalesce(Subquery(older), 0)).count()


def journal_actions() -> list[str]:
    return _words_in_use("action")


def journal_target_types() -> list[str]:
    return _words_in_use("target_type")


def _words_in_use(field: str) -> list[str]:
    """Finding them reads the whole journal, so each process does it at most once a minute."""
    used = JournalEntry.objects.order_by(field).values_list(field, flat=True).distinct()
    return list(caches["copies"].get_or_set(f"journal-{field}", lambda: list(used), WORDS_KEPT) or [])


def chain_state() -> ChainState:
    last = JournalSeal.objects.order_by("sequence").last()
    open_end = unsealed(last)
    return ChainState(
        sealed=last.sequence if last else 0,
        head=last.entry_hash if last else "",
        waiting=open_end.count,
        waiting_since=open_end.since,
    )


def unsealed(last: JournalSeal | None = None) -> Unsealed:
    """Two statements (one with the `last` seal), at the same cost however long the journal is."""
    return Unsealed(**unsealed_near_end(last).aggregate(count=Count("pk"), since=Min("happened_at")))


def unsealed_near_end(last: JournalSeal | None = None) -> QuerySet[JournalEntry]:
    """Entries without a seal after the last sealed one or a little before it, where those committed late stand.

    One that lies deeper is found by whoever reads the whole journal: `seal_entries`, `verify_journal`.
    """
    last = last or JournalSeal.objects.order_by("sequence").last()
    start = last.entry_id - LOOKED_BACK if last else 0
    sealed = JournalSeal.objects.filter(entry__gt=start).values("entry")
    return JournalEntry.objects.filter(pk__gt=start).exclude(pk__in=sealed)
