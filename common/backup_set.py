"""A backup set on disk: a folder with the database, the files, and a manifest that names every part with its digest.

The manifest is written last and the folder gets its name after that, so what has the name is whole.
docs/adr/0047-one-set-for-database-and-files.md says why it looks so.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.utils import validate_file_name
from django.db import connection

from common.version import service_version

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_DIGEST = "manifest.json.sha256"  # as sha256sum writes it, so that it can check it too
DATABASE = "database"
MEDIA = "media"
BLOCK = 1 << 20
NAMED_FAULTS = 20


class BackupRefused(Exception):
    """A sentence for the operator: what is wrong and what was left as it was."""


class Progress(Protocol):
    def __call__(self, what: str, done: int, total: int) -> None: ...


@dataclass(slots=True)
class Manifest:
    """What a set says about itself."""

    service: str  # version of the service that wrote it
    created_at: str  # ISO 8601, UTC
    engine: str  # "postgresql", "sqlite"
    migrations: dict[str, list[str]]  # applied ones by app
    counts: dict[str, int]  # rows by table
    journal: dict[str, Any]  # "count" and "head" of the sealed chain, "problem" verification found then
    columns: dict[str, list[str]] = field(default_factory=dict)  # PostgreSQL: the columns of each dumped table
    sequences: list[dict[str, Any]] = field(default_factory=list)  # PostgreSQL: table, column, value, called
    absent: list[str] = field(default_factory=list)  # files that rows name and the storage did not have
    damaged: list[str] = field(default_factory=list)  # files that did not have the digest of their row
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # path: size, sha256
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def media(self) -> list[str]:
        """Names in the storage, in order."""
        return sorted(path.removeprefix(f"{MEDIA}/") for path in self.files if path.startswith(f"{MEDIA}/"))

    @property
    def size(self) -> int:
        return sum(part["size"] for part in self.files.values())


def count_rows(tables: Iterable[str]) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 — names from the database
            found[table] = cursor.fetchone()[0]
    return found


class SetWriter:
    """Writes the parts of a set into a folder, for its owner's eyes only, and keeps their digests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, dict[str, Any]] = {}

    @contextmanager
    def part(self, path: str) -> Iterator[BinaryIO]:
        """A new file of the set. It counts as a part when the block ends well, else it is removed."""
        target = self.place(path)
        try:
            with open(target, "xb", opener=_private) as raw:
                digesting = _Digesting(raw)
                yield cast("BinaryIO", digesting)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        self.files[path] = {"size": digesting.size, "sha256": digesting.digest.hexdigest()}

    @contextmanager
    def compressed_part(self, path: str) -> Iterator[BinaryIO]:
        """The same contents always give the same bytes: no name and no time inside."""
        with self.part(path) as plain, gzip.GzipFile("", "wb", 6, plain, mtime=0) as packed:
            yield cast("BinaryIO", packed)

    def place(self, path: str) -> Path:
        """Where this part stands; its folder is made."""
        target = self.folder / path
        for parent in reversed(target.relative_to(self.folder).parents):
            (self.folder / parent).mkdir(mode=0o700, exist_ok=True)
        return target

    def add_written(self, path: str) -> None:
        """A file that something else wrote into its place."""
        target = self.folder / path
        target.chmod(0o600)
        self.files[path] = {"size": target.stat().st_size, "sha256": digest_of(target)}

    def finish(self, manifest: Manifest) -> None:
        manifest.files = dict(sorted(self.files.items()))
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        line = f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()
        for name, content in ((MANIFEST, text), (MANIFEST_DIGEST, line)):
            with open(self.folder / name, "xb", opener=_private) as handle:
                handle.write(content)
        os.sync()


class _Digesting:
    """A file that digests what is written to it."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, block: Any) -> int:
        self.digest.update(block)
        self.size += len(block)
        return self.raw.write(block)

    def flush(self) -> None:
        self.raw.flush()


def read_set(folder: Path, told: Progress) -> Manifest:
    """The manifest of a set in which every byte was checked; else BackupRefused, naming what is wrong."""
    manifest = _read_manifest(folder)
    faults = []
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    expected = set(manifest.files)
    faults += [f"{path}: not in the manifest" for path in sorted(found - expected - {MANIFEST, MANIFEST_DIGEST})]
    for number, (path, part) in enumerate(manifest.files.items(), 1):
        told("checking the set", number, len(manifest.files))
        if fault := _fault_of(folder, path, part):
            faults.append(f"{path}: {fault}")
    if faults:
        more = [f"… and {len(faults) - NAMED_FAULTS} more"] if len(faults) > NAMED_FAULTS else []
        named = "\n  ".join([*faults[:NAMED_FAULTS], *more])
        raise BackupRefused(f"{folder} is not as it was written:\n  {named}")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    for name in (MANIFEST, MANIFEST_DIGEST):
        if not (folder / name).is_file():
            raise BackupRefused(f"{folder} is not a whole backup set: {name} is missing")
    text = (folder / MANIFEST).read_bytes()
    if (folder / MANIFEST_DIGEST).read_text(encoding="utf-8").split()[:1] != [hashlib.sha256(text).hexdigest()]:
        raise BackupRefused(f"{folder} is not as it was written:\n  {MANIFEST}: digest differs")
    content = json.loads(text)
    if content["format"] != FORMAT:
        raise BackupRefused(
            f"{folder} has format {content['format']} (service {content['service']}); this version "
            f"({service_version()}) reads format {FORMAT}. Restore it with the version that wrote it."
        )
    return Manifest(**content)


def _fault_of(folder: Path, path: str, part: dict[str, Any]) -> str:
    """Empty when this part is as it was written."""
    try:
        validate_file_name(path, allow_relative_path=True)
    except SuspiciousFileOperation:
        return "leads out of the set"
    file = folder / path
    if file.is_symlink() or not file.is_file():
        return "missing"
    if file.stat().st_size != part["size"]:
        return f"{file.stat().st_size} bytes instead of {part['size']}"
    return "" if digest_of(file) == part["sha256"] else "digest differs"


def digest_of(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
