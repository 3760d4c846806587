"""The catalogue of faults: which test shows which case, and the line that says what was measured.

    @pytest.mark.case(3)
    def test_kills_lose_no_mail(figure):
        figure(f"{kills} kills of {count} mails: lost {lost}, extra copies {extra}")

    @pytest.mark.case(16, control=True)      # the same race with the protection switched off: it must be seen
    @pytest.mark.slow                        # left out of `make test`, part of `make test-faults`

`make test-faults` prints one line a test, in the order of the catalogue (`tests/faults/test_catalogue.py` holds that
every case has a test). A line without a figure says only that it passed.
"""

from collections.abc import Callable
from typing import Any

import pytest

CASES: dict[int, str] = {
    1: "kill -9 of a worker's child amid a PDF",
    2: "kill -9 of worker and child amid a PDF",
    3: "40 random kills while 2,000 mails go out",
    4: "FLUSHALL during the announcement",
    5: "Redis stopped at the click",
    6: "Redis frozen",
    7: "Redis restarted 10 times",
    8: "rollback after enqueue",
    9: "a task delivered 4 times",
    10: "two beats",
    11: "one poison row among 1,000",
    12: "SMTP says 451, 550 or nothing",
    13: "pickle or garbage in the queue",
    14: "database connection cut mid-transition",
    15: "PostgreSQL stopped at once during 200 submissions",
    16: "50 announcements at once",
    17: "two jurors, or one in two tabs",
    18: "the same form posted 20 times",
    19: "deadline −1, 0, +1 s",
    20: "waiting on a lock across the deadline",
    21: "a slow upload across the deadline",
    22: "the night the clocks change; another server zone",
    23: "SQLite: 8 writers × 100",
    24: "SQLite: kill -9 of a writer × 20",
    25: "upgrade from each released schema",
    26: "backup, wipe, restore",
    27: "media disk full",
    28: "truncated media file",
    29: "address × role × own/foreign × method",
    30: "canaries",
    31: "a hidden score changed: byte-identical answers",
    32: "foreign file",
    33: "role revoked mid-session",
    34: "juror's own unit",
    35: "stale form after closing",
    36: "extra fields, swapped formset keys",
    37: "POST without CSRF token; GET changes nothing",
    38: "sessions at sign-in and at a change of password",
    39: "known and unknown addresses alike",
    40: "evil Host",
    41: "evil next",
    42: "sixth wrong password",
    43: "hostile uploads",
    44: "HTML, links, @import in certificate fields",
    45: "100 kB title, RTL, emoji",
    46: "cells that start a formula",
    47: "CR/LF in names; placeholders in templates",
    50: "stateful machine over the workflow; score oracle",
    51: "10,000 fuzzed forms",
    52: "validators on 100 kB",
    53: "announcement: preview, typed word, changed recipients",
    54: "the clock at every boundary, all pages and roles",
    57: "twelve worst pictures at once",
    55: "200 slow bodies, heads and readers at once",
    56: "thirty 20 MB uploads at 400 kB/s",
    66: "unsafe or unreadable set-up: the start stops with a sentence",
    58: "crafted office and PDF files, and honest ones",
    65: "sign-up: known and unknown alike",
    59: "any Unicode in any field: every output well-formed",
    60: "session ended, line cut, tab closed while typing, on every form",
    61: "irreversible acts from stale pages",
    62: "last write wins nowhere",
    67: "a deadline's last minute, everywhere the same",
    68: "a date, moment or number cut short",
    64: "journal: no change by the service; cut tail, rewritten chain, backdated row",
    63: "changes made by SQL",
}

# A slow test of something the catalogue does not number; told after the rest.
ALSO = 99

MARKERS = (
    "case(number, control=False): shows a case of the catalogue of faults; a control shows the race unprotected",
    "slow: left out of `make test`; `make test-faults` runs it",
)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says what was measured; printed on the line of the case."""
    return lambda text: record_property("figure", text)


def mark_items(items: list[pytest.Item]) -> None:
    """The numbers of the cases travel with the reports, also from the processes of xdist."""
    for item in items:
        for marker in item.iter_markers("case"):
            number = marker.args[0]
            if number not in CASES:
                raise pytest.UsageError(f"{item.nodeid}: the catalogue has no case {number}")
            item.user_properties.append(("case", number))
            if marker.kwargs.get("control"):
                item.user_properties.append(("control", True))


def lines(reports: list[pytest.TestReport]) -> list[str]:
    """One line a test in the order of the catalogue: outcome, what was measured, seconds. Parameters are one test."""
    tests: dict[tuple[int, bool, str], list[pytest.TestReport]] = {}
    for report in reports:
        control = ("control", True) in report.user_properties
        for number in [value for name, value in report.user_properties if name == "case"] or [ALSO]:
            tests.setdefault((number, control, report.nodeid.partition("[")[0].partition("@")[0]), []).append(report)
    return [_line(*key, together) for key, together in sorted(tests.items(), key=lambda item: item[0])]


def _line(number: int, control: bool, test: str, reports: list[pytest.TestReport]) -> str:
    label = "also   " if number == ALSO else f"case {number:>2}"
    outcome = next((name for name in ("failed", "skipped") if name in {r.outcome for r in reports}), "passed")
    figures = [str(value) for report in reports for name, value in report.user_properties if name == "figure"]
    name = test.removesuffix("::runTest").rpartition("::")[2]  # a stateful machine is known by its class
    told = "; ".join(dict.fromkeys(figures)) or name.removeprefix("test_").replace("_", " ")
    times = f" × {len(reports)}" if len(reports) > 1 else ""
    what = "control, unprotected: " if control else ""
    seconds = sum(report.duration for report in reports)
    return f"{label}  {outcome:<7} {what}{told}{times}  ({seconds:.1f} s)"


def print_summary(reporter: Any) -> None:
    stats = reporter.stats
    reports = [
        report
        for outcome in ("passed", "failed", "error", "skipped")
        for report in stats.get(outcome, [])
        if isinstance(report, pytest.TestReport) and (report.when == "call" or outcome != "passed")
    ]
    told = lines(reports)
    if told:
        reporter.section("catalogue of faults", sep="=")
        for line in told:
            reporter.write_line(line)
