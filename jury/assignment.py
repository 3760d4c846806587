"""A balanced proposal of who reads what. Pure and deterministic: the same input, the same answer.

Every entry gets as many different jurors as it needs, none of them in conflict. First the least
loaded juror is taken, entry by entry, hardest entries first; then loads are evened out by moving
readings along chains (juror A hands an entry to B, B another one to C) as long as a chain leads
from a juror to one with at least two readings fewer. When no such chain is left the loads are as
even as conflicts allow: a cheaper assignment would contain exactly such a chain (the argument of
Harvey, Ladner, Lovász and Tamir, "Semi-matchings for bipartite graphs and load balancing").
"""

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Need:
    """An entry, how many jurors it still needs, and those who already read it or never may."""

    entry: int
    missing: int
    taken: frozenset[int] = frozenset()  # read it already: they count in nobody's way but their own
    barred: frozenset[int] = frozenset()  # conflict or recusal


@dataclass(frozen=True, slots=True)
class Proposal:
    """`pairs` are new readings (entry, juror); `short` says how many jurors an entry still lacks."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int] = field(default_factory=dict)
    loads: Mapping[int, int] = field(default_factory=dict)  # after the proposal, readings held before included


def propose(needs: Sequence[Need], jurors: Collection[int], loads: Mapping[int, int]) -> Proposal:
    """`loads` are the readings each juror has already; they weigh, but are never moved."""
    board = _Board(needs, jurors, loads)
    short = board.fill()
    board.even_out()
    pairs = tuple(sorted((entry, juror) for juror, entries in board.given.items() for entry in entries))
    return Proposal(pairs=pairs, short=short, loads=dict(board.load))


class _Board:
    def __init__(self, needs: Sequence[Need], jurors: Collection[int], loads: Mapping[int, int]) -> None:
        self.jurors = sorted(set(jurors))
        self.load = {juror: loads.get(juror, 0) for juror in self.jurors}
        self.given: dict[int, set[int]] = {juror: set() for juror in self.jurors}
        self.free: dict[int, set[int]] = {}  # entry: jurors who may still be given it
        self.needs = sorted(needs, key=lambda need: need.entry)
        for need in self.needs:
            self.free[need.entry] = set(self.jurors) - need.taken - need.barred

    def fill(self) -> dict[int, int]:
        """Give each entry its jurors, the least loaded first; pairs of jurors are mixed where possible."""
        together: Counter[frozenset[int]] = Counter()
        short: dict[int, int] = {}
        for need in sorted(self.needs, key=lambda need: (len(self.free[need.entry]) - need.missing, need.entry)):
            readers = sorted(need.taken)
            for _seat in range(need.missing):
                choice = min(
                    self.free[need.entry],
                    key=lambda juror: (self.load[juror], sum(together[frozenset((juror, r))] for r in readers), juror),
                    default=None,
                )
                if choice is None:
                    short[need.entry] = short.get(need.entry, 0) + 1
                    continue
                together.update(frozenset((choice, reader)) for reader in readers)
                readers.append(choice)
                self._give(need.entry, choice)
        return short

    def even_out(self) -> None:
        """Each chain lowers the sum of squared loads, so this ends."""
        improved = True
        while improved:
            improved = any(
                self._relieve(juror) for juror in sorted(self.jurors, key=lambda juror: (-self.load[juror], juror))
            )

    def _relieve(self, start: int) -> bool:
        """Move one reading away from `start` along the shortest chain to a juror with two fewer."""
        came: dict[int, tuple[int, int]] = {}  # juror: (from whom, which entry)
        queue = deque([start])
        while queue:
            giver = queue.popleft()
            for entry in sorted(self.given[giver]):
                for taker in sorted(self.free[entry]):
                    if taker == start or taker in came:
                        continue
                    came[taker] = (giver, entry)
                    if self.load[taker] <= self.load[start] - 2:
                        self._follow(came, taker, start)
                        return True
                    queue.append(taker)
        return False

    def _follow(self, came: dict[int, tuple[int, int]], last: int, start: int) -> None:
        taker = last
        while taker != start:
            giver, entry = came[taker]
            self._take(entry, giver)
            self._give(entry, taker)
            taker = giver

    def _give(self, entry: int, juror: int) -> None:
        self.given[juror].add(entry)
        self.free[entry].discard(juror)
        self.load[juror] += 1

    def _take(self, entry: int, juror: int) -> None:
        self.given[juror].discard(entry)
        self.free[entry].add(juror)
        self.load[juror] -= 1
