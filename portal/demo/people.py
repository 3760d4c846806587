"""Demonstration accounts; the password is made once for an installation and printed by `make run`."""

import secrets

from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
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
    for user in people.values():
        if not user.has_usable_password():
            user.set_password(secret)
            user.save(update_fields=["password"])
    for name, role in STAFF.items():
        StaffRole.objects.get_or_create(user=people[name], role=role)
    if not people["admin"].is_superuser:
        people["admin"].is_staff = people["admin"].is_superuser = True
        people["admin"].save(update_fields=["is_staff", "is_superuser"])
    return people


def clerk_of(unit: Unit) -> User:
    """Somebody of the unit's office, so that its example entry has an author; nobody signs in as them."""
    clerk = make_person(f"urzad.{unit.code}@demo.local", f"Pracownik urzędu ({unit})")
    admit(clerk, unit, MembershipRole.EDITOR)
    return clerk


def admit(user: User, unit: Unit, role: MembershipRole) -> None:
    Membership.objects.get_or_create(
        user=user,
        unit=unit,
        defaults={
            "role": role,
            "status": MembershipStatus.ACTIVE,
            "position": "inspektor",
            "decided_at": timezone.now(),
        },
    )


def make_person(email: str, full_name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=full_name, is_demo=True)
        user.emailaddress_set.create(email=email, verified=True, primary=True)  # type: ignore[attr-defined]
    return user
