"""Certificates as rows: one in force for each thing, gapless numbers, corrections, revocations."""

import pytest
from django.db import IntegrityError, transaction

from awards import tasks
from awards.models import Certificate, CertificateSequence, CertificateStatus
from awards.queries.certificates import current_confirmation, failed_by_edition
from awards.services import (
    build_due,
    confirm_submissions,
    ensure_confirmation,
    replace_certificate,
    retry_failed,
    revoke_certificate,
)
from awards.services.numbering import take_numbers
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def laureate():
    edition, officer = makers.announced()
    return Certificate.objects.get(edition=edition), officer


def replace(certificate, officer, **changes):
    changes = changes or {"unit_name": "Gmina Poprawna"}
    return replace_certificate(
        actor=officer, certificate_id=certificate.pk, corrections=changes, reason="literówka w nazwie"
    )


def test_numbers_are_gapless_within_edition_and_series():
    edition = factories.make_edition(slug="2026")
    other = factories.make_edition(slug="2027")
    with transaction.atomic():
        assert take_numbers(edition, ["L", "F", "L"]) == ["SLZ/2026/L/001", "SLZ/2026/F/001", "SLZ/2026/L/002"]
        assert take_numbers(edition, ["L"]) == ["SLZ/2026/L/003"]
        assert take_numbers(other, ["L"]) == ["SLZ/2027/L/001"]


def test_a_rollback_leaves_no_gap():
    edition = factories.make_edition(slug="2026")

    with transaction.atomic():
        take_numbers(edition, ["P"])
        transaction.set_rollback(True)
    assert not CertificateSequence.objects.exists()
    with transaction.atomic():
        assert take_numbers(edition, ["P"]) == ["SLZ/2026/P/001"]


def test_a_submitted_version_gets_exactly_one_confirmation_with_frozen_facts():
    entry = factories.make_application(state="SUBMITTED", title="Pierwotny tytuł")
    version = makers.submitted_version(entry)
    certificate = ensure_confirmation(version=version)
    assert ensure_confirmation(version=version) == certificate
    entry.title = "Zmieniony"
    entry.save()
    assert certificate.facts["title"] == "Pierwotny tytuł"
    assert certificate.facts["content_sha256"] == version.sha256
    assert certificate.facts["application_number"] == entry.number
    assert certificate.facts["submitted_at"].endswith(("+01:00", "+02:00"))
    assert JournalEntry.objects.filter(action="certificate.issue").count() == 1


def test_the_sweep_confirms_what_was_submitted_and_then_rests():
    entry = factories.make_application(state="SUBMITTED")
    first, second = makers.submitted_version(entry), makers.submitted_version(entry, 2)
    assert confirm_submissions() == 2
    assert tasks.confirm_submissions() == 0
    numbers = {current_confirmation(version).number.rsplit("/")[-1] for version in (first, second)}
    assert numbers == {"001", "002"}


def test_a_second_diploma_in_force_is_refused_by_the_database(laureate):
    certificate, _officer = laureate
    certificate.pk, certificate.number, certificate.code = None, "X", "X"
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save(force_insert=True)


def test_a_correction_makes_a_new_diploma_and_marks_the_old_one(laureate):
    old, officer = laureate
    build_due()
    new = replace(old, officer, unit_name=" Gmina Poprawna ")
    old.refresh_from_db()
    assert old.replaced_by == new
    assert old.replaced_at
    assert old.replaced_reason == "literówka w nazwie"
    assert old.status == CertificateStatus.READY
    assert old.file
    assert new.status == CertificateStatus.PENDING
    assert new.facts["unit_name"] == "Gmina Poprawna"
    assert new.facts["number"] == new.number != old.number
    assert new.facts["code"] == new.code != old.code
    assert new.award.unit_name != "Gmina Poprawna", "the award is history"
    entry = JournalEntry.objects.get(action="certificate.replace")
    assert entry.data == {"new_certificate": new.pk, "changed": ["unit_name"]}
    assert build_due() == 1


