"""Is everything the results rest on what was sealed? Behind `manage.py verify_all` and its nightly run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from common.kernel.evidence import CHECKS, EMPTYING, EVIDENCE, Evidence
from common.kernel.seals import Difference, Kind, baseline_made_at, differences, facts_of_entries
from common.kernel.verification import around_chain, of_chain
from common.media import check_media
from common.models import Verification
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

    @property
    def clean(self) -> bool:
        return not self.problems

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


def verify_all(*, media: bool = True, progress: Progress | None = None) -> Outcome:
    """Compare the journal with its chain, every fact with its digest, what follows from facts with them, and files.

    Runs beside people who work: what differs is asked about once more at the end, when their acts are written.
    """
    tell = progress or (lambda _what, _count: None)
    started = time.monotonic()
    outcome = Outcome(since=baseline_made_at())
    if outcome.since is None:
        outcome.problems.append("no baseline: run manage.py migrate, it seals what stands")
    chain = verify_chain()
    outcome.rows += chain.count
    tell("journal", chain.count)
    outcome.problems += [f"journal: {finding.text}" for finding in [*of_chain(chain), *around_chain()] if finding.fault]
    _compare_facts(outcome, tell)
    outcome.emptied = _emptied()
    for check in CHECKS:
        outcome.problems += _twice(check.run)
        tell(check.name, 0)
    if media:
        _compare_files(outcome, tell)
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


def _compare_facts(outcome: Outcome, tell: Progress) -> None:
    expected = _expected(tell)
    for label, described in EVIDENCE.items():
        found, count = _compare_table(described, expected.pop(label, {}))
        outcome.problems += [str(item) for item in found]
        outcome.rows += count
        outcome.tables[label] = count
        tell(label, count)
    outcome.problems += [
        f"unknown: {label}: the journal seals a table that this version does not know" for label in expected
    ]


def _expected(tell: Progress) -> dict[str, dict[str, str | None]]:
    """The newest digest of every row, from the whole journal."""
    expected: dict[str, dict[str, str | None]] = {}
    for facts in facts_of_entries():
        for label, found in facts.items():
            expected.setdefault(label, {}).update(found)
    tell("digests in the journal", sum(len(found) for found in expected.values()))
    return expected


def _emptied() -> dict[str, int]:
    """What is left of these rows is compared, what they said before cannot be: so how many there are is told."""
    numbers: dict[str, set[str]] = {}
    for facts in facts_of_entries(action__in=EMPTYING):
        for label, found in facts.items():
            numbers.setdefault(label, set()).update(found)
    return {label: len(found) for label, found in sorted(numbers.items())}


def _compare_table(described: Evidence, expected: dict[str, str | None]) -> tuple[list[Difference], int]:
    doubtful: list[Any] = []
    count = 0
    for row in described.rows().iterator(chunk_size=CHUNK):
        count += 1
        digest = expected.pop(str(row.pk), None)
        if not digest or not described.holds(row, digest):
            doubtful.append(row)
    found = _confirmed(described, doubtful)
    gone = [number for number, digest in expected.items() if digest]
    found += [Difference(Kind.MISSING, described.label, number) for number in _still_missing(described, gone)]
    return found, count


def _confirmed(described: Evidence, doubtful: list[Any]) -> list[Difference]:
    """Asked again with fresh rows and a fresh journal: somebody may have worked while we read."""
    if not doubtful:
        return []
    fresh = list(described.rows().filter(pk__in=[row.pk for row in doubtful]))
    return differences(fresh)


def _still_missing(described: Evidence, numbers: list[str]) -> list[str]:
    if not numbers:
        return []
    present = {str(pk) for pk in described.rows().filter(pk__in=numbers).values_list("pk", flat=True)}
    since: dict[str, str | None] = {}
    for facts in facts_of_entries(target_type__in=[table for table, _name in described.anchors]):
        since |= facts.get(described.label, {})
    return [number for number in numbers if number not in present and since.get(number, "baseline") is not None]


def _twice(run: Callable[[], Any]) -> list[str]:
    """What differs both times: the first look may have met an act half read."""
    found = list(run())
    return [text for text in run() if text in found] if found else []


def _compare_files(outcome: Outcome, tell: Progress) -> None:
    report = check_media(now=timezone.now())
    outcome.rows += report.checked
    outcome.problems += [f"file missing: {name}" for name in report.missing]
    outcome.problems += [f"file changed (its digest differs): {name}" for name in report.damaged]
    tell("files", report.checked)


def last_outcome() -> Verification | None:
    return Verification.objects.filter(pk=1).first()
