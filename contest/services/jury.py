"""Who sits on the jury of an edition."""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import is_officer
from accounts.queries import require_confirmed_address
from common import journal
from common.errors import Conflict, Invalid
from common.locking import lock_row
from contest.models import Edition, JuryMember, JuryRole
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.queries import shown as pages
from contest.rules import Section
from contest.services.locks import locked_edition
from contest.services.removed import keep_removed, removed_row
from units.models import Unit

KEPT_COLUMNS = ("role", "employer_id", "residence_id", "is_active")


@transaction.atomic
def add_jury_member(
    *, actor: User, edition_id: int, person: User, role: str, employer: Unit | None, residence: Unit | None
) -> JuryMember:
    """Appoint a registered person. An organiser is never on a jury; a jury has one chair."""
    edition = _open(actor, edition_id)
    member = JuryMember(edition=edition, user=person, role=role, employer=employer, residence=residence)
    _require_admissible(edition, member)
    member.save()
    _record(actor, "edition.add_juror", member)
    return member


@transaction.atomic
def put_back_jury_member(*, actor: User, edition_id: int, removed_id: int) -> JuryMember:
    """Undo a removal: the same appointment with its number, role and units, judged as a new one is."""
    edition = _open(actor, edition_id)
    removed = removed_row(edition, Section.JURY, removed_id)
    member = JuryMember(pk=removed.number, edition=edition, user=removed.person, **removed.values)
    _require_admissible(edition, member)
    member.save(force_insert=True)
    removed.delete()
    _record(actor, "edition.add_juror", member)
    return member


def _require_admissible(edition: Edition, member: JuryMember) -> None:
    if is_officer(member.user):
        raise Invalid(_("This person is an organiser of the contest, so they cannot sit on the jury."))
    require_confirmed_address(member.user)
    if edition.jury.filter(user=member.user).exists():
        raise Conflict(_("This person is already on the jury of this edition."))
    if member.role == JuryRole.CHAIR and member.is_active:
        _require_no_chair(edition)
    member.full_clean(exclude=["edition", "user"])


@transaction.atomic
def update_jury_member(
    *,
    actor: User,
    member_id: int,
    role: str,
    employer: Unit | None,
    residence: Unit | None,
    is_active: bool,
    shown: str | None = None,
) -> JuryMember:
    """Change the role or units of a member, or end their work (`is_active` False) with their sheets kept.

    Saving what is there already changes nothing, so a form sent twice is no conflict.
    """
    member = JuryMember.objects.get(pk=member_id)
    edition = _open(actor, member.edition_id)
    member = lock_row(JuryMember.objects.all(), pk=member_id)
    if (member.role, member.employer, member.residence, member.is_active) == (role, employer, residence, is_active):
        return member
    pages.jury_member.require(shown, member, actor)
    if role == JuryRole.CHAIR and is_active:
        _require_no_chair(edition, apart_from=member)
    units_changed = (member.employer, member.residence) != (employer, residence)  # conflicts follow from these
    member.role, member.employer, member.residence, member.is_active = role, employer, residence, is_active
    member.full_clean(exclude=["edition", "user"])
    member.save()
    _record(actor, "edition.change_juror", member, units_changed=units_changed)
    return member


@transaction.atomic
def remove_jury_member(*, actor: User, member_id: int, shown: str | None = None) -> None:
    """Take an appointment back, as long as the person was given nothing to read. For a day it can be put back."""
    member = JuryMember.objects.get(pk=member_id)
    edition = _open(actor, member.edition_id)
    member = lock_row(JuryMember.objects.all(), pk=member_id)
    refusal = Conflict(_("This person has already been given entries. Mark them as no longer active instead."))
    if not may(edition, Activity.TAKE_OFF_JURY):
        raise refusal
    pages.removing_jury_member.require(shown, member, actor)
    _record(actor, "edition.remove_juror", member, gone=True)
    keep_removed(actor=actor, row=member, section=Section.JURY, columns=KEPT_COLUMNS, person=member.user)
    try:
        member.delete()
    except ProtectedError as error:
        raise refusal from error


def _open(actor: User, edition_id: int) -> Edition:
    edition = locked_edition(edition_id)
    can_organise(actor, edition).require()
    if not may(edition, Activity.CHANGE_JURY):
        raise Conflict(_("The edition is announced, so its jury cannot change any more."))
    return edition


def _require_no_chair(edition: Edition, apart_from: JuryMember | None = None) -> None:
    chairs = edition.jury.filter(role=JuryRole.CHAIR, is_active=True)
    if apart_from is not None:
        chairs = chairs.exclude(pk=apart_from.pk)
    if chairs.exists():
        raise Invalid(_("The jury already has a chair. Change that person's role first."))


def _record(actor: User, action: str, member: JuryMember, *, gone: bool = False, **data: bool) -> None:
    journal.record(
        actor=actor,
        action=action,
        target=member,
        edition_id=member.edition_id,
        facts=[] if gone else [member],
        gone=[member] if gone else [],
        person=member.user_id,
        role=str(member.role),
        is_active=member.is_active,
        **data,
    )
