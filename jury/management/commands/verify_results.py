"""Recompute a published ranking from its package or bundle, and check its signature; needs no database."""

import hashlib
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.canonical import sha256_of
from common.kernel.notes import fingerprint, is_signature
from common.kernel.public_keys import NoKeys, read_keys
from jury.package import entries_of, verify


class Command(BaseCommand):
    help = (
        "Recomputes a ranking from its package (a JSON file) and says whether it holds and who signed it. "
        "Uses no database and no network."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", help="the JSON file, as downloaded from the results page or the ranking page")
        parser.add_argument("--sha256", default="", help="the published digest the file must have")
        parser.add_argument("--signature", metavar="FILE", help="the .sig file of the results page; needs --keys")
        parser.add_argument(
            "--keys",
            metavar="FILE",
            help="slz-keys.json, as kept from /.well-known/, or one public key (PEM)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["bundle"])
        raw = _bytes_of(path)
        try:
            bundle = json.loads(raw)
        except ValueError as error:
            raise CommandError(f"{path}: cannot be read as JSON ({error})") from error
        if not isinstance(bundle, dict):
            raise CommandError(f"{path}: not a bundle")
        keys = _keys_of(Path(options["keys"])) if options["keys"] else []
        if options["signature"] and not keys:
            raise CommandError("--signature needs --keys: a signature proves nothing without a key that you trust.")
        found = hashlib.sha256(raw).hexdigest()
        problems = verify(bundle, keys)
        # Files published by older versions were laid out for reading; their digest is of the canonical content.
        if options["sha256"] and options["sha256"].lower() not in (found, sha256_of(bundle)):
            problems.insert(0, f"SHA-256 is {found}, published {options['sha256'].lower()}")
        signer = None
        if options["signature"]:
            signer = _signer(raw, _bytes_of(Path(options["signature"])), keys)
            if signer is None:
                problems.insert(
                    0,
                    f"{path.name} is not what was signed: {options['signature']} is no signature over its bytes by "
                    f"any key of {options['keys']}. The file was changed, or signature or keys belong to another one.",
                )
        if problems:
            raise CommandError("The ranking does not hold:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.stdout.write(f"The ranking holds: {entries_of(bundle)} entries recomputed. SHA-256 {found}")
        if signer is not None:
            self.stdout.write(f"Signed with the key {fingerprint(signer)}")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror})") from error


def _keys_of(path: Path) -> list[bytes]:
    try:
        return read_keys(_bytes_of(path))
    except NoKeys as error:
        raise CommandError(f"{path}: {error}") from error


def _signer(content: bytes, signature: bytes, keys: Sequence[bytes]) -> bytes | None:
    """The key that signed."""
    return next((key for key in keys if is_signature(key, signature, content)), None)
