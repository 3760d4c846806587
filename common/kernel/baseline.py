"""The upgrade seals what stands: a digest of every fact that has none yet, so old installations verify from then on."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from common.journal import Actor
from common.kernel import evidence
from common.kernel.evidence import EVIDENCE, Digests, Evidence
from common.kernel.seals import BASELINE, FIRST, LAST, REMOVAL, facts_of_entries
from common.models import EvidenceKey, JournalEntry

ACT = "act"  # in the entry of a reseal: about what the act of removal is
TOGETHER = 500  # digests on one journal entry


@transaction.atomic
def seal_baseline(*, whole: bool = False, progress: Callable[[str, int], None] | None = None) -> int:
    """Seal every row of the tables that no baseline covers yet; how many. A second call does nothing.

    What is sealed already is left alone: a baseline never makes a changed row right. Run by `migrate`, while the
    service stands still. `whole` is for the benchmark, whose seed writes rows past the services.
    """
    covered = set() if whole else covered_tables()
    waiting = [described for described in EVIDENCE.values() if described.covered not in covered]
    if not waiting:
        return 0
    sealed = 0
    known = _known_numbers()
    for described in waiting:
        count = _seal_table(described, known.get(described.label, set()))
        sealed += count
        if progress:
            progress(described.label, count)
    _note(EvidenceKey._meta.label_lower, 1, data={
        "tables": sorted(described.covered for described in waiting),
        "rows": sealed,
        "key_sha256": hashlib.sha256(evidence.key()).hexdigest(),
    })  # fmt: skip
    return sealed


def reseal(actor: Actor | None, model: type[Model], numbers: Sequence[int], *, act: Model | None = None) -> None:
    """Seal what is left of rows after a removal of people's data, in its transaction.

    `act` is whose data was removed, an edition or a person, on whose entry of the journal the removal itself stands;
    None: somebody known by an address only.
    """
    described = evidence.of(model)
    for start in range(0, len(numbers), TOGETHER):
        rows = described.rows().filter(pk__in=numbers[start : start + TOGETHER])
        found: dict[str, str | None] = {str(row.pk): described.digest_of(row) for row in rows}
        if found:
            data = {ACT: [act._meta.label_lower, act.pk] if act else []}
            _note_list(described.label, found, data=data, action=REMOVAL, actor=actor)


def covered_tables() -> set[str]:
    rows = JournalEntry.objects.filter(action=BASELINE, target_type=EvidenceKey._meta.label_lower)
    return {label for data in rows.values_list("data", flat=True) for label in data["tables"]}


def _known_numbers() -> dict[str, set[str]]:
    """Of every table the rows that the journal tells of already."""
    known: dict[str, set[str]] = {}
    for facts in facts_of_entries():
        for label, found in facts.items():
            known.setdefault(label, set()).update(found)
    return known


def _seal_table(described: Evidence, known: set[str]) -> int:
    count = 0
    found: dict[str, str | None] = {}
    for row in described.rows().iterator(chunk_size=TOGETHER):
        if str(row.pk) in known:
            continue
        found[str(row.pk)] = described.digest_of(row)
        count += 1
        if len(found) == TOGETHER:
            _note_list(described.label, found)
            found = {}
    if found:
        _note_list(described.label, found)
    return count


def _note_list(table: str, found: dict[str, str | None], *, data: dict[str, Any] | None = None, **more: Any) -> None:
    """It says between which numbers its rows are, so that who asks for other rows need not read it."""
    numbers = [int(number) for number in found]
    span = {FIRST: min(numbers), LAST: max(numbers)}
    _note(table, 0, data=(data or {}) | span, facts={table: found}, **more)


def _note(
    table: str,
    number: int,
    *,
    data: dict[str, Any] | None = None,
    facts: Digests | None = None,
    action: str = BASELINE,
    actor: Actor | None = None,
) -> None:
    JournalEntry.objects.create(
        happened_at=timezone.now(),
        actor_id=actor.pk if actor else None,
        action=action,
        target_type=table,
        target_id=number,
        data=data or {},
        facts=facts or {},
    )
