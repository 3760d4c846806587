"""The register of units and the people of the service."""

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import Membership, MembershipRole, MembershipStatus, Role, StaffRole, User
from common.text import fold, sort_key
from units.models import Unit, UnitKind, Voivodeship

VOIVODESHIPS = (
    "dolnośląskie", "kujawsko-pomorskie", "lubelskie", "lubuskie", "łódzkie", "małopolskie", "mazowieckie", "opolskie",
    "podkarpackie", "podlaskie", "pomorskie", "śląskie", "świętokrzyskie", "warmińsko-mazurskie", "wielkopolskie",
    "zachodniopomorskie",
)  # fmt: skip
COUNTIES = 314
GMINAS = 2_477
MEMBERS = 600
JURORS = 24


@dataclass(frozen=True, slots=True)
class People:
    officer: User
    chair: User
    members: list[User]  # of units[i], one each
    jurors: list[User]
    units: list[Unit]


def make() -> People:
    units = _units()
    officer, chair, *others = _users(2 + MEMBERS + JURORS)
    StaffRole.objects.create(user=officer, role=Role.OFFICER)
    for user in (officer, chair):
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "bench"})
    members, jurors = others[:MEMBERS], others[MEMBERS:]
    Membership.objects.bulk_create(
        Membership(
            user=user,
            unit=unit,
            role=MembershipRole.SIGNATORY,
            status=MembershipStatus.ACTIVE,
            decided_at=timezone.now(),
        )
        for user, unit in zip(members, units, strict=False)
    )
    return People(officer, chair, members, jurors, units)


def _users(count: int) -> list[User]:
    users = User.objects.bulk_create(
        User(email=f"person{number}@example.org", full_name=f"Osoba {number}", password="!") for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


def _units() -> list[Unit]:
    """As many as the real register has; names are invented."""
    voivodeships = Voivodeship.objects.bulk_create(
        Voivodeship(code=f"{2 + 2 * place:02d}", name=name) for place, name in enumerate(VOIVODESHIPS)
    )
    counties = Unit.objects.bulk_create(
        _unit(f"przykładowski {number}", UnitKind.COUNTY, voivodeships[number % 16], f"{number // 16 + 1:02d}", None)
        for number in range(COUNTIES)
    )
    kinds = (UnitKind.RURAL, UnitKind.RURAL, UnitKind.MIXED, UnitKind.URBAN)
    return Unit.objects.bulk_create(
        _unit(
            f"Przykładowo {number}",
            kinds[number % 4],
            (county := counties[number % COUNTIES]).voivodeship,
            f"{county.code[2:]}{number // COUNTIES + 1:03d}",
            county,
        )
        for number in range(GMINAS)
    )


def _unit(name: str, kind: str, voivodeship: Voivodeship, code: str, county: Unit | None) -> Unit:
    return Unit(
        name=name,
        kind=kind,
        voivodeship=voivodeship,
        code=voivodeship.code + code,
        county=county,
        search_text=fold(f"{name} {county.name if county else ''} {voivodeship.name}"),
        sort_key=sort_key(name),
        register_date=date(2024, 1, 1),
    )
