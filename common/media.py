"""Whether the files on the storage and the rows that name them agree."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db.models import FileField, Model

# A file is written before its row is committed; a younger one may be such an upload in progress.
GRACE = timedelta(hours=1)

NamedFile = tuple[str, str, str]  # the row in words, the name in the storage, the digest where the table keeps one


@dataclass(slots=True)
class MediaReport:
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)  # names that no file of the storage can have, and the like

    @property
    def clean(self) -> bool:
        return not (self.missing or self.damaged or self.orphans or self.unreadable)


def check_media(*, now: datetime, storage: Storage = default_storage) -> MediaReport:
    """Compare every file named by any table with the storage, by digest where the table keeps one."""
    report = MediaReport()
    named: set[str] = set()
    for label, name, digest in named_files():
        named.add(name)
        report.checked += 1
        try:
            if not storage.exists(name):
                report.missing.append(in_words(label, name))
            elif digest and stored_digest(storage, name) != digest:
                report.damaged.append(in_words(label, name))
        except Exception as error:  # the name may be anything, where somebody changed the row past the service
            report.unreadable.append(f"{in_words(label, name)}: cannot be read ({type(error).__name__})")
    for name in _stored_files(storage, ""):
        if name not in named and now - storage.get_modified_time(name) > GRACE:
            report.orphans.append(name)
    return report


def in_words(label: str, name: str) -> str:
    return f"{name} ({label})"


def named_files(models: Iterable[type[Model]] | None = None) -> Iterator[NamedFile]:
    """Every file that a row names, of every table or of `models`."""
    for model in apps.get_models() if models is None else models:
        manager: Any = model._default_manager
        for column in model._meta.get_fields():
            if not isinstance(column, FileField):
                continue
            digest = "sha256" if any(f.name == "sha256" for f in model._meta.get_fields()) else None
            columns = ["pk", column.name, *([digest] if digest else [])]
            for row in manager.exclude(**{column.name: ""}).values_list(*columns).iterator():
                yield f"{model._meta.label} {row[0]}", row[1], row[2] if digest else ""


def _stored_files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield str(PurePosixPath(folder) / name)
    for name in folders:
        yield from _stored_files(storage, str(PurePosixPath(folder) / name))


def stored_digest(storage: Storage, name: str) -> str:
    digest = hashlib.sha256()
    with storage.open(name, "rb") as handle:
        for chunk in handle.chunks():
            digest.update(chunk)
    return digest.hexdigest()
