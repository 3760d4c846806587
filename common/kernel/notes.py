"""A signed note: lines of text that people can read, an empty line, and signatures (c2sp.org/signed-note).

A checkpoint begins with the three lines of c2sp.org/tlog-checkpoint (origin, size, root) and goes on with ours. What is
signed is the text up to and with the last line break before the empty line, so `openssl pkeyutl -verify -rawin` can
check it. Pure.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
SPKI = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 key in DER (RFC 8410)
SIGNATURE = re.compile(r"^— (\S+) (\S+)$")


class Malformed(ValueError):
    """This is no note, or no checkpoint; the text says what is wrong with it."""


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note: `text`, which ends with a line break, and the signature under the name of the key."""
    if not text.endswith("\n") or "\n\n" in text:
        raise Malformed("a text to sign ends with one line break and has no empty line")
    public = key.public_key().public_bytes_raw()
    line = base64.b64encode(key_hash(name, public) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {line}\n"


def fingerprint(public: bytes) -> str:
    """What people compare of a key: `openssl pkey -pubin -in KEY.pem -outform DER | sha256sum` says the same."""
    return sha256(SPKI + public).hexdigest()


def key_hash(name: str, public: bytes) -> bytes:
    """Four bytes that say which key of this name signed."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    name: str
    key_hash: bytes
    signature: bytes

    @classmethod
    def read(cls, note: str) -> "Note":
        text, empty, lines = note.partition("\n\n")
        match = SIGNATURE.match(lines.rstrip("\n"))
        if not empty or not match:
            raise Malformed("no signed note: a text, an empty line and one line with a signature")
        try:
            signature = base64.b64decode(match[2], validate=True)
        except binascii.Error as error:
            raise Malformed("the signature is not base64") from error
        if len(signature) != 4 + 64:
            raise Malformed("the signature is not of Ed25519")
        return cls(f"{text}\n", match[1], signature[:4], signature[4:])

    def is_signed_by(self, public: bytes) -> bool:
        if self.key_hash != key_hash(self.name, public):
            return False
        return is_signature(public, self.signature, self.text.encode())


def is_signature(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the text of a checkpoint says."""

    host: str
    epoch: str  # "1", later ones with the moment they began: "2-20261128T150000Z"
    size: int
    root: bytes
    number: int
    made_at: datetime  # to the second
    reason: str

    @property
    def origin(self) -> str:
        return f"{self.host}/dziennik/epoka-{self.epoch}"

    def text(self) -> str:
        moment = self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ncheckpoint {self.number}\ntime {moment}\nreason {self.reason}\n"

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """The opposite of `text`; anything else is refused, so one checkpoint has one spelling."""
        try:
            origin, size, root, number, moment, reason = text.removesuffix("\n").split("\n")
            host, epoch = origin.split("/dziennik/epoka-")
            found = cls(
                host=host,
                epoch=epoch,
                size=int(size),
                root=base64.b64decode(root, validate=True),
                number=int(number.removeprefix("checkpoint ")),
                made_at=datetime.strptime(moment, "time %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                reason=reason.removeprefix("reason "),
            )
        except ValueError as error:
            raise Malformed("the text is not that of a checkpoint") from error
        if found.text() != text:
            raise Malformed("the text is not that of a checkpoint")
        return found


def notes_in(content: str) -> list[str]:
    """The notes of a file, one after another: people append each to what they saved before."""
    content = content.replace("\r\n", "\n")
    return [f"{match[1].lstrip()}\n\n{match[2]}\n" for match in re.finditer(r"(.*?)\n\n(— [^\n]+)", content, re.DOTALL)]
