"""Loading the demonstration, once; running it again changes nothing."""

from datetime import date
from pathlib import Path

from django.db import transaction

from accounts.models import MembershipRole
from accounts.services import request_membership
from awards.services.historical import load_historical_editions
from contest.models import Edition
from portal.demo.editions import load_editions
from portal.demo.people import NAMES, address, load_accounts, make_person, password
from practices.services.transfer import load_seed_practice
from units.models import Unit
from units.services import import_terc

REGISTER = Path(__file__).resolve().parents[2] / "units" / "fixtures" / "demo_terc.csv"
NEWCOMER_UNIT = "3019"  # powiat pilski


@transaction.atomic
def load_demo(today: date) -> bool:
    """Everything the contract names; False when it had been loaded already."""
    if Edition.objects.filter(is_demo=True).exists():
        return False
    if not Unit.objects.exists():
        import_terc(actor=None, content=REGISTER.read_bytes(), complete=False)
    load_historical_editions()
    load_seed_practice()
    people = load_accounts()
    load_editions(people, today)
    unit = Unit.objects.get(code=NEWCOMER_UNIT)
    newcomer = make_person(f"urzad.{unit.code}@demo.local", "Natalia Nowa (przykład)")
    request_membership(actor=newcomer, unit=unit, role=MembershipRole.EDITOR, position="inspektor (przykład)")
    return True


def accounts_in_words() -> list[str]:
    """What `make run` prints."""
    return [f"{address(name):<26} {full_name}" for name, full_name in NAMES.items()] + [f"password: {password()}"]
