"""Removing one person: their account becomes a number, their mail is emptied, their contact entries too."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import MembershipStatus, StaffRole, User
from applications.models import ApplicationVersion
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from common.persons import is_removed, removed_address, removed_name
from common.web.typed_word import is_word, refusal
from notifications.models import OutboxMessage
from practices.services import forget_contact
from privacy.permissions import can_be_removed
from privacy.queries import people as rows
from privacy.queries import shown as pages
from privacy.queries.editions import WAITING
from privacy.services.emptying import empty_columns, empty_contacts, empty_mail, empty_versions
from privacy.services.irreversible import WORD, rehearse


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    accounts: int
    contacts: int
    versions: int
    practices: int
    mails: int

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def close_account(*, actor: User, typed_word: str, shown: str | None = None) -> PersonRemoved:
    """A person removes their own account; refused with the reason while a running edition needs them."""
    if not is_word(typed_word, WORD):
        raise Invalid(refusal(WORD))
    with transaction.atomic():
        account = lock_row(User.objects.all(), pk=actor.pk)
        pages.closing_account.require(shown, account, actor)
        return _remove(actor, account.email)


def remove_person(*, email: str, actor: User | None = None) -> PersonRemoved:
    """Remove whoever is known by this address, with an account or only as a contact person. May be repeated."""
    with transaction.atomic():
        return _remove(actor, email)


def rehearse_person(*, email: str) -> PersonRemoved:
    """What `remove_person` would do, done and rolled back."""
    return rehearse(lambda: _remove(None, email))


def _remove(actor: User | None, email: str) -> PersonRemoved:
    email = email.strip().lower()
    known = Q(email__iexact=email) | Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    number = User.objects.filter(known).values_list("pk", flat=True).first()
    person = User.objects.select_for_update().get(pk=number) if number else None
    if person and is_removed(person.email):
        return PersonRemoved(0, 0, 0, 0, 0)
    verdict = can_be_removed(person, rows.open_ties(email, person))
    if not verdict:
        raise Conflict(verdict.reason)
    addresses = rows.addresses_of(email, person)
    mails = rows.their_mail(person, addresses)
    if mails.filter(status__in=WAITING).exists():
        raise Conflict(_("A mail to this person, or about them, is on its way. Try again in a few minutes."))
    entries = rows.contact_entries(addresses)
    versions = ApplicationVersion.objects.filter(application__in=entries, content__contact_email__in=addresses)
    versions = versions.select_related("application")
    withdrawn = [forget_contact(actor=actor, contact_id=pk) for pk in _contacts(addresses)]
    emptied = empty_versions(actor=actor, versions=versions)
    contacts = empty_contacts(entries.filter(contact_email__in=addresses))
    to_them = list(mails.filter(recipient__in=addresses).values_list("pk", flat=True))
    count = empty_mail(mails=mails.exclude(pk__in=to_them), actor=actor, act=person, recipients=False)
    count += empty_mail(mails=OutboxMessage.objects.filter(pk__in=to_them), actor=actor, act=person, recipients=True)
    removed = remove_account(actor=actor, person=person) if person else False
    end_sessions([person.pk] if person and removed else [])
    return PersonRemoved(int(removed), contacts, emptied, len(withdrawn), count)


def _contacts(addresses: Iterable[str]) -> list[int]:
    return list(rows.published_contacts(list(addresses)).values_list("pk", flat=True))


def remove_account(*, actor: User | None, person: User) -> bool:
    """From a person to a number: nothing signs in, nothing names them; what they did stays theirs by number.

    The caller holds the person's row lock and calls `end_sessions`. False when it was done before.
    """
    if is_removed(person.email):
        return False
    addresses = rows.addresses_of(person.email, person)
    mails = rows.their_mail(person, addresses).exclude(status__in=WAITING)
    to_them = list(mails.filter(recipient__in=addresses).values_list("pk", flat=True))
    empty_mail(mails=mails.exclude(pk__in=to_them), actor=actor, act=person, recipients=False)
    empty_mail(mails=OutboxMessage.objects.filter(pk__in=to_them), actor=actor, act=person, recipients=True)
    _forget_in_admin(person, addresses)
    open_memberships = person.memberships.filter(status__in=(MembershipStatus.PENDING, MembershipStatus.ACTIVE))
    ended = sorted(open_memberships.values_list("pk", flat=True))
    open_memberships.update(status=MembershipStatus.ENDED, decided_at=timezone.now())
    empty_columns(actor=actor, act=person, rows=person.memberships.all(), position="", reason="")
    EmailAddress.objects.filter(user=person).delete()  # with their confirmations
    Authenticator.objects.filter(user=person).delete()
    person.parked_forms.all().delete()
    roles = list(person.staff_roles.order_by("role"))
    StaffRole.objects.filter(user=person).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.email, person.full_name = removed_address(person.pk), removed_name(person.pk)
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.language = "pl"
    person.set_unusable_password()
    person.save()
    journal.record(
        actor=actor,
        action="account.remove",
        target=person,
        facts=[person],
        gone=roles,
        memberships=ended,
        roles=[held.role for held in roles],
    )
    return True


def _forget_in_admin(person: User, addresses: list[str]) -> None:
    """What the panel noted about or by the person. Accounts are all it changes, so no name is looked for in others."""
    named = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)) | Q(user=person)
    for text in addresses:
        named |= Q(object_repr__icontains=text) | Q(change_message__icontains=text)
    LogEntry.objects.filter(named).update(object_repr="", change_message="")


def end_sessions(people: Collection[int]) -> None:
    """Forget what was kept for their visits. Reads every session, so it is called once for all of them."""
    numbers = {str(number) for number in people}
    for session in Session.objects.iterator() if numbers else ():
        if session.get_decoded().get("_auth_user_id") in numbers:
            session.delete()
