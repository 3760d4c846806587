"""Backup and restore of a service at work, of an object storage, and of a full edition."""

import hashlib
import io
import os
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from applications.models import Application, Attachment
from applications.services.attachments import add_attachment, remove_attachment
from common.backup_set import read_set
from common.files.uploads import CheckedFile, store
from common.sealing import seal_entries, verify_chain
from tests import factories
from tests.own_database import contents, slow_on_postgres
from tests.servers import ObjectStore

ENTRIES = 1000
FILES_EACH = 2
FILE_BYTES = 20_000
KEPT = 3  # files a clerk leaves in the draft


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def backup(folder) -> None:
    call_command("backup", folder, stdout=io.StringIO())


def restored(folder) -> str:
    out = io.StringIO()
    call_command("restore", folder, "--replace", "--yes", stdout=out)
    return out.getvalue()


class Clerk(threading.Thread):
    """Adds files to a draft and removes some, by the services, until told to stop."""

    def __init__(self, edition) -> None:
        super().__init__()
        unit = factories.make_unit()
        self.person = factories.make_member(unit)
        self.draft = factories.make_application(edition, unit)
        self.stopping = threading.Event()
        self.error: Exception | None = None
        self.acts = 0

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.work()
        except Exception as error:  # shown by the test
            self.error = error
        finally:
            connection.close()

    def work(self) -> None:
        content = os.urandom(3000)
        upload = CheckedFile(f"{self.acts}.pdf", "application/pdf", ContentFile(content), sha256(content))
        add_attachment(
            actor=self.person, application_id=self.draft.pk, upload=upload, requirement_id=None, description=""
        )
        for old in self.draft.attachments.order_by("-pk")[KEPT:]:
            remove_attachment(actor=self.person, attachment_id=old.pk)
        seal_entries()
        self.acts += 1


@slow_on_postgres
@pytest.mark.case(26)
def test_sets_made_while_clerks_work_can_each_be_restored(own_database, tmp_path, figure):
    edition = factories.make_edition()
    clerks = [Clerk(edition) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    sets = [tmp_path / f"set{number}" for number in range(3)]
    try:
        for folder in sets:
            backup(folder)
    finally:
        for clerk in clerks:
            clerk.stopping.set()
            clerk.join()
    assert [clerk.error for clerk in clerks] == [None, None]
    manifests = [read_set(folder, lambda *_: None) for folder in sets]
    for manifest in manifests:
        # What is absent was removed by a clerk after the snapshot; nothing else may be.
        assert manifest.counts["applications_attachment"] == len(manifest.media) + len(manifest.absent)
        assert not manifest.damaged
        assert manifest.journal["problem"] == ""
    assert "counts equal" in restored(sets[-1])
    assert verify_chain().problem == ""
    acts, absent = sum(clerk.acts for clerk in clerks), sum(len(manifest.absent) for manifest in manifests)
    assert acts > 3
    figure(f"3 sets during {acts} uploads of 2 clerks: consistent, {absent} files removed since and said; restored")


@pytest.fixture
def bucket(settings) -> Iterator[ObjectStore]:
    with ObjectStore.running() as store:
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "common.files.object_storage.ObjectStorage", "OPTIONS": store.options()}
        }
        yield store


@slow_on_postgres
@pytest.mark.case(26)
def test_files_in_a_bucket_are_in_the_set_and_come_back(own_database, bucket, tmp_path, figure):
    application = factories.make_application()
    names = [factories.make_attachment(application, content=os.urandom(3000)).file.name for _ in range(3)]
    rows = contents()
    backup(tmp_path / "set")
    for name in names[:2]:
        default_storage.delete(name)
    assert "2 files written, 1 were there already, digests equal" in restored(tmp_path / "set")
    assert contents() == rows
    figure("object storage: 2 of 3 files lost, all 3 back")


@pytest.mark.slow
@pytest.mark.case(26)
def test_a_full_edition_is_restored_within_minutes(own_database, tmp_path, figure):
    edition = factories.make_edition()
    unit = factories.make_unit()
    pattern = factories.make_application(edition, unit, title="Wzór")
    text = "Opis praktyki, po polsku i na kilka zdań. " * 60
    Application.objects.bulk_create(
        Application(
            **{
                field.attname: getattr(pattern, field.attname)
                for field in Application._meta.concrete_fields
                if not field.primary_key and field.attname not in ("title", "context", "results")
            },
            title=f"Zgłoszenie {number}",
            context=text,
            results=text,
        )
        for number in range(ENTRIES - 1)
    )
    content = os.urandom(FILE_BYTES)
    digest = sha256(content)
    Attachment.objects.bulk_create(
        Attachment(
            application_id=pk,
            file=store(content),
            name="zał.pdf",
            media_type="application/pdf",
            size=len(content),
            sha256=digest,
        )
        for pk in Application.objects.values_list("pk", flat=True)
        for _ in range(FILES_EACH)
    )
    rows = contents()
    started = time.monotonic()
    backup(tmp_path / "set")
    made = time.monotonic()
    assert "counts equal" in restored(tmp_path / "set")
    done = time.monotonic()
    assert contents() == rows
    size = read_set(tmp_path / "set", lambda *_: None).size / 1e6
    figure(
        f"{ENTRIES} entries, {ENTRIES * FILES_EACH} files, {size:.0f} MB: "
        f"backup {made - started:.1f} s, restore over them {done - made:.1f} s"
    )
