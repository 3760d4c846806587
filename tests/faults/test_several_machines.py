"""Two web servers and two workers that share PostgreSQL, Redis and object storage, and nothing on a disk."""

import hashlib
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Attachment
from applications.services.submission import submit_application
from awards.models import Certificate, CertificateStatus
from common.media import check_media
from notifications.models import OutboxMessage, OutboxStatus
from tests import factories
from tests.common.files import hostile
from tests.faults.person import Person
from tests.servers import SECRET_KEY, ObjectStore, end, process, wait_until, web

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORKER = ["-m", "celery", "-A", "celery_app", "worker", "-c", "1", "-l", "INFO"]


class Machine:
    """A working folder of its own; its media folder cannot be made, so a file kept there would be an error."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        folder.mkdir()
        (folder / "no-disk").write_text("a file where a folder would have to be")
        self.folder = folder
        self.variables = variables | {"MEDIA_ROOT": str(folder / "no-disk" / "media")}


@pytest.fixture
def machines(tmp_path, redis_server, mail_sink, static_root, settings):
    settings.SECRET_KEY = SECRET_KEY
    with ObjectStore.running() as store:
        variables = store.variables() | {
            "CELERY_BROKER_URL": redis_server.url,
            "CACHE_URL": redis_server.url.replace("/0", "/1"),
            "EMAIL_URL": mail_sink.url,
            "STATIC_ROOT": static_root,
        }
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "common.files.object_storage.ObjectStorage", "OPTIONS": store.options()}
        }
        yield [Machine(tmp_path / name, variables) for name in ("web1", "web2", "worker1", "worker2")]


def styles(page: str) -> list[str]:
    return re.findall(r'href="(/static/[^"]+\.css)"', page)


def test_what_one_machine_takes_another_gives_and_one_that_dies_is_replaced(machines, figure, mail_sink, redis_server):
    draft = factories.make_complete_draft()
    member = factories.make_member(draft.unit)
    person = Person(member)
    first_web, second_web, first_worker, second_worker = machines
    with ExitStack() as running:
        at_first, at_second = (
            running.enter_context(web(one.folder / "log", redis_server.url, folder=one.folder, **one.variables))
            for one in (first_web, second_web)
        )
        workers = [
            running.enter_context(process(*WORKER, log=one.folder / "log", folder=one.folder, **one.variables))
            for one in (first_worker, second_worker)
        ]
        for one in (first_worker, second_worker):
            wait_until(lambda one=one: b"ready." in (one.folder / "log").read_bytes(), 60, "a worker being ready")

        content = hostile.pdf()
        sent = person.post(
            at_first.url + reverse("applications:attachments", args=[draft.pk]),
            {"description": "Skan"},
            files={"file": ("skan.pdf", content, "application/pdf")},
        )
        assert sent.status_code == 302, sent.text[:500]
        attachment = Attachment.objects.get(application=draft, description="Skan")
        got = person.get(at_second.url + reverse("applications:attachment_download", args=[attachment.pk]))
        assert hashlib.sha256(got.content).hexdigest() == attachment.sha256

        pages = [person.get(at.url + "/").text for at in (at_first, at_second)]
        assert styles(pages[0])
        assert styles(pages[0]) == styles(pages[1])

        end(workers[0], at_once=True)
        number = submit_application(actor=member, application_id=draft.pk).number
        wake = ["-c", "import django; django.setup(); from common.background import wake;"]
        wake[1] += "wake('awards.tasks.confirm_submissions'); wake('notifications.tasks.deliver')"

        def confirmed() -> bool:
            with process(*wake, log=first_web.folder / "log", **first_web.variables) as asking:
                asking.wait(30)
            return Certificate.objects.filter(status=CertificateStatus.READY).exists()

        seconds = wait_until(confirmed, 90, "the confirmation by the worker that is left")
        wait_until(lambda: mail_sink.received, 60, "the mail")
        end(at_first.process, at_once=True)
        certificate = Certificate.objects.get(status=CertificateStatus.READY)
        file = person.get(at_second.url + reverse("awards:certificate_file", args=[certificate.code]))
        assert hashlib.sha256(file.content).hexdigest() == certificate.sha256
    assert OutboxMessage.objects.exclude(status=OutboxStatus.SENT).count() == 0
    assert check_media(now=timezone.now()).clean
    assert not any((one.folder / "no-disk").is_dir() for one in machines)
    figure(
        f"web 1 took a file, web 2 gave it; worker 1 killed, entry {number} confirmed by worker 2 in {seconds:.0f} s"
    )