def test_a_correction_needs_a_difference_and_a_reason(laureate):
    certificate, officer = laureate
    with pytest.raises(Invalid):
        replace(certificate, officer, unit_name=certificate.facts["unit_name"])
    with pytest.raises(Invalid):
        replace_certificate(actor=officer, certificate_id=certificate.pk, corrections={"title": "Nowy"}, reason="  ")
    assert Certificate.objects.count() == 1


def test_other_facts_cannot_be_corrected(laureate):
    certificate, officer = laureate
    with pytest.raises(Invalid):
        replace(certificate, officer, award="LAUREATE", number="SLZ/1")


def test_what_was_replaced_or_revoked_is_not_changed_again(laureate):
    certificate, officer = laureate
    new = replace(certificate, officer)
    with pytest.raises(Conflict):
        replace(certificate, officer)
    with pytest.raises(Conflict):
        revoke_certificate(actor=officer, certificate_id=certificate.pk, reason="x")
    revoke_certificate(actor=officer, certificate_id=new.pk, reason="x")
    with pytest.raises(Conflict):
        replace(new, officer)


def test_a_confirmation_cannot_be_corrected():
    version = makers.submitted_version(factories.make_application(state="SUBMITTED"))
    certificate = ensure_confirmation(version=version)
    with pytest.raises(Conflict):
        replace(certificate, factories.make_officer())


def test_a_revocation_keeps_its_reason(laureate):
    certificate, officer = laureate
    with pytest.raises(Invalid):
        revoke_certificate(actor=officer, certificate_id=certificate.pk, reason=" ")
    revoke_certificate(actor=officer, certificate_id=certificate.pk, reason="wydany omyłkowo")
    certificate.refresh_from_db()
    assert certificate.revoked_at
    assert certificate.revoked_reason == "wydany omyłkowo"
    assert JournalEntry.objects.filter(action="certificate.revoke").exists()


def test_only_an_officer_of_the_edition_handles_certificates(laureate):
    certificate, _officer = laureate
    member = certificate.award.unit.memberships.get().user
    auditor = factories.make_user("", "AUDITOR")
    on_jury = factories.make_officer()
    factories.make_juror(certificate.edition, user=on_jury)
    for person in (member, auditor, on_jury):
        with pytest.raises(NotPermitted):
            replace(certificate, person)
        with pytest.raises(NotPermitted):
            revoke_certificate(actor=person, certificate_id=certificate.pk, reason="x")
        with pytest.raises(NotPermitted):
            retry_failed(actor=person, edition_id=certificate.edition_id)


def test_failed_ones_get_five_new_tries(laureate):
    certificate, officer = laureate
    assert retry_failed(actor=officer, edition_id=certificate.edition_id) == 0
    Certificate.objects.update(status=CertificateStatus.FAILED, attempts=5, due_at=None, last_error="x")
    assert retry_failed(actor=officer, edition_id=certificate.edition_id) == 1
    certificate.refresh_from_db()
    assert (certificate.status, certificate.attempts, certificate.last_error) == (CertificateStatus.PENDING, 0, "")
    assert build_due() == 1
    assert JournalEntry.objects.filter(action="certificate.retry").count() == 1


def test_a_failed_one_that_was_replaced_or_revoked_is_not_tried_again(laureate):
    """Nobody builds it any more: it would stand among those that wait for ever."""
    certificate, officer = laureate
    Certificate.objects.update(status=CertificateStatus.FAILED, due_at=None)
    replacement = replace(certificate, officer)
    assert failed_by_edition() == []
    assert retry_failed(actor=officer, edition_id=certificate.edition_id) == 0
    Certificate.objects.filter(pk=replacement.pk).update(status=CertificateStatus.FAILED, due_at=None)
    assert failed_by_edition() == [(certificate.edition, 1)]
    assert retry_failed(actor=officer, edition_id=certificate.edition_id) == 1
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.FAILED
