"""The key that signs checkpoints: a file that the sealer alone reads; its public half is a row that all may read.

A new key is introduced by the old one (`rotate_signing_key`), which signs a sentence that names both. Old public keys
stay, so what they signed can be checked for ever. docs/adr/0078.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.db import transaction
from django.utils import timezone

from common import journal
from common.kernel.notes import is_signature
from common.models import JournalEntry, SigningKey

LOST = "journal.key_lost"  # the action of the entry that says why nobody introduced a key
NEXT = ".next"  # beside the file: the key that a rotation is about to put in its place


class KeyProblem(Exception):
    """A sentence for the operator: why this key cannot sign, and what to do."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and its row."""

    private: Ed25519PrivateKey
    row: SigningKey


def load_key(path: Path) -> Ed25519PrivateKey:
    try:
        content, mode = path.read_bytes(), path.stat().st_mode
    except OSError as error:
        raise KeyProblem(
            f"SIGNING_KEY_FILE {path} cannot be read ({error.strerror}): nothing could be signed. Make it once with "
            f"`openssl genpkey -algorithm ed25519 -out {path}` and `chmod 600 {path}`, owned by the sealer's user."
        ) from error
    if mode & 0o077:
        raise KeyProblem(f"SIGNING_KEY_FILE {path} can be read by others: `chmod 600 {path}`.")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyProblem(f"SIGNING_KEY_FILE {path} holds no private key in PEM without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(f"SIGNING_KEY_FILE {path} holds another kind of key; it must be Ed25519.")
    return key


def make_key(path: Path) -> Ed25519PrivateKey:
    """A new key in a new file, for its owner's eyes only, on the disk before this returns."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return key


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def current_key() -> SigningKey | None:
    return SigningKey.objects.order_by("pk").last()


def signer(path: Path) -> Signer:
    """The key of the file, which must be the one in use; the first one ever is taken in."""
    finish_rotation(path)
    private = load_key(path)
    public = public_hex(private)
    with transaction.atomic():
        current = current_key()
        if current is None:
            current = SigningKey.objects.create(public_key=public, valid_from=timezone.now())
    if current.public_key == public:
        return Signer(private, current)
    raise KeyProblem(
        f"The key in {path} ({public[:16]}…) is not the one in use ({current.public_key[:16]}…), so nothing is "
        "signed. Put the file with that key back; where it is lost, run `manage.py rotate_signing_key --lost`."
    )


def embedded_signer(path: Path) -> Signer:
    """For `serve`: the key in this file, made when it is missing. It lies beside the data it signs, and pages say so.

    Where it replaces another key of this kind (the data came from another folder), it does so without a handover.
    """
    public = public_hex(load_key(path) if path.exists() else make_key(path))
    with transaction.atomic():
        current = current_key()
        if (current is None or current.self_made) and not SigningKey.objects.filter(public_key=public).exists():
            SigningKey.objects.create(public_key=public, valid_from=timezone.now(), previous=current, self_made=True)
    return signer(path)


def rotate(path: Path, *, lost: bool = False) -> SigningKey:
    """A new key takes over, introduced by the old one; with `lost`, by nobody, and everybody sees that.

    The new file stands beside the old one before its row is written and takes its place afterwards: whenever this is
    interrupted, `finish_rotation` completes it or the old key goes on.
    """
    draft = path.with_name(path.name + NEXT)
    finish_rotation(path)
    old = None if lost else signer(path)
    private = make_key(draft)
    with transaction.atomic():
        previous, now = current_key(), timezone.now()
        handover = ""
        if old and previous:
            handover = old.private.sign(handover_text(previous.public_key, public_hex(private), now).encode()).hex()
        row = SigningKey.objects.create(
            public_key=public_hex(private), valid_from=now, previous=previous, handover=handover
        )
        if lost:
            journal.record(actor=None, action=LOST, target=row, public_key=row.public_key)
    draft.replace(path)
    return row


def finish_rotation(path: Path) -> None:
    """A new key whose row is there takes its file's place; one without a row was never in use."""
    draft = path.with_name(path.name + NEXT)
    if not draft.exists():
        return
    current = current_key()
    try:
        taken_in = current is not None and public_hex(load_key(draft)) == current.public_key
    except KeyProblem:
        taken_in = False  # half a file: the row comes after the whole of it
    if taken_in:
        draft.replace(path)
    else:
        draft.unlink()


def handover_text(old: str, new: str, moment: datetime) -> str:
    """What the old key signs."""
    return f"slz: from {moment.astimezone(UTC).isoformat(timespec='seconds')} key {new} follows key {old}\n"


def has_good_handover(key: SigningKey) -> bool:
    """Whether the key before it introduced this one."""
    if not key.previous or not key.handover:
        return False
    old, text = key.previous.public_key, handover_text(key.previous.public_key, key.public_key, key.valid_from)
    return is_signature(bytes.fromhex(old), bytes.fromhex(key.handover), text.encode())


def stands_alone(key: SigningKey) -> bool:
    """May this key have no introduction: the first one, one of `serve`, or one that took over for a lost key?"""
    if key.previous is None or (key.self_made and key.previous.self_made):
        return True
    lost = JournalEntry.objects.filter(action=LOST, target_type=SigningKey._meta.label_lower, target_id=key.pk)
    return key.public_key in [data.get("public_key") for data in lost.values_list("data", flat=True)]


def public_of(key: SigningKey) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))


def pem_of(key: SigningKey) -> str:
    public = public_of(key)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def published_one(number: int) -> SigningKey | None:
    """None when there is no such number, however long it is."""
    return SigningKey.objects.filter(pk=number).first() if number < 2**63 else None


def all_keys() -> Iterator[tuple[SigningKey, datetime | None]]:
    """Oldest first, each with the moment from which the next one signs."""
    keys = list(SigningKey.objects.select_related("previous").order_by("pk"))
    for key, following in zip_longest(keys, keys[1:]):
        yield key, following.valid_from if following else None
