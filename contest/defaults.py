"""What a new edition starts with: the organiser's proposal, each part of it editable before the call."""

from datetime import date, timedelta
from typing import Any

from common.deadlines import last_minute_of
from units.models import UnitKind

CRITERIA: tuple[dict[str, Any], ...] = (
    {
        "code": "INNOVATION",
        "name": "Innowacyjność",
        "name_en": "Innovation",
        "guidance": "Czy rozwiązanie jest nowe w skali jednostki, regionu lub kraju i co wnosi ponad zwykłą praktykę?",
        "guidance_en": "Is the solution new for the unit, the region or the country, and what does it add?",
        "weight": 20,
        "tie_break": 2,
    },
    {
        "code": "EFFECTIVENESS",
        "name": "Skuteczność",
        "name_en": "Effectiveness",
        "guidance": "Czy osiągnięto zakładane cele? Czy wyniki potwierdzają wskaźniki sprzed wdrożenia i po nim?",
        "guidance_en": "Were the goals reached? Do indicators from before and after confirm the results?",
        "weight": 25,
        "tie_break": 1,
    },
    {
        "code": "EFFICIENCY",
        "name": "Efektywność",
        "name_en": "Efficiency",
        "guidance": "Czy wyniki są współmierne do nakładów pieniędzy, pracy i czasu?",
        "guidance_en": "Are the results worth the money, work and time spent?",
        "weight": 20,
        "tie_break": None,
    },
    {
        "code": "INTEGRATION",
        "name": "Integracja z zarządzaniem strategicznym",
        "name_en": "Integration with strategic management",
        "guidance": "Czy praktyka wynika ze strategii rozwoju jednostki i jest włączona w jej stałe zarządzanie?",
        "guidance_en": "Does the practice follow from the unit's strategy and belong to its regular management?",
        "weight": 15,
        "tie_break": None,
    },
    {
        "code": "REPLICABILITY",
        "name": "Możliwość powielenia",
        "name_en": "Replicability",
        "guidance": "Czy inna jednostka może przenieść rozwiązanie do siebie, znając jego koszty, warunki i trudności?",
        "guidance_en": "Can another unit take the solution over, knowing its cost, conditions and difficulties?",
        "weight": 20,
        "tie_break": None,
    },
)

# The four groups of the 2012 edition. A union has no group there.
GROUPS: tuple[dict[str, Any], ...] = (
    {"name": "powiaty", "name_en": "powiats", "unit_kinds": [UnitKind.COUNTY]},
    {
        "name": "miasta na prawach powiatu i miasta powyżej 50 tys. mieszkańców",
        "name_en": "cities with powiat rights and towns above 50,000 inhabitants",
        "unit_kinds": [UnitKind.CITY_COUNTY, UnitKind.URBAN],
        "population_above": 50_000,
    },
    {
        "name": "miasta do 50 tys. mieszkańców i gminy miejsko-wiejskie",
        "name_en": "towns up to 50,000 inhabitants and urban-rural gminas",
        "unit_kinds": [UnitKind.URBAN, UnitKind.MIXED],
        "population_up_to": 50_000,
    },
    {"name": "gminy wiejskie", "name_en": "rural gminas", "unit_kinds": [UnitKind.RURAL]},
)

REQUIREMENTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Oświadczenie podpisane przez osobę upoważnioną do reprezentowania jednostki",
        "name_en": "Declaration signed by a person authorised to represent the unit",
        "hint": "Skan lub plik PDF z podpisem elektronicznym.",
        "hint_en": "A scan, or a PDF with an electronic signature.",
        "required": True,
    },
)


def proposed_calendar(year: int, today: date) -> dict[str, Any]:
    """Dates after the habit of past editions: entries until 15 June, visits and decision in October.

    When that June is less than a month away or gone, the same distances are counted from today.
    """
    announced, closes = date(year, 3, 1), date(year, 6, 15)
    if closes < today + timedelta(days=30):
        announced = today
        closes = today + timedelta(days=90)
    elif announced < today:
        announced = today
    return {
        "call_announced_on": announced,
        "submission_deadline": last_minute_of(closes),
        "formal_review_until": closes + timedelta(days=30),
        "scoring_until": last_minute_of(closes + timedelta(days=90)),
        "visits_from": closes + timedelta(days=108),
        "visits_until": closes + timedelta(days=122),
        "decision_on": closes + timedelta(days=129),
        "announcement_on": closes + timedelta(days=153),
    }
