"""Is everything the results rest on what was sealed? Behind `manage.py verify_all` and its nightly run."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from django.utils import timezone

from common.kernel import evidence
from common.kernel.evidence import CHECKS, EMPTYING, EVIDENCE, Evidence
from common.kernel.passing import raise_passing
from common.kernel.readable import guarded, in_words, read_all
from common.kernel.seals import (
    BASELINE,
    IN_LISTS,
    REMOVAL,
    Difference,
    Kind,
    baseline_made_at,
    differences_of_each,
    facts_of_entries,
    is_well_formed,
    well_formed,
)
from common.kernel.verification import around_chain, of_chain
from common.media import check_media
from common.models import EvidenceKey, JournalEntry, Verification
from common.sealing import verify_chain

KEPT = 100  # differences kept for the page of the service
CHUNK = 500
Progress = Callable[[str, int], None]
# Who hears of the outcome of a nightly run; an upper app registers, because this one knows neither mail nor pages.
HEARERS: "list[Callable[[Outcome], None]]" = []


@dataclass(slots=True)
class Outcome:
    """What `verify_all` found: each difference in words, and how much was compared."""

    since: datetime | None
    rows: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)  # rows of a table whose personal data was removed
    removals: list[str] = field(default_factory=list)  # each entry that sealed what was left of rows, in words

    @property
    def clean(self) -> bool:
        return not self.problems

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


def verify_all(*, media: bool = True, progress: Progress | None = None) -> Outcome:
    """Compare the journal with its chain, every fact with its digest, what follows from facts with them, and files.

    Runs beside people who work: what differs is asked about once more at the end, when their acts are written. Each
    step is guarded: what cannot be read is named as a difference and hides no other one.
    """
    tell = progress or (lambda _what, _count: None)
    started = time.monotonic()
    EvidenceKey.objects.exists()  # a database that is away, or without tables, is no difference of its rows
    outcome = Outcome(since=None)
    steps: list[tuple[str, Callable[[Outcome, Progress], Iterable[str]]]] = [
        ("the baseline", _baseline),
        ("the chain of the journal", _compare_chain),
        (EvidenceKey._meta.label_lower, _compare_facts),
        ("rows whose personal data was removed", _count_emptied),
        ("comparisons", _compare_beyond_rows),
    ]
    for what, step in steps + [("files", _compare_files)] * media:
        outcome.problems += guarded(what, partial(step, outcome, tell))
    outcome.seconds = time.monotonic() - started
    return outcome


def verify_and_note() -> Outcome:
    """The nightly run: its outcome stays in a row for the page of the service and the figures, then is told."""
    outcome = verify_all()
    Verification.objects.update_or_create(
        pk=1,
        defaults={
            "finished_at": timezone.now(),
            "rows": outcome.rows,
            "emptied": sum(outcome.emptied.values()),
            "seconds": outcome.seconds,
            "count": len(outcome.problems),
            "differences": outcome.problems[:KEPT],
        },
    )
    for hear in HEARERS:
        hear(outcome)
    return outcome


def _baseline(outcome: Outcome, _tell: Progress) -> Iterator[str]:
    outcome.since = baseline_made_at()
    if outcome.since is None:
        yield "no baseline: run manage.py migrate, it seals what stands"
    yield from _baselines()


def _baselines() -> Iterator[str]:
    """An upgrade seals a table once, in lists, and then says so: whoever adds a list later excuses nothing."""
    known = {described.label: described.widened for described in EVIDENCE.values()}
    said: set[str] = set()
    unsaid: dict[str, int] = {}
    rows = JournalEntry.objects.filter(action=BASELINE).order_by("pk").values_list("pk", "target_type", "data")
    for number, table, data in rows.iterator():
        if table != EvidenceKey._meta.label_lower:
            unsaid.setdefault(table, number)
            continue
        tables = set(data["tables"])
        for name in sorted(tables):
            label, _plus, widened = name.partition("+")
            if name in said or int(widened or 0) > known.get(label, 0):
                yield f"{JournalEntry._meta.label_lower} {number}: a second baseline of {name}, which no upgrade makes"
            unsaid.pop(label, None)
        said |= tables
    for table, number in unsaid.items():
        yield f"{JournalEntry._meta.label_lower} {number}: seals rows of {table} as a baseline, and no upgrade says so"


def _compare_chain(outcome: Outcome, tell: Progress) -> Iterator[str]:
    chain = verify_chain()
    outcome.rows += chain.count
    tell("journal", chain.count)
    yield from (f"journal: {finding.text}" for finding in [*of_chain(chain), *around_chain()] if finding.fault)


def _compare_facts(outcome: Outcome, tell: Progress) -> Iterator[str]:
    evidence.key()  # without it no row can be compared: told once
    expected: dict[str, dict[str, str | None]] = {}
    resealed: dict[str, set[str]] = defaultdict(set)
    yield from _gather(expected, resealed)
    tell("digests in the journal", sum(len(found) for found in expected.values()))
    for label, described in EVIDENCE.items():
        outcome.tables[label] = 0
        yield from guarded(label, partial(_compare_table, outcome, described, expected.pop(label, {}), resealed[label]))
        outcome.rows += outcome.tables[label]
        tell(label, outcome.tables[label])
    for label in expected:
        yield f"unknown: {label}: the journal seals a table that this version does not know"


def _gather(expected: dict[str, dict[str, str | None]], resealed: dict[str, set[str]]) -> Iterator[str]:
    """The newest digest of every row, from the whole journal, and which of them a removal of personal data sealed.

    Entries whose digests nobody can read are named.
    """
    found: list[str] = []
    label = JournalEntry._meta.label_lower
    rows = JournalEntry.objects.order_by("pk").values_list("pk", "facts", "action")
    for number, facts, action in read_all(
        rows,
        size=CHUNK,
        unreadable=lambda number, error: found.append(in_words(f"{label} {number}", error)),
        number_of=itemgetter(0),
    ):
        if not is_well_formed(facts):
            yield f"{label} {number}: its digests cannot be read"
            continue
        for table, digests in facts.items():
            present = expected.setdefault(table, {})
            if action in IN_LISTS:
                yield from _against_lists(number, action, table, digests, present)
            present.update(digests)
            if action == REMOVAL:
                resealed[table].update(digests)
            elif table in resealed:
                resealed[table].difference_update(digests)
    yield from found


def _against_lists(
    entry: int, action: str, table: str, digests: dict[str, str | None], present: dict[str, str | None]
) -> Iterator[str]:
    """A baseline never seals what is sealed; lists take no row away."""
    for number, digest in digests.items():
        if digest is None or (action == BASELINE and number in present):
            yield f"resealed: {table} {number}: entry {entry} says so, and no act of the service writes such a one"


def _count_emptied(outcome: Outcome, _tell: Progress) -> Iterable[str]:
    """What is left of these rows is compared, what they said before cannot be: so how many there are is told, and each
    entry that sealed what was left, with when, by whom and how many rows."""
    numbers: dict[str, set[str]] = {}
    for facts in facts_of_entries(action__in=EMPTYING):
        for label, found in facts.items():
            numbers.setdefault(label, set()).update(found)
    outcome.emptied = {label: len(found) for label, found in sorted(numbers.items())}
    entries = JournalEntry.objects.filter(action=REMOVAL).order_by("pk")
    for pk, at, actor, table, raw in entries.values_list("pk", "happened_at", "actor_id", "target_type", "facts"):
        rows = sum(map(len, well_formed(raw).values()))
        by = f"person {actor}" if actor else "the service"
        outcome.removals.append(f"entry {pk}, {at.isoformat(timespec='seconds')}, by {by}: {rows} row(s) of {table}")
    return ()


def _compare_table(
    outcome: Outcome, described: Evidence, expected: dict[str, str | None], resealed: set[str]
) -> Iterator[str]:
    """A digest that a removal of personal data left is believed only of a row that such a removal emptied."""
    doubtful: list[int] = []
    unread: dict[int, Exception] = {}
    for row in read_all(described.rows(), size=CHUNK, unreadable=unread.__setitem__):
        outcome.tables[described.label] += 1
        digest = expected.pop(str(row.pk), None)
        if not digest or not _holds(described, row, digest):
            doubtful.append(row.pk)
        elif resealed and str(row.pk) in resealed and not described.is_emptied(row):
            yield f"resealed: {described.label} {row.pk}: sealed anew as if a removal had emptied it, which none did"
    for number, error in unread.items():
        expected.pop(str(number), None)
        yield in_words(f"{described.label} {number}", error)
    yield from map(str, _confirmed(described, doubtful))
    gone = [number for number, digest in expected.items() if digest]
    for absent in _still_missing(described, gone):
        yield str(Difference(Kind.MISSING, described.label, absent))


def _holds(described: Evidence, row: Any, digest: str) -> bool:
    try:
        return described.holds(row, digest)
    except Exception as error:  # the second look names it
        raise_passing(error)
        return False


def _confirmed(described: Evidence, doubtful: list[int]) -> list[Difference]:
    """Asked again with fresh rows and a fresh journal: somebody may have worked while we read."""
    if not doubtful:
        return []
    return differences_of_each(list(described.rows().filter(pk__in=doubtful)))


def _still_missing(described: Evidence, numbers: list[str]) -> list[str]:
    if not numbers:
        return []
    present = {str(pk) for pk in described.rows().filter(pk__in=numbers).values_list("pk", flat=True)}
    since: dict[str, str | None] = {}
    for facts in facts_of_entries(target_type__in=[table for table, _name in described.anchors]):
        since |= facts.get(described.label, {})
    return [number for number in numbers if number not in present and since.get(number, "baseline") is not None]


def _compare_beyond_rows(_outcome: Outcome, tell: Progress) -> Iterator[str]:
    for check in CHECKS:
        yield from _twice(partial(guarded, check.name, check.run))
        tell(check.name, 0)


def _twice(run: Callable[[], Any]) -> list[str]:
    """What differs both times: the first look may have met an act half read."""
    found = list(run())
    return [text for text in run() if text in found] if found else []


def _compare_files(outcome: Outcome, tell: Progress) -> Iterator[str]:
    report = check_media(now=timezone.now())
    outcome.rows += report.checked
    yield from (f"file missing: {name}" for name in report.missing)
    yield from (f"file changed (its digest differs): {name}" for name in report.damaged)
    yield from (f"file {name}" for name in report.unreadable)
    tell("files", report.checked)


def last_outcome() -> Verification | None:
    return Verification.objects.filter(pk=1).first()
