"""Is the journal what it was? Chain, sealing times, checkpoints, keys, epochs and the triggers that guard them.

What the database says about itself its owner can make consistent again; a file of checkpoints kept elsewhere
(`verify_journal --checkpoints FILE`) is what they cannot change. docs/security.md says what is proven to whom.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from django.utils import timezone

from common.kernel import guards
from common.kernel.checkpoints import ANNOUNCED, BATCH, has_good_frontier, leaves
from common.kernel.keys import all_keys, has_good_handover, public_of, stands_alone
from common.kernel.lateness import SEALED_WITHIN, outages
from common.kernel.merkle import Tree
from common.kernel.notes import Checkpoint, Malformed, Note, notes_in
from common.kernel.passing import raise_passing
from common.kernel.readable import in_words
from common.models import JournalCheckpoint, JournalEntry, JournalEpoch, SigningKey
from common.sealing import ChainReport, verify_chain


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, in words. Not a `fault`: worth knowing, and explained by what the log itself says."""

    text: str
    fault: bool = True


def journal_findings(*, expect_head: str = "", saved: str = "") -> list[Finding]:
    """Everything about the journal; `saved` is the content of a file of checkpoints that was kept elsewhere."""
    return of_chain(verify_chain(expect_head=expect_head)) + around_chain(saved=saved)


def of_chain(report: ChainReport) -> list[Finding]:
    return [Finding(text) for text in dict.fromkeys(filter(None, [report.problem, *report.late]))]


def around_chain(*, saved: str = "") -> list[Finding]:
    """All but the walk through the entries."""
    steps: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        ("triggers", _triggers),
        ("notes of the sealer", _stood_still),
        ("epochs", _epochs),
        ("keys", _keys),
        ("checkpoints", _checkpoints),
        ("the file of checkpoints", partial(_saved, saved)),
    ]
    found: list[Finding] = []
    for what, step in steps:
        try:
            found.extend(step())
        except Exception as error:
            raise_passing(error)
            found.append(Finding(in_words(what, error)))
    return found


def _triggers() -> Iterator[Finding]:
    for table, name in guards.missing_triggers():
        yield Finding(f"trigger {name} of {table} is missing or altered: `manage.py migrate` puts it back")


def _stood_still() -> Iterator[Finding]:
    for gap in outages():
        begun = f"from {gap.begun.isoformat()}" if gap.begun else "before its first run"
        yield Finding(f"the sealer did not run {begun} to {gap.ended.isoformat()}", fault=False)


def _epochs() -> Iterator[Finding]:
    for epoch in JournalEpoch.objects.order_by("number"):
        made = epoch.set_made_at.isoformat()
        yield Finding(
            f"epoch {epoch} began with the restore of a set made {made}, after entry {epoch.base} of the chain"
            + (f"; the database before it had reached {_size(epoch.last_known)}" if epoch.last_known else ""),
            fault=False,
        )


def _size(note: str) -> str:
    try:
        return str(Checkpoint.read(Note.read(note).text).size)
    except Malformed:
        return "an unknown size"


def _keys() -> Iterator[Finding]:
    for key, _until in all_keys():
        try:
            if key.previous and not has_good_handover(key):
                fault = bool(key.handover) or not stands_alone(key)
                yield Finding(f"key {key}: the one before it did not introduce it", fault=fault)
            public_of(key)
        except ValueError as error:
            yield Finding(in_words(f"key {key}", error))
    if SigningKey.objects.filter(previous=None).count() > 1:
        yield Finding("more than one key claims to be the first one")


def _checkpoints() -> Iterator[Finding]:
    """Every stored checkpoint against its own text, its key, its neighbours and the seals."""
    stored = list(JournalCheckpoint.objects.select_related("key").order_by("number"))
    labels = {epoch.number: epoch.label for epoch in JournalEpoch.objects.all()} | {1: "1"}
    for number, row in enumerate(stored, 1):
        if row.number != number:
            yield Finding(f"checkpoint {number} is missing (the next one is {row.number})")
            break
    roots = set()
    for row in stored:
        try:
            if fault := _fault_of(row, labels):
                yield Finding(f"checkpoint {row.number}: {fault}")
            roots.add((row.size, bytes.fromhex(row.root), f"checkpoint {row.number}"))
            if not has_good_frontier(row):
                yield Finding(f"checkpoint {row.number}: its frontier does not give its root")
        except (ValueError, TypeError) as error:
            yield Finding(in_words(f"checkpoint {row.number}", error))
    for before, after in pairwise(stored):
        if after.size < before.size and after.epoch == before.epoch:
            yield Finding(f"checkpoint {after.number} has fewer entries than the one before it")
    yield from _against_seals(roots)
    yield from _announced_unsigned(max((row.size for row in stored), default=0))


