"""Memberships of units and organising roles: every change of who may act; forms parked until their writer is back."""

import json
import uuid
from collections.abc import Iterable
from operator import attrgetter

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import Membership, MembershipRole, MembershipStatus, ParkedForm, Role, StaffRole, User
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue, enqueue_bulk
from units.models import Unit

# What the journal calls account.<event>.
EVENTS = frozenset({
    "administrator_created", "email_changed", "email_confirm", "email_deleted", "password_changed", "password_reset",
    "password_set", "recovery_codes_generated", "renamed", "second_step_removed", "sign_up", "totp_activated",
    "totp_deactivated",
})  # fmt: skip
BY_ADMINISTRATOR = frozenset({
    "account_change", "account_deactivate", "account_reactivate", "administrator_created", "role_granted",
    "role_revoked", "second_step_removed",
})  # fmt: skip


@transaction.atomic
def request_membership(*, actor: User, unit: Unit, role: str, position: str) -> Membership:
    """Ask to act for a unit. Those who may decide are told: officers, and signatories of the unit."""
    if unit.closed_on:
        raise Conflict(_("This unit no longer exists in the register. Choose the one that took over."))
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=actor, unit=unit, role=role, position=position)
    except IntegrityError as error:
        raise Conflict(_("You have already asked to act for this unit, or act for it.")) from error
    journal.record(
        actor=actor, action="membership.request", target=membership, facts=[membership], unit=unit.code, role=role
    )
    context = {
        "person": str(actor),
        "email": actor.email,
        "position": position,
        "unit": str(unit),
        "location": unit.location,
        "url": settings.SITE_URL + reverse("accounts:membership_decide", args=[membership.pk]),
    }
    enqueue_bulk(
        kind="membership_requested",
        messages=[
            Message(f"membership:{membership.pk}", Recipient(person.email, person.language), context)
            for person in queries.deciders_of(membership)
        ],
    )
    return membership


@transaction.atomic
def approve_membership(*, actor: User, membership_id: int, shown: str | None = None) -> Membership:
    """From now on the person may write and submit the unit's entries."""
    return _decide(actor, membership_id, MembershipStatus.ACTIVE, "", shown)


@transaction.atomic
def refuse_membership(*, actor: User, membership_id: int, reason: str, shown: str | None = None) -> Membership:
    if not reason.strip():
        raise Invalid(_("Write why: the person will read it."))
    return _decide(actor, membership_id, MembershipStatus.REFUSED, reason.strip(), shown)


@transaction.atomic
def end_membership(*, actor: User, membership_id: int) -> Membership:
    """A person leaves a unit, or an officer or signatory ends their membership."""
    membership = lock_row(Membership.objects.select_related("unit", "user"), pk=membership_id)
    permissions.can_end_membership(actor, membership).require()
    if membership.status not in (MembershipStatus.ACTIVE, MembershipStatus.PENDING):
        raise Conflict(_("This membership has ended already."))
    membership.status = MembershipStatus.ENDED
    membership.decided_by, membership.decided_at = actor, timezone.now()
    membership.save(update_fields=["status", "decided_by", "decided_at"])
    journal.record(actor=actor, action="membership.end", target=membership, facts=[membership])
    return membership


def _decide(actor: User, membership_id: int, status: MembershipStatus, reason: str, shown: str | None) -> Membership:
    lock_row(Membership.objects.all(), pk=membership_id)
    # A statement of its own: joined rows of a locking read are those of before the wait.
    membership = Membership.objects.select_related("user", "unit__county", "unit__voivodeship").get(pk=membership_id)
    permissions.can_decide_membership(actor, membership).require()
    if membership.status != MembershipStatus.PENDING:
        raise Conflict(_("Somebody has decided about this request already."))
    queries.deciding.require(shown, membership, actor)
    membership.status, membership.reason = status, reason
    membership.decided_by, membership.decided_at = actor, timezone.now()
    membership.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    approved = status == MembershipStatus.ACTIVE
    action = "membership.approve" if approved else "membership.refuse"
    journal.record(actor=actor, action=action, target=membership, facts=[membership])
    enqueue(
        kind="membership_approved" if approved else "membership_refused",
        subject_key=f"membership:{membership.pk}",
        recipient=Recipient(membership.user.email, membership.user.language),
        context={
            "unit": str(membership.unit),
            "is_signatory": membership.role == MembershipRole.SIGNATORY,
            "reason": reason,
            "url": settings.SITE_URL + reverse("portal:desk" if approved else "accounts:memberships"),
        },
    )
    return membership


