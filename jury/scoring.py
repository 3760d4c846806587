"""The arithmetic of scoring: pure functions over whole points, weights and Decimal.

A sheet's total is the sum of points × weight/10, so it is a whole number of tenths. A result is a
mean of a few such totals. Means are kept to 18 decimal places: two means of at most a thousand
sheets are either equal or differ by at least one ten-millionth, so comparing them at 18 places
gives exactly the answer that comparing the unrounded fractions would give. Nothing here is a float.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from itertools import combinations

MAX_POINTS = 10
PLACES = Decimal("1E-18")
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Method(StrEnum):
    """How the sheets of an entry became one number."""

    MEAN = "mean"
    CLOSEST_TWO = "closest_two"


@dataclass(frozen=True, slots=True)
class Criterion:
    """`tie_break` 1, 2, … is its turn in deciding between equal totals; None: it never decides."""

    code: str
    weight: int
    tie_break: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One closed sheet: whole points 0–10 for every criterion. Jurors are known by number only."""

    juror: int
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one entry. `counted` are the jurors whose sheets made the number."""

    total: Decimal
    by_criterion: Mapping[str, Decimal]
    method: Method
    counted: tuple[int, ...]
    sheet_count: int


def sheet_total(sheet: Sheet, criteria: Sequence[Criterion]) -> Decimal:
    """Σ points × weight / 10: exact."""
    return Decimal(sum(_checked(sheet, criterion) * criterion.weight for criterion in criteria)) / 10


def partial_total(points: Mapping[str, int | None], criteria: Sequence[Criterion]) -> Decimal:
    """The total of a sheet still being filled in; a missing score counts nothing yet."""
    return Decimal(sum((points.get(c.code) or 0) * c.weight for c in criteria)) / 10


def mean(values: Sequence[Decimal]) -> Decimal:
    if not values:
        raise ValueError("there is no mean of nothing")
    return _EXACT.divide(sum(values, Decimal(0)), Decimal(len(values))).quantize(PLACES, context=_EXACT)


def widest_gap(totals: Sequence[Decimal]) -> Decimal:
    return max(totals) - min(totals) if totals else Decimal(0)


def calls_third(totals: Sequence[Decimal], gap: Decimal) -> bool:
    """Two jurors who differ by the gap or more call a third. Three or more sheets call nobody."""
    return len(totals) == 2 and widest_gap(totals) >= gap


def outcome(sheets: Sequence[Sheet], criteria: Sequence[Criterion], gap: Decimal) -> Outcome:
    """The result of an entry: the mean of all its sheets, unless they lie `gap` or more apart.

    Then, with three or more sheets, only the two closest count. Where several pairs are equally
    close (10, 40, 70), every sheet of such a pair counts: neither the kinder nor the harsher pair
    is preferred (docs/adr/0010-closest-two.md). Two sheets that far apart have no result yet.
    """
    totals = [sheet_total(sheet, criteria) for sheet in sheets]
    if len(sheets) < 2:
        raise ValueError("a result needs two sheets")
    if calls_third(totals, gap):
        raise ValueError("a third juror is needed")
    everyone = frozenset(range(len(sheets)))
    counted = sorted(closest(totals) if widest_gap(totals) >= gap else everyone)
    method = Method.MEAN if len(counted) == len(sheets) else Method.CLOSEST_TWO
    used = [sheets[index] for index in counted]
    return Outcome(
        total=mean([totals[index] for index in counted]),
        by_criterion={
            criterion.code: mean([Decimal(sheet.points[criterion.code] * criterion.weight) / 10 for sheet in used])
            for criterion in criteria
        },
        method=method,
        counted=tuple(sorted(sheet.juror for sheet in used)),
        sheet_count=len(sheets),
    )


def closest(totals: Sequence[Decimal]) -> frozenset[int]:
    """The indexes of all totals that belong to a pair with the smallest difference."""
    pairs = list(combinations(range(len(totals)), 2))
    smallest = min(abs(totals[a] - totals[b]) for a, b in pairs)
    return frozenset(index for a, b in pairs if abs(totals[a] - totals[b]) == smallest for index in (a, b))


def tie_order(criteria: Iterable[Criterion]) -> tuple[str, ...]:
    """The codes that decide between equal totals, in order."""
    deciding = [(c.tie_break, c.code) for c in criteria if c.tie_break is not None]
    return tuple(code for _turn, code in sorted(deciding))


def _checked(sheet: Sheet, criterion: Criterion) -> int:
    points = sheet.points[criterion.code]
    if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= MAX_POINTS:
        raise ValueError(f"{criterion.code}: {points!r} is not a whole number from 0 to {MAX_POINTS}")
    return points
