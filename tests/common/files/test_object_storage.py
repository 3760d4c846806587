"""Files in a bucket behave as files on a disk, and a storage that fails is told apart from a missing file."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from common.files.object_storage import ObjectStorage, StorageUnavailable
from common.files.uploads import attachment_response, store
from common.media import GRACE, check_media
from tests import factories
from tests.servers import ObjectStore, free_port


@pytest.fixture(scope="module")
def object_server() -> Iterator[ObjectStore]:
    with ObjectStore.running() as running:
        yield running


@pytest.fixture
def object_store(object_server) -> ObjectStore:
    return object_server.another()


@pytest.fixture
def storage(object_store) -> ObjectStorage:
    return ObjectStorage(**object_store.options())


@pytest.fixture
def as_media(object_store, settings) -> ObjectStorage:
    """The service's own storage is a bucket."""
    from django.core.files.storage import default_storage

    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "common.files.object_storage.ObjectStorage", "OPTIONS": object_store.options()}
    }
    return default_storage


def test_a_file_is_kept_read_listed_and_deleted(storage):
    name = storage.save("attachments/one", ContentFile(b"content"))
    assert storage.exists(name)
    assert storage.size(name) == 7
    with storage.open(name, "rb") as handle:
        assert handle.read() == b"content"
    assert storage.listdir("attachments") == ([], ["one"])
    assert "attachments" in storage.listdir("")[0]
    assert timezone.now() - storage.get_modified_time(name) < timedelta(minutes=1)
    storage.delete(name)
    assert not storage.exists(name)
    storage.delete(name)


def test_a_name_taken_is_never_written_over(storage):
    first = storage.save("attachments/same", ContentFile(b"first"))
    second = storage.save("attachments/same", ContentFile(b"second"))
    assert first != second
    assert storage.open(first).read() == b"first"


def test_a_missing_file_is_missing_as_on_a_disk(storage):
    with pytest.raises(FileNotFoundError):
        storage.open("attachments/nothing")
    with pytest.raises(FileNotFoundError):
        storage.size("attachments/nothing")


@pytest.mark.parametrize("change", [{"endpoint_url": "closed"}, {"bucket_name": "another"}])
def test_a_storage_that_fails_is_a_failing_disk_within_seconds(object_store, change):
    options = object_store.options() | change
    if "endpoint_url" in change:
        options["endpoint_url"] = f"http://127.0.0.1:{free_port()}"
    broken = ObjectStorage(**options)
    started = time.monotonic()
    with pytest.raises(OSError):
        broken.save("attachments/x", ContentFile(b"x"))
    if "endpoint_url" in change:
        for act in (broken.exists, broken.open, broken.delete, broken.size, broken.listdir):
            with pytest.raises(StorageUnavailable):
                act("attachments/x")
    assert time.monotonic() - started < 20


@pytest.mark.django_db
def test_an_attachment_lives_in_the_bucket_and_check_media_reads_it_there(as_media):
    attachment = factories.make_attachment(factories.make_application())
    response = attachment_response(attachment)
    content = b"".join(response.streaming_content)
    assert int(response.headers["Content-Length"]) == len(content) > 0
    orphan = store(b"nobody's")
    later = timezone.now() + GRACE + timedelta(minutes=1)
    assert check_media(now=timezone.now()).clean
    assert check_media(now=later).orphans == [orphan]
    as_media.delete(orphan)
    as_media.delete(attachment.file.name)
    assert len(check_media(now=later).missing) == 1
