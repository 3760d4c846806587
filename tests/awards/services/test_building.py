"""Files are built once, by whoever holds the claim; a killed builder leaves nothing behind."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.utils import timezone

from awards import tasks
from awards.certificates import CannotRender
from awards.models import Certificate, CertificateStatus
from awards.services import build_due, building, ensure_confirmation, revoke_certificate
from common.models import JournalEntry
from notifications.models import OutboxMessage
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def quick(monkeypatch):
    """A stand-in for the renderer: what is built is not the question here."""
    monkeypatch.setattr(building, "render", lambda facts, _kind: b"%PDF " + facts["number"].encode())


def files(storage):
    return sorted(path.name for path in storage.rglob("*.pdf"))


def test_a_pending_diploma_becomes_ready_with_the_digest_of_its_file(storage):
    certificate = makers.diploma()
    assert build_due() == 1
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.READY
    content = certificate.file.open("rb").read()
    assert content.startswith(b"%PDF")
    assert certificate.sha256 == hashlib.sha256(content).hexdigest()
    assert certificate.number.replace("/", "-") not in certificate.file.name
    assert len(files(storage)) == 1
    entry = JournalEntry.objects.get(action="certificate.build")
    assert entry.data["sha256"] == certificate.sha256


def test_members_of_the_unit_are_told_once_when_the_diploma_is_ready(quick):
    certificate = makers.diploma()
    build_due()
    mail = OutboxMessage.objects.get(kind="certificate_ready")
    assert mail.subject_key == f"certificate:{certificate.pk}"
    assert mail.recipient == certificate.award.unit.memberships.get().user.email
    assert certificate.number in mail.subject
    assert f"/certyfikaty/{certificate.code}/plik/" in mail.text


def test_nobody_is_written_to_about_a_confirmation(quick):
    entry = factories.make_application(state="SUBMITTED")
    factories.make_member(entry.unit)
    ensure_confirmation(version=makers.submitted_version(entry))
    assert build_due() == 1
    assert not OutboxMessage.objects.filter(kind="certificate_ready").exists()


def test_a_ready_certificate_is_never_built_again(quick, storage):
    makers.diploma()
    assert build_due() == 1
    before = files(storage)
    assert build_due() == 0
    assert tasks.build_certificates() == 0
    assert files(storage) == before


def test_one_process_builds_several(quick):
    makers.announced("LAUREATE", "HONOURABLE_MENTION", "FINALIST")
    assert tasks.build_certificates() == 3


def test_a_killed_builder_is_followed_by_another_and_leaves_no_orphan(quick, storage):
    certificate = makers.diploma()
    claimed = building._claim_next()
    default_storage.save(claimed.build_key, ContentFile(b"half a fi"))  # and here the process is killed
    assert build_due() == 0, "the lease still holds"
    with time_machine.travel(timezone.now() + building.LEASE + timedelta(seconds=1), tick=False):
        assert build_due() == 1
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.READY
    assert certificate.attempts == 2
    assert [path.rsplit("/")[-1] for path in [certificate.file.name]] == files(storage)
    assert OutboxMessage.objects.filter(kind="certificate_ready").count() == 1


def test_a_builder_that_wakes_after_its_lease_throws_its_own_file_away(quick, storage):
    certificate = makers.diploma()
    slow = building._claim_next()
    with time_machine.travel(timezone.now() + building.LEASE + timedelta(seconds=1), tick=False):
        build_due()
    default_storage.save(slow.build_key, ContentFile(b"too late"))
    assert building._finish(slow, "f" * 64) is False
    certificate.refresh_from_db()
    assert certificate.sha256 != "f" * 64
    assert files(storage) == [certificate.file.name.rsplit("/")[-1]]


def test_a_failure_is_tried_again_later_and_given_up_after_five_tries(monkeypatch, storage):
    def broken(_facts, _kind):
        raise OSError("disk full")

    monkeypatch.setattr(building, "render", broken)
    certificate = makers.diploma()
    now = timezone.now()
    for attempt in range(1, 7):
        with time_machine.travel(now + timedelta(minutes=10 * attempt), tick=False):
            assert build_due() == 0
        certificate.refresh_from_db()
        assert certificate.attempts == min(attempt, 5)
        assert certificate.status == (CertificateStatus.PENDING if attempt < 5 else CertificateStatus.FAILED)
    assert "disk full" in certificate.last_error
    assert files(storage) == []


def test_a_failed_try_waits_before_the_next(monkeypatch):
    monkeypatch.setattr(building, "render", lambda *_args: 1 / 0)
    certificate = makers.diploma()
    build_due()
    build_due()
    certificate.refresh_from_db()
    assert certificate.attempts == 1


def test_facts_that_make_no_document_are_given_up_at_once(monkeypatch):
    def hopeless(_facts, _kind):
        raise CannotRender("too long")

    monkeypatch.setattr(building, "render", hopeless)
    certificate = makers.diploma()
    build_due()
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.FAILED
    assert certificate.attempts == 1


def test_a_poison_row_does_not_stop_the_others(monkeypatch):
    makers.announced("LAUREATE", "FINALIST", "FINALIST")
    poison = Certificate.objects.order_by("pk").first()

    def picky(facts, _kind):
        if facts["number"] == poison.number:
            raise OSError("no")
        return b"%PDF"

    monkeypatch.setattr(building, "render", picky)
    assert build_due() == 2


def test_five_killed_builders_are_enough(quick):
    certificate = makers.diploma()
    now = timezone.now()
    for attempt in range(1, 7):
        with time_machine.travel(now + timedelta(minutes=attempt), tick=False):
            building._claim_next()
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.FAILED
    assert certificate.attempts == 5


@pytest.mark.parametrize(("language", "said"), [("pl", "dyplomu lub potwierdzenia"), ("en", "diploma or confirmation")])
def test_documents_given_up_make_one_alert_that_leads_to_them(monkeypatch, settings, language, said):
    settings.ALERT_EMAIL, settings.LANGUAGE_CODE = "ops@example.org", language

    def hopeless(_facts, _kind):
        raise CannotRender("too long")

    monkeypatch.setattr(building, "render", hopeless)
    edition, _officer = makers.announced("LAUREATE", "FINALIST")
    build_due()
    assert Certificate.objects.filter(status=CertificateStatus.FAILED).count() == 2
    (alert,) = OutboxMessage.objects.filter(kind="certificate_alert")
    assert alert.recipient == "ops@example.org"
    assert f"/organizator/edycje/{edition.slug}/dyplomy/" in alert.text
    assert said in alert.text
    assert said in alert.html


def test_a_builder_stopped_five_times_is_told_of_too(quick, settings):
    settings.ALERT_EMAIL = "ops@example.org"
    makers.diploma()
    Certificate.objects.update(attempts=5)
    assert build_due() == 0
    assert OutboxMessage.objects.filter(kind="certificate_alert").count() == 1


def test_a_failure_that_will_be_tried_again_alerts_nobody(monkeypatch, settings):
    settings.ALERT_EMAIL = "ops@example.org"
    monkeypatch.setattr(building, "render", lambda *_args: 1 / 0)
    makers.diploma()
    build_due()
    assert not OutboxMessage.objects.filter(kind="certificate_alert").exists()


def test_a_revoked_certificate_is_not_built(quick):
    edition, officer = makers.announced()
    certificate = Certificate.objects.get(edition=edition)
    revoke_certificate(actor=officer, certificate_id=certificate.pk, reason="pomyłka")
    assert build_due() == 0


def test_one_revoked_while_being_built_keeps_its_file_but_tells_nobody(quick):
    edition, officer = makers.announced()
    certificate = Certificate.objects.get(edition=edition)
    claimed = building._claim_next()
    revoke_certificate(actor=officer, certificate_id=certificate.pk, reason="pomyłka")
    assert building._build(claimed)
    assert not OutboxMessage.objects.filter(kind="certificate_ready").exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_after_the_commit_costs_no_file(quick, storage, monkeypatch):
    """The answer to COMMIT is lost, the row stands: its file must stand too."""
    certificate = makers.diploma()
    commit = connection.commit
    done = []

    def cut_after_commit():
        commit()
        is_ready = Certificate.objects.filter(pk=certificate.pk, status=CertificateStatus.READY).exists()
        connection.rollback()  # ends the transaction that the question began
        if is_ready and not done:
            done.append(True)
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "commit", cut_after_commit)
    build_due()
    certificate.refresh_from_db()
    assert done
    assert certificate.status == CertificateStatus.READY
    assert files(storage) == [certificate.file.name.rsplit("/")[-1]]