@transaction.atomic
def grant_role(*, actor: User, email: str, role: str) -> StaffRole:
    """Make a registered person an officer, auditor or administrator; the address has to be theirs."""
    permissions.can_manage_roles(actor).require()
    # Locked before the new role, which by its foreign key would let two roles at once wait for each other.
    person = User.objects.select_for_update().filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Invalid(_("Nobody is registered under this address. Ask the person to create an account first."))
    queries.require_confirmed_address(person)
    granted, created = StaffRole.objects.get_or_create(user=person, role=role)
    if _let_into_the_admin(person) or created:
        journal.record(actor=actor, action="role.grant", target=person, facts=[granted, lock_person(person)], role=role)
    if created:
        _tell(person, event="role_granted", role=role)
    return granted


@transaction.atomic
def revoke_role(*, actor: User, staff_role_id: int) -> None:
    """Takes effect at the person's next request. The last administrator who can sign in stays."""
    permissions.can_manage_roles(actor).require()
    administrators = StaffRole.objects.select_for_update(of=("self",)).filter(role=Role.ADMIN, user__is_active=True)
    others = [role for role in administrators if role.pk != staff_role_id]
    staff_role = StaffRole.objects.filter(pk=staff_role_id).select_related("user").first()
    if staff_role is None:
        raise Conflict(_("This role has been taken back already."))
    if staff_role.role == Role.ADMIN and not others:
        raise Conflict(_("The last administrator cannot be removed: nobody could grant roles any more."))
    person, role = lock_person(staff_role.user), staff_role.role
    StaffRole.objects.filter(pk=staff_role.pk).delete()
    _let_into_the_admin(person)
    journal.record(
        actor=actor, action="role.revoke", target=person, facts=[lock_person(person)], gone=[staff_role], role=role
    )
    _tell(person, event="role_revoked", role=role)


def _let_into_the_admin(person: User) -> bool:
    """Administrators open Django's admin, and nobody else does. Whether this changed anything."""
    allowed = StaffRole.objects.filter(user=person, role=Role.ADMIN).exists()
    flags = {"is_staff": allowed, "is_superuser": allowed}
    return bool(User.objects.filter(pk=person.pk).exclude(**flags).update(**flags))


def lock_person(person: User) -> User:
    """As the row stands now, which is what the journal seals: others may have written in it.

    Locked, so that whoever writes next also seals next: the newest entry holds the newest state.
    """
    return lock_row(User.objects.all(), pk=person.pk)


@transaction.atomic
def change_account(*, actor: User, account: User, changed: list[str]) -> User:
    """What an administrator changed of somebody's account; switching one off shows at the person's next request."""
    permissions.can_manage_roles(actor).require()
    was_active = lock_row(User.objects.all(), pk=account.pk).is_active
    if actor.pk == account.pk and not account.is_active:
        raise Conflict(_("You cannot switch off your own account."))
    account.save(update_fields=changed)
    action = "account.change"
    if was_active != account.is_active:
        action = "account.reactivate" if account.is_active else "account.deactivate"
    journal.record(actor=actor, action=action, target=account, facts=[lock_person(account)], fields=sorted(changed))
    _tell(account, event=action.replace("account.", "account_"))
    return account


