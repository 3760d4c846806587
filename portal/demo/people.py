"""Demonstration accounts; the password is made once for an installation and printed by `make run`."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
from common import journal
from units.models import Unit

NAMES = {
    "applicant": "Anna Przykładowa",
    "applicant2": "Adam Przykładowy",
    "officer": "Olga Organizatorka",
    "juror1": "Joanna Jurorka",
    "juror2": "Jerzy Juror",
    "juror3": "Julia Jurorka",
    "juror4": "Jan Juror",
    "juror5": "Jadwiga Jurorka",
    "chair": "Piotr Przewodniczący",
    "auditor": "Alicja Audytorka",
    "admin": "Aleksander Administrator",
}
STAFF = {"officer": Role.OFFICER, "auditor": Role.AUDITOR, "admin": Role.ADMIN}


def password() -> str:
    """Read from var/demo_password, made at the first call."""
    file = settings.VAR_DIR / "demo_password"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9) + "\n")
    return file.read_text().strip()


def address(name: str) -> str:
    return f"{name}@demo.local"


def load_accounts() -> dict[str, User]:
    """The accounts of the contract, by their short names; existing ones are left as they are."""
    people = {name: make_person(address(name), full_name) for name, full_name in NAMES.items()}
    secret = password()
    for name, user in people.items():
        if not user.has_usable_password():
            _make_ready(user, secret, STAFF.get(name))
    return people


@transaction.atomic
def _make_ready(user: User, secret: str, role: Role | None) -> None:
    user.set_password(secret)
    user.is_staff = user.is_superuser = role == Role.ADMIN
    user.save(update_fields=["password", "is_staff", "is_superuser"])
    roles = [StaffRole.objects.create(user=user, role=role)] if role else []
    journal.record(actor=None, action="account.example", target=user, facts=[user, *roles])


def clerk_of(unit: Unit) -> User:
    """Somebody of the unit's office, so that its example entry has an author; nobody signs in as them."""
    clerk = make_person(f"urzad.{unit.code}@demo.local", f"Pracownik urzędu ({unit})")
    admit(clerk, unit, MembershipRole.EDITOR)
    return clerk


@transaction.atomic
def admit(user: User, unit: Unit, role: MembershipRole) -> None:
    membership, created = Membership.objects.get_or_create(
        user=user,
        unit=unit,
        defaults={
            "role": role,
            "status": MembershipStatus.ACTIVE,
            "position": "inspektor",
            "decided_at": timezone.now(),
        },
    )
    if created:
        journal.record(actor=None, action="membership.approve", target=membership, facts=[membership])


@transaction.atomic
def make_person(email: str, full_name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=full_name, is_demo=True)
        user.emailaddress_set.create(email=email, verified=True, primary=True)  # type: ignore[attr-defined]
        journal.record(actor=None, action="account.example", target=user, facts=[user])
    return user