def _announced_unsigned(signed: int) -> Iterator[Finding]:
    """The sealer signs a checkpoint at once when results are announced: one that is gone leaves them unsigned.

    Before it first ran, which is when it introduces its key, there is none to miss.
    """
    if not SigningKey.objects.exists():
        return
    before = timezone.now() - SEALED_WITHIN
    rows = JournalEntry.objects.filter(action=ANNOUNCED, seal__sequence__gt=signed, seal__sealed_at__lt=before)
    for entry in rows.order_by("pk"):
        yield Finding(
            f"entry {entry.pk} ({entry}) is in no checkpoint: they were deleted, or the sealer makes none any more"
        )


def _fault_of(row: JournalCheckpoint, labels: dict[int, str]) -> str:
    try:
        note = Note.read(row.note)
        said = Checkpoint.read(note.text)
    except Malformed as error:
        return str(error)
    columns = (row.number, labels.get(row.epoch), row.size, row.root, row.made_at, row.reason)
    if (said.number, said.epoch, said.size, said.root.hex(), said.made_at, said.reason) != columns:
        return "its row is not what its signed text says"
    if not note.is_signed_by(bytes.fromhex(row.key.public_key)):
        return f"it is not signed by the key {row.key}"
    return ""


def _against_seals(claimed: Iterable[tuple[int, bytes, str]]) -> Iterator[Finding]:
    """Each claimed root against that of the seals, which are read once; the tail of a chain cut short is missed."""
    tree, waiting = Tree(), sorted(claimed)
    hashes: Iterator[bytes] = _all_leaves()
    for size, root, name in waiting:
        while tree.size < size:
            leaf = next(hashes, None)
            if leaf is None:
                yield Finding(f"{name} signs {size} entries and the journal has {tree.size}: its end was cut off")
                break
            tree.add(leaf)
        if tree.size == size and tree.root() != root:
            yield Finding(f"{name} signs another journal: its first {size} entries were rewritten since")


def _all_leaves() -> Iterator[bytes]:
    after = 0
    while batch := leaves(after=after, limit=BATCH):
        yield from batch
        after += len(batch)


def _saved(content: str) -> Iterator[Finding]:
    """Checkpoints that somebody kept: signed by a key of ours, and of a journal that ours begins with."""
    if not content:
        return
    keys = [bytes.fromhex(key.public_key) for key in SigningKey.objects.all()]
    following = {}  # label of an epoch → the epoch that ended it
    label = "1"
    for epoch in JournalEpoch.objects.order_by("number"):
        following[label], label = epoch, epoch.label
    known, claimed = {*following, label}, set()
    notes = notes_in(content)
    if not notes:
        yield Finding("the file holds no checkpoint")
    for number, text in enumerate(notes, 1):
        name = f"checkpoint {number} of the file"
        try:
            note = Note.read(text)
            said = Checkpoint.read(note.text)
        except Malformed as error:
            yield Finding(f"{name}: {error}")
            continue
        name = f"{name} (number {said.number}, {said.made_at.isoformat()})"
        if not any(note.is_signed_by(key) for key in keys):
            yield Finding(f"{name} is signed by none of the keys of this journal")
        elif said.epoch not in known:
            yield Finding(f"{name} is of an epoch that this journal does not know: {said.epoch}")
        elif (end := following.get(said.epoch)) and said.size > end.base:
            yield Finding(
                f"{name} signs {said.size} entries; of them {end.base} are in this journal, because epoch {end} began "
                "with the restore of an older set",
                fault=False,
            )
        else:
            claimed.add((said.size, said.root, name))
    yield from _against_seals(claimed)
