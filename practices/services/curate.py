"""What officers, and the people named in the base, may change in a published record."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.copies import public_content_changed
from common.errors import Conflict, Invalid
from common.locking import lock_row
from common.taxonomy import SECTION_BY_CODE
from practices import search
from practices.models import Practice, PracticeContact
from practices.permissions import can_curate, can_withdraw_contact
from practices.queries import shown as pages
from practices.versions import make_versions


@transaction.atomic
def correct_section(*, actor: User, practice_id: int, section: str, shown: str | None = None) -> Practice:
    """Move a record to another section; the search index follows in the same transaction."""
    practice = _locked(practice_id)
    can_curate(actor).require()
    if section not in SECTION_BY_CODE:
        raise Invalid(_("Choose a section from the list."))
    if practice.section == section:
        return practice
    pages.correcting.require(shown, practice, actor)
    before, practice.section = practice.section, section
    practice.search_tokens = search.tokens_of(practice, practice.tools.values_list("code", flat=True))
    practice.save(update_fields=["section", "search_tokens", "updated_at"])
    search.index([practice.pk])
    _record(actor, "practice.correct_section", practice, before=before, after=section)
    public_content_changed()
    return practice


@transaction.atomic
def confirm_verified(*, actor: User, practice_id: int, verified_on: date, shown: str | None = None) -> Practice:
    """Somebody checked that the record is still true."""
    practice = _locked(practice_id)
    can_curate(actor).require()
    if verified_on > timezone.localdate():
        raise Invalid(_("The day of the check cannot lie in the future."))
    if practice.verified_on == verified_on:
        return practice
    pages.verifying.require(shown, practice, actor)
    practice.verified_on = verified_on
    practice.save(update_fields=["verified_on", "updated_at"])
    _record(actor, "practice.verify", practice, verified_on=verified_on.isoformat())
    public_content_changed()
    return practice


@transaction.atomic
def withdraw_practice(*, actor: User, practice_id: int, reason: str, shown: str | None = None) -> Practice:
    """Take a record out of the public base: pages, search, map, feed, export and API. The row stays."""
    practice = _locked(practice_id)
    can_curate(actor).require()
    if not reason.strip():
        raise Invalid(_("Give the reason for withdrawing the practice."))
    if practice.withdrawn_at:
        raise Conflict(_("This practice was already withdrawn."))
    pages.withdrawing.require(shown, practice, actor)
    practice.withdrawn_at = timezone.now()
    practice.withdrawn_reason = reason.strip()
    practice.contacts.all().delete()  # they agreed to stand with a published practice
    practice.save(update_fields=["withdrawn_at", "withdrawn_reason", "updated_at"])
    _record(actor, "practice.withdraw", practice, edition_id=_edition_of(practice))
    public_content_changed()
    return practice


@transaction.atomic
def withdraw_contact_consent(*, actor: User, contact_id: int, shown: str | None = None) -> Practice:
    """Remove a contact person from the base and the API; a later import does not bring them back."""
    contact = _contact(contact_id)
    practice = _locked(contact.practice_id)
    contact = _contact(contact_id)
    can_withdraw_contact(actor, contact).require()
    pages.withdrawing_contact.require(shown, contact, actor)
    return _without_contact(actor, practice, contact)


@transaction.atomic
def forget_contact(*, actor: User | None, contact_id: int) -> Practice:
    """The same for a person whose data is removed from the whole service; the caller has asked permission."""
    practice = _locked(_contact(contact_id).practice_id)
    return _without_contact(actor, practice, _contact(contact_id))


def _without_contact(actor: User | None, practice: Practice, contact: PracticeContact) -> Practice:
    contact.delete()
    practice.contact_withdrawn_at = timezone.now()
    practice.save(update_fields=["contact_withdrawn_at", "updated_at"])
    _record(actor, "practice.withdraw_contact", practice, edition_id=_edition_of(practice))
    public_content_changed()
    return practice


def _record(actor: User | None, action: str, practice: Practice, **details: Any) -> None:
    """A new version of the record, sealed with the act."""
    sealed = make_versions(actor=actor, practices=[practice], reason=action)
    journal.record(actor=actor, action=action, target=practice, facts=sealed[practice.pk], **details)


def _locked(practice_id: int) -> Practice:
    return lock_row(Practice.objects.select_related("award"), pk=practice_id)


def _contact(contact_id: int) -> PracticeContact:
    found = PracticeContact.objects.filter(pk=contact_id).first()
    if found is None:
        raise Conflict(_("This contact person was already removed."))
    return found


def _edition_of(practice: Practice) -> int | None:
    return practice.award.edition_id if practice.award else None
