"""Who stands where: places within a domain and a comparison group. Pure; knows nothing of Django."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from jury.scoring import Outcome

Strength = tuple[Decimal, ...]  # the total, then the points of each criterion that decides equal totals, in its turn


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` names the entry (its number), `field` is where it competes: (domain, group)."""

    key: str
    field: Hashable
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Placed:
    """`tie` says what decided an equal total: "" none was equal, a criterion's code, or "ex_aequo"."""

    entry: Entry
    place: int
    above_threshold: bool
    tie: str = ""


EX_AEQUO = "ex_aequo"


def rank(entries: Sequence[Entry], tie_order: Sequence[str], threshold: Decimal) -> list[Placed]:
    """Places 1, 1, 3 … in every field; the threshold is passed strictly from above.

    Equal totals are told apart by the criteria of `tie_order`; those still equal share the place.
    The order of the answer does not depend on the order of the entries.
    """
    placed: list[Placed] = []
    by_field = sorted(entries, key=lambda entry: repr(entry.field))
    for _field, group in groupby(by_field, key=lambda entry: repr(entry.field)):
        placed += _rank_field(list(group), tie_order, threshold)
    return placed


def _rank_field(entries: list[Entry], tie_order: Sequence[str], threshold: Decimal) -> list[Placed]:
    def strength(entry: Entry) -> Strength:
        return (entry.outcome.total, *(entry.outcome.by_criterion[code] for code in tie_order))

    ordered = sorted(entries, key=lambda entry: entry.key)
    ordered.sort(key=strength, reverse=True)
    strengths = [strength(entry) for entry in ordered]
    decided = ties(strengths, tie_order)
    placed: list[Placed] = []
    for index, entry in enumerate(ordered):
        shares = index > 0 and strengths[index] == strengths[index - 1]
        placed.append(
            Placed(
                entry=entry,
                place=placed[-1].place if shares else index + 1,
                above_threshold=entry.outcome.total > threshold,
                tie=decided[index],
            )
        )
    return placed


def ties(strengths: Sequence[Strength], tie_order: Sequence[str]) -> list[str]:
    """What decided each of these, strongest first, about its place among equal totals: the meaning of `Placed.tie`.

    Of three equal totals each is told from its neighbours, so the two last may owe their order to a later criterion
    than the first one owes its lead.
    """
    return [
        _what_decided(own, [*strengths[max(index - 1, 0) : index], *strengths[index + 1 : index + 2]], tie_order)
        for index, own in enumerate(strengths)
    ]


def _what_decided(own: Strength, neighbours: list[Strength], tie_order: Sequence[str]) -> str:
    equal_total = [other for other in neighbours if other[0] == own[0]]
    if not equal_total:
        return ""
    if own in equal_total:
        return EX_AEQUO
    turn = min(next(i for i in range(1, len(own)) if own[i] != other[i]) for other in equal_total)
    return tie_order[turn - 1]
