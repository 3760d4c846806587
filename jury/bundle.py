"""The bundle of a scoring round: everything needed to recompute its ranking. Pure.

Jurors are numbers of the round, not people. `verify` recomputes every total and place from the
points in the bundle and names each difference, so a published ranking can be checked by anybody
who has the file and this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jury.ranking import Entry, Placed, rank
from jury.scoring import Criterion, Sheet, outcome, tie_order

FORMAT = "slz-ranking/1"


@dataclass(frozen=True, slots=True)
class Rules:
    criteria: tuple[Criterion, ...]
    threshold: Decimal
    gap: Decimal
    sha256: str = ""  # of the published rules these numbers come from


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry with its closed sheets, as the round saw them."""

    number: str
    domain: str
    group: str
    sheets: tuple[Sheet, ...]


def compute(rules: Rules, entries: Sequence[Scored]) -> list[Placed]:
    """The ranking: results of all entries, placed within domain and group."""
    return rank(
        [Entry(e.number, (e.domain, e.group), outcome(e.sheets, rules.criteria, rules.gap)) for e in entries],
        tie_order(rules.criteria),
        rules.threshold,
    )


def build(
    *, edition: str, round_number: int, closed_at: str, rules: Rules, entries: Sequence[Scored], placed: list[Placed]
) -> dict[str, Any]:
    """The bundle as JSON values; numbers with a fraction are strings, so no reader makes floats of them."""
    results = {p.entry.key: p for p in placed}
    return {
        "format": FORMAT,
        "edition": edition,
        "round": round_number,
        "closed_at": closed_at,
        "rules": {
            "sha256": rules.sha256,
            "threshold": str(rules.threshold),
            "third_juror_gap": str(rules.gap),
            "criteria": [{"code": c.code, "weight": c.weight, "tie_break": c.tie_break} for c in rules.criteria],
        },
        "entries": [
            {
                "number": entry.number,
                "domain": entry.domain,
                "group": entry.group,
                "sheets": [{"juror": sheet.juror, "points": dict(sheet.points)} for sheet in entry.sheets],
                "result": result_values(results[entry.number]),
            }
            for entry in sorted(entries, key=lambda entry: entry.number)
        ],
    }


def result_values(placed: Placed) -> dict[str, Any]:
    found = placed.entry.outcome
    return {
        "total": str(found.total),
        "by_criterion": {code: str(value) for code, value in found.by_criterion.items()},
        "method": str(found.method),
        "counted": list(found.counted),
        "place": placed.place,
        "above_threshold": placed.above_threshold,
    }


def verify(bundle: Mapping[str, Any]) -> list[str]:
    """What in the bundle does not follow from its own points and rules; empty when all of it does."""
    if bundle.get("format") != FORMAT:
        return [f"format: {bundle.get('format')!r}, expected {FORMAT!r}"]
    try:
        rules, entries = read(bundle)
        placed = {p.entry.key: result_values(p) for p in compute(rules, entries)}
        claimed = {str(row["number"]): dict(row["result"]) for row in bundle["entries"]}
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        return [f"unreadable: {type(error).__name__}: {error}"]
    if len(claimed) != len(bundle["entries"]):
        return ["an entry is listed twice"]
    return [
        f"{number}: {name} is {claimed[number].get(name)!r}, recomputed {value!r}"
        for number, values in sorted(placed.items())
        for name, value in values.items()
        if claimed[number].get(name) != value
    ]


def read(bundle: Mapping[str, Any]) -> tuple[Rules, list[Scored]]:
    raw = bundle["rules"]
    rules = Rules(
        criteria=tuple(Criterion(c["code"], int(c["weight"]), c["tie_break"]) for c in raw["criteria"]),
        threshold=Decimal(raw["threshold"]),
        gap=Decimal(raw["third_juror_gap"]),
        sha256=raw["sha256"],
    )
    entries = [
        Scored(
            number=str(row["number"]),
            domain=row["domain"],
            group=row["group"],
            sheets=tuple(Sheet(int(s["juror"]), dict(s["points"])) for s in row["sheets"]),
        )
        for row in bundle["entries"]
    ]
    return rules, entries