@transaction.atomic
def update_profile(*, actor: User, full_name: str, language: str, shown: str | None = None) -> User:
    """The name stands on minutes and entries, so a new one is in the journal and told to the person.

    Saving what is there already changes nothing, so a form sent twice is no conflict.
    """
    now = lock_row(User.objects.all(), pk=actor.pk)
    if (now.full_name, now.language) == (full_name, language):
        return now
    queries.profile.require(shown, now, actor)
    renamed = now.full_name != full_name
    actor.full_name, actor.language = full_name, language
    actor.save(update_fields=["full_name", "language"])
    if renamed:
        tell_of_change(actor=actor, person=actor, event="renamed", email=actor.email)
    return actor


# What one account and all together may have parked: an hour of anybody's zeal fills no disk.
PARKED_BYTES, PARKED_EACH, PARKED_ALL = 256_000, 10, 2_000


@transaction.atomic
def park_form(
    *, account_id: int, browser: str, address: str, page: str, values: dict[str, list[str]], with_files: bool
) -> ParkedForm | None:
    """Keep a form of this account for an hour. None: too large, too many, or no such account any more.

    A form sent twice is kept once; beyond PARKED_EACH the oldest of the account make room. No fact of the contest, so
    the journal knows nothing of it.
    """
    if len(json.dumps(values, ensure_ascii=False).encode(errors="replace")) > PARKED_BYTES:
        return None
    writer = User.objects.select_for_update().filter(pk=account_id, is_active=True).first()
    if writer is None:
        return None
    own = ParkedForm.objects.filter(user=writer)
    for other in own.filter(browser=browser, address=address):
        if other.values.keys() == values.keys():
            other.delete()
    kept = list(own.order_by("-id").values_list("pk", flat=True)[PARKED_EACH - 1 :])
    own.filter(pk__in=kept).delete()
    if ParkedForm.objects.count() >= PARKED_ALL:
        return None
    return ParkedForm.objects.create(
        user=writer,
        browser=browser,
        address=address,
        page=page,
        values=values,
        with_files=with_files,
        created_at=timezone.now(),
    )


def drop_parked(*, actor: User, browser: str, address: str = "") -> int:
    """What was parked for this address has been saved; without an address the person wants none of it."""
    parked = ParkedForm.objects.filter(user=actor, browser=browser)
    return (parked.filter(address=address) if address else parked).delete()[0]


def delete_parked() -> int:
    """What nobody came back for within the hour."""
    return ParkedForm.objects.filter(created_at__lte=timezone.now() - queries.PARKED_FOR).delete()[0]


@transaction.atomic
def tell_of_change(*, actor: User | None, person: User, event: str, email: str) -> None:
    """What happened to an account is in the journal and in a mail to its person; `event` is one of EVENTS."""
    note_account(actor=actor, person=person, event=event if event in EVENTS else "change")
    _tell(person, event=event, email=email)


@transaction.atomic
def note_account(*, actor: User | None, person: User, event: str) -> None:
    """That the account is from now on as it stands; where nobody has to be told."""
    journal.record(actor=actor, action=f"account.{event}", target=person, facts=[lock_person(person)])


@transaction.atomic
def remove_second_step(*, actor: User, authenticators: Iterable[Authenticator]) -> None:
    """For somebody who lost the phone and the codes. All their sessions end, and they are told."""
    permissions.can_manage_roles(actor).require()
    for authenticator in sorted(authenticators, key=attrgetter("user_id")):
        person = lock_person(authenticator.user)
        authenticator.delete()
        tell_of_change(actor=actor, person=person, event="second_step_removed", email=person.email)


def _tell(person: User, *, event: str, email: str = "", role: str = "") -> None:
    with translation.override(person.language):
        role_name = str(Role(role).label) if role else ""
    enqueue(
        kind="account_changed",
        subject_key=f"account:{uuid.uuid4()}",
        recipient=Recipient(email or person.email, person.language),
        context={"event": event, "by_administrator": event in BY_ADMINISTRATOR, "role_name": role_name},
    )
