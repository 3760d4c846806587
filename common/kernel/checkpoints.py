"""Checkpoints: a signed root over all seals, made every full hour and at every announcement, and published.

Whoever kept one can tell later that the journal still begins with what it held then, whatever the owner of the
database did since. They come at fixed hours, so when they come says nothing; docs/adr/0077.
"""

import base64
import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.kernel.keys import Signer, all_keys, handover_text, pem_of
from common.kernel.merkle import Tree
from common.kernel.notes import Checkpoint, Note, key_hash, sign
from common.models import JournalCheckpoint, JournalEntry, JournalEpoch, JournalSeal

logger = logging.getLogger(__name__)
HOUR, ANNOUNCEMENT, NEW_EPOCH = "hour", "announcement", "epoch"
ANNOUNCED = "edition.publish_results"  # the action of the entry after which a checkpoint is made at once
BATCH = 5000


def due(now: datetime) -> str:
    """Why a checkpoint is to be made now; empty: it is not."""
    last = latest()
    if last is None or last.epoch != current_epoch()[0]:
        return NEW_EPOCH
    if _hour(now) != _hour(last.made_at):  # also when the clock was put back
        return HOUR
    if JournalEntry.objects.filter(action=ANNOUNCED, seal__sequence__gt=last.size).exists():
        return ANNOUNCEMENT
    return ""


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def make_checkpoint(signer: Signer, reason: str) -> JournalCheckpoint:
    """Only the seals since the last one are read. One sealer at a time makes them: it holds the sealer's lock."""
    with transaction.atomic():
        last = latest()
        tree = grown(_tree_of(last) if last else Tree())
        number, label = current_epoch()
        said = Checkpoint(
            host=host(),
            epoch=label,
            size=tree.size,
            root=tree.root(),
            number=last.number + 1 if last else 1,
            made_at=timezone.now().replace(microsecond=0),
            reason=reason,
        )
        return JournalCheckpoint.objects.create(
            number=said.number,
            epoch=number,
            size=said.size,
            root=said.root.hex(),
            made_at=said.made_at,
            reason=reason,
            key=signer.row,
            note=sign(said.text(), host(), signer.private),
            frontier=[node.hex() for node in tree.frontier],
        )


def _tree_of(last: JournalCheckpoint) -> Tree:
    """The tree to go on from; an empty one, for all seals, where the row is not what its signed text says."""
    if has_good_frontier(last):
        return Tree(last.size, map(bytes.fromhex, last.frontier))
    logger.error("checkpoint %s was altered: the next one is made of all seals anew", last.number)
    return Tree()


def has_good_frontier(row: JournalCheckpoint) -> bool:
    """Does its frontier give the root that its text signs?"""
    try:
        said = Checkpoint.read(Note.read(row.note).text)
        tree = Tree(row.size, map(bytes.fromhex, row.frontier))
    except (TypeError, ValueError):
        return False
    return (tree.size, tree.root()) == (said.size, said.root)


def grown(tree: Tree) -> Tree:
    """The tree with every seal after its last leaf; a leaf is the hash of a sealed row."""
    while True:
        hashes = leaves(after=tree.size, limit=BATCH)
        for leaf in hashes:
            tree.add(leaf)
        if len(hashes) < BATCH:
            return tree


def leaves(*, after: int, limit: int) -> list[bytes]:
    rows = JournalSeal.objects.filter(sequence__gt=after).order_by("sequence")[:limit]
    return [bytes.fromhex(digest) for digest in rows.values_list("entry_hash", flat=True)]


def host() -> str:
    """The name of the log and of its keys."""
    return urlsplit(settings.SITE_URL).netloc


def latest() -> JournalCheckpoint | None:
    return JournalCheckpoint.objects.order_by("number").last()


def latest_before(moment: datetime) -> JournalCheckpoint | None:
    """What documents of that moment print, with its key. Checkpoints are only added, so it stays the same one."""
    return published().filter(made_at__lte=moment).first()


def current_epoch() -> tuple[int, str]:
    """Its number and its name in checkpoints; the first one has no row."""
    epoch = JournalEpoch.objects.order_by("number").last()
    return (epoch.number, epoch.label) if epoch else (1, "1")


def published() -> QuerySet[JournalCheckpoint]:
    """Newest first, each with its key."""
    return JournalCheckpoint.objects.select_related("key").order_by("-number")


def published_one(number: int) -> JournalCheckpoint | None:
    """None when there is no such number, however long it is."""
    return published().filter(number=number).first() if number < 2**63 else None


def epochs() -> list[JournalEpoch]:
    return list(JournalEpoch.objects.order_by("-number"))


def as_json(row: JournalCheckpoint) -> dict[str, Any]:
    """For programs: what the note says, field by field, and the note itself."""
    note = Note.read(row.note)
    return {
        "number": row.number,
        "epoch": Checkpoint.read(note.text).epoch,
        "size": row.size,
        "root": row.root,
        "time": row.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "reason": row.reason,
        "key": row.key.public_key,
        "key_sha256": row.key.fingerprint,
        "text": note.text,
        "signature": base64.b64encode(note.signature).decode(),
        "note": row.note,
    }


def keys_as_json() -> dict[str, Any]:
    """/.well-known/slz-keys.json: every key that ever signed, oldest first."""
    return {
        "log": host(),
        "algorithm": "Ed25519",
        "checkpoints": "RFC 9162 root over the hashes of sealed journal rows; c2sp.org/tlog-checkpoint",
        "keys": [
            {
                "id": key_hash(host(), bytes.fromhex(key.public_key)).hex(),
                "public_key": key.public_key,
                "sha256": key.fingerprint,
                "pem": pem_of(key),
                "valid_from": _utc(key.valid_from),
                "valid_until": _utc(until) if until else None,
                "introduced_by": key.previous.public_key if key.previous and key.handover else None,
                "handover_text": handover_text(key.previous.public_key, key.public_key, key.valid_from)
                if key.previous and key.handover
                else None,
                "handover_signature": key.handover or None,
                "kept_by_the_service_itself": key.self_made,
            }
            for key, until in all_keys()
        ],
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
