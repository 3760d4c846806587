"""Uploads and certificates in an S3 bucket, where web servers and workers on several machines share no disk.

The bucket is private: nothing is ever linked to, every file goes through a view that asks permissions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

CONNECT_SECONDS = 3
READ_SECONDS = 15
ATTEMPTS = 2
# Larger files wait on the disk of the reader's machine while they are sent.
MEMORY_BYTES = 2_000_000
# No file here is larger, so each is one request: there whole or not there at all.
ONE_PIECE_BYTES = 100_000_000


class StorageUnavailable(OSError):
    """The storage refused or did not answer in time; for callers the same as a disk that fails."""


class ObjectStorage(S3Storage):
    """S3Storage whose failures are OSError, as those of a disk, and whose patience ends.

    A missing file is FileNotFoundError, as on a disk. What is read is fetched whole on opening, so a storage that
    fails does so before the first byte of an answer is sent.
    """

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            # Checksums that only newer servers know are left out; each file's SHA-256 stands in its row.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        )
        return super().get_default_settings() | {
            "client_config": config,
            "default_acl": None,
            "file_overwrite": False,
            "max_memory_size": MEMORY_BYTES,
            "transfer_config": TransferConfig(multipart_threshold=ONE_PIECE_BYTES, use_threads=False),
        }

    @property
    def bucket(self) -> Any:
        """Through this thread's connection: boto3's resources must not be shared between threads."""
        return self.connection.Bucket(self.bucket_name)

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_disk_errors(name):
            opened: File = super()._open(name, mode)
            if "r" in mode:
                opened.open()
            return opened

    def _save(self, name: str, content: File) -> str:
        with _as_disk_errors(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_disk_errors(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_disk_errors(name):
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_disk_errors(name):
            folders, files = super().listdir(name)
            return folders, files

    def size(self, name: str) -> int:
        with _as_disk_errors(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _as_disk_errors(name):
            modified: datetime = super().get_modified_time(name)
            return modified


@contextmanager
def _as_disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(f"the storage has no {name}") from error
        raise StorageUnavailable(f"the storage refused {name}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(f"the storage did not answer for {name}: {error}") from error
