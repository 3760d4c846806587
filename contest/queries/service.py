"""What the organiser's pages about mail and the journal need besides the rows themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common.localized import localized
from common.models import JournalEntry, JournalSeal
from common.queries import journal_entries
from common.sealing import is_intact
from contest.journal_details import Names, detail_lines, numbered
from contest.journal_words import action_words, object_words
from contest.permissions import own_juries
from contest.queries.editions import visible_to
from contest.queries.journal_names import names_in
from notifications.models import OutboxMessage
from notifications.queries import messages


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry as the page shows it. `seal` is None while it waits; `intact` is False when it was altered."""

    entry: JournalEntry
    action: str
    kind: str
    target: str
    person: str
    edition: str
    details: list[tuple[str, str]]
    seal: JournalSeal | None
    intact: bool


def edition_titles(user: User) -> dict[int, str]:
    editions = visible_to(user).order_by("-year", "-pk").only("title", "title_en")
    return {edition.pk: localized(edition, "title") for edition in editions}


def journal_for(user: User, **chosen: Any) -> QuerySet[JournalEntry]:
    """The journal, without editions on whose jury the reader sits: it names finalists and awards (ADR 60)."""
    return journal_entries(**chosen).exclude(edition_id__in=own_juries(user))


def messages_for(user: User, **chosen: Any) -> QuerySet[OutboxMessage]:
    """Mail, without that of such editions: it tells of entries what the reader may know as a juror only (ADR 60)."""
    return messages(**chosen).exclude(edition_id__in=own_juries(user))


def journal_lines(entries: Iterable[JournalEntry], titles: dict[int, str]) -> list[JournalLine]:
    entries = list(entries)
    people = {person.pk: str(person) for person in User.objects.filter(pk__in={entry.actor_id for entry in entries})}
    names = names_in(entries)
    return [_line(entry, people, titles, names) for entry in entries]


def _line(entry: JournalEntry, people: dict[int, str], titles: dict[int, str], names: Names) -> JournalLine:
    seal = getattr(entry, "seal", None)
    return JournalLine(
        entry=entry,
        action=action_words(entry.action),
        kind=object_words(entry.target_type),
        target=names.get((entry.target_type, entry.target_id)) or numbered(entry.target_id),
        person=people.get(entry.actor_id or 0, ""),
        edition=titles.get(entry.edition_id or 0, ""),
        details=detail_lines(entry.data, names),
        seal=seal,
        intact=seal is None or is_intact(entry, seal),
    )
