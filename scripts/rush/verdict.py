"""What must hold after a rush, asked of the database, the mail server and the record of what people were told."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from applications.models import Application, ApplicationVersion
from applications.sections import SECTION_BY_CODE
from contest.models import Edition
from notifications.models import OutboxMessage, OutboxStatus
from scripts.bench.texts import description
from scripts.rush.people import NO_ANSWER, Clock, Record, Request

COLUMNS = "{:<26}{:>9}{:>9}{:>9}{:>9}{:>9}"
OWN_SECOND = 1  # the deadline's own second is still in time (applications/rules.py)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the result; broken when `holds` is False."""

    name: str
    figure: str
    holds: bool


def print_times(requests: list[Request]) -> None:
    print(f"\n{COLUMNS.format('act, ms', 'requests', 'p50', 'p95', 'p99', 'longest')}")
    by_act: dict[str, list[float]] = {}
    for request in requests:
        by_act.setdefault(request.act, []).append(request.seconds)
    for act, seconds in [*sorted(by_act.items()), ("all", [request.seconds for request in requests])]:
        figures = [percentile(seconds, 50), percentile(seconds, 95), percentile(seconds, 99), max(seconds)]
        print(COLUMNS.format(act, len(seconds), *(f"{value * 1000:.0f}" for value in figures)))
    statuses = Counter(request.status for request in requests)
    words = [f"{status or 'no answer'}: {count}" for status, count in sorted(statuses.items())]
    print(f"\nAnswers by status: {', '.join(words)}.")


def percentile(seconds: list[float], share: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1] if len(seconds) > 1 else seconds[0]


def rules(edition: Edition, record: Record, clock: Clock, received: Iterable[Any], limit: float) -> list[Rule]:
    """`limit` in seconds for 95 of 100 answers; 0: not judged."""
    broken = [request for request in record.requests if request.status >= 500 or request.status == NO_ANSWER]
    sent = Application.objects.filter(edition=edition, submitted_at__isnull=False)
    present = set(sent.exclude(number=None).filter(versions__number=1).values_list("pk", flat=True))
    lost = record.acknowledged.keys() - present
    closed = clock.deadline + OWN_SECOND
    versions = ApplicationVersion.objects.filter(application__edition=edition)
    late = versions.filter(submitted_at__gte=datetime.fromtimestamp(closed, UTC)).count()
    told_late = sum(asked_at >= closed for asked_at in record.acknowledged.values())
    numbers = sorted(int(number.rpartition("-")[2]) for number in sent.values_list("number", flat=True) if number)
    lost_saves = [place for place, number in record.saves.items() if not _is_kept(place, number)]
    confirmations = OutboxMessage.objects.filter(kind="application_submitted", edition_id=edition.pk)
    mailed = confirmations.filter(status=OutboxStatus.SENT)
    copies = Counter(message["Message-ID"] for message in received)
    undelivered = [pk for pk in mailed.values_list("message_id", flat=True) if not copies[pk]]
    gapless = numbers == [*range(1, len(numbers) + 1)]
    all_told = mailed.count() == len(present) and not undelivered
    found = [
        Rule("answers 5xx or none", str(len(broken)), not broken),
        Rule("faults of the simulation", "; ".join(record.faults[:3]) or "0", not record.faults),
        Rule("sendings acknowledged", str(len(record.acknowledged)), bool(record.acknowledged)),
        Rule("  of them not in the database", str(len(lost)), not lost),
        Rule("sendings refused after the deadline", str(record.refused), bool(record.refused)),
        Rule(
            "accepted after the deadline", f"{late} in the database, {told_late} told to people", not late + told_late
        ),
        Rule("saves acknowledged", str(len(record.saves)), bool(record.saves)),
        Rule("  of them not in the database", str(len(lost_saves)), not lost_saves),
        Rule("numbers", f"1 to {len(numbers)} without a gap" if gapless else str(numbers), gapless),
        Rule("confirmations mailed", f"{mailed.count()} of {len(present)}", all_told),
    ]
    if limit:
        slow = percentile([request.seconds for request in record.requests], 95)
        found.append(Rule("95 of 100 answers within", f"{slow * 1000:.0f} ms", slow < limit))
    return found


def waits_for_mail(edition: Edition) -> bool:
    return OutboxMessage.objects.filter(edition_id=edition.pk).exclude(status=OutboxStatus.SENT).exists()


def print_rules(found: list[Rule]) -> bool:
    """Whether all hold."""
    print()
    for rule in found:
        print(f"{'  ok  ' if rule.holds else 'BROKEN'}  {rule.name:<38}{rule.figure}")
    return all(rule.holds for rule in found)


def _is_kept(place: tuple[int, str], number: int) -> bool:
    """Whether this part of the entry says what was saved last."""
    pk, code = place
    entry, said = Application.objects.get(pk=pk), description(number)
    names = [name for name in SECTION_BY_CODE[code].fields if name in said]
    return all(_plain(getattr(entry, name)) == _plain(said[name]) for name in names)


def _plain(value: Any) -> Any:
    """Spaces at the ends are dropped from what is typed."""
    if isinstance(value, date):
        return value.isoformat()
    return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else value
