"""Signatures over files that everybody may download: made by the sealer, which alone holds the key (ADR 83).

The signature is over the bytes of the file and nothing else, so `openssl pkeyutl -verify -rawin` checks it. Upper apps
register what they publish; it waits unsigned until the sealer's next run, a few seconds later. Signatures are rows of
their own, only ever added, each with the key that made it: after a rotation they stay valid under the old public key.
"""

import hashlib
from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from common.copies import public_content_changed
from common.kernel.keys import Signer
from common.models import FileSignature

# Each gives the bytes of published files that have no signature yet; asked at every run, so one cheap statement.
SOURCES: list[Callable[[], Iterable[bytes]]] = []


def describe(source: Callable[[], Iterable[bytes]]) -> None:
    """Called once by each app when it is ready."""
    SOURCES.append(source)


def sign_waiting(signer: Signer) -> int:
    """How many files were signed. Pages that are kept as copies learn of it."""
    signed = 0
    for find in SOURCES:
        for content in find():
            with transaction.atomic():
                _row, made = FileSignature.objects.get_or_create(
                    sha256=hashlib.sha256(content).hexdigest(),
                    defaults={
                        "signature": signer.private.sign(content).hex(),
                        "key": signer.row,
                        "signed_at": timezone.now(),
                    },
                )
                if made:
                    public_content_changed()
                    signed += 1
    return signed


def signature_of(sha256: str) -> FileSignature | None:
    """Of the file with this digest, with its key."""
    return FileSignature.objects.select_related("key").filter(sha256=sha256).first() if sha256 else None
