"""A jury with two entries in scoring, and a file of one of them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from applications.models import ApplicationVersion, Attachment
from tests.jury.helpers import make_jury


@pytest.fixture
def jury():
    return make_jury(entries=2)


@pytest.fixture
def juror(jury, client):
    client.force_login(jury.jurors[0].user)
    return jury.jurors[0]


@pytest.fixture
def attached(jury):
    entry = jury.entries[0]
    name = default_storage.save("attachments/test", ContentFile(b"%PDF-1.4"))
    found = Attachment.objects.create(
        application=entry, file=name, name="plan.pdf", media_type="application/pdf", size=8, sha256="0" * 64
    )
    version = ApplicationVersion.objects.get(application=entry)
    version.content["attachments"] = [{"id": found.pk, "name": "plan.pdf", "size": 8, "description": ""}]
    version.save()
    return found
