import os
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.files.uploads import store
from common.media import GRACE, check_media
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def age(name, by):
    moment = (timezone.now() - by).timestamp()
    os.utime(default_storage.path(name), (moment, moment))


def test_whole_files_and_rows_agree(capsys):
    factories.make_attachment(factories.make_application())
    call_command("check_media")
    assert "1 file(s) checked, nothing wrong" in capsys.readouterr().out


def test_a_missing_a_truncated_and_an_orphan_file_are_each_listed(capsys):
    application = factories.make_application()
    whole, missing, damaged = (factories.make_attachment(application) for _ in range(3))
    default_storage.delete(missing.file.name)
    with default_storage.open(damaged.file.name, "rb+") as handle:
        handle.truncate(3)
    orphan = store(b"nobody's")
    age(orphan, GRACE + timedelta(minutes=1))

    with pytest.raises(CommandError, match="3 problem"):
        call_command("check_media")

    lines = capsys.readouterr().out.splitlines()
    assert f"missing: {missing.file.name} (applications.Attachment {missing.pk})" in lines
    assert f"damaged (digest differs): {damaged.file.name} (applications.Attachment {damaged.pk})" in lines
    assert f"orphan (no row names it): {orphan}" in lines
    assert not any(whole.file.name in line for line in lines)


def test_an_upload_in_progress_is_no_orphan():
    name = store(b"not committed yet")
    age(name, GRACE - timedelta(minutes=1))
    assert check_media(now=timezone.now()).clean


def test_an_empty_storage_is_clean(tmp_path):
    report = check_media(now=timezone.now(), storage=FileSystemStorage(tmp_path / "never-made"))
    assert report.clean
    assert report.checked == 0
