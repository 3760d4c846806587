"""Public keys as people have them in a file: slz-keys.json as published, or a single key in PEM. Pure."""

import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


class NoKeys(ValueError):
    """The file holds no public key of ours; the text says what is wrong with it."""


def read_keys(content: bytes) -> list[bytes]:
    """Every key of the file, each as its 32 bytes, oldest first."""
    if content.lstrip().startswith(b"-----BEGIN"):
        return [_of_pem(content)]
    try:
        keys = [bytes.fromhex(key["public_key"]) for key in json.loads(content)["keys"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NoKeys("it is neither slz-keys.json nor a public key in PEM") from error
    if not keys or any(len(key) != 32 for key in keys):
        raise NoKeys("it lists no Ed25519 key")
    return keys


def _of_pem(content: bytes) -> bytes:
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NoKeys("it is no public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NoKeys("it holds another kind of key; it must be Ed25519")
    return key.public_bytes_raw()
