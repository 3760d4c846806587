"""Past editions as the sources tell them: facts only, blanks where the sources are silent. Idempotent.

The facts are in awards/fixtures: editions below, awards in history.csv (each with its TERYT code and
its source), the units they name in history_units.csv, a part of the register in its own format.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from awards.models import Award, AwardKind
from common import journal
from common.copies import public_content_changed
from common.errors import Invalid
from common.web.cleaning import clean_line
from contest.models import ComparisonGroup, Domain, Edition
from contest.workflow import Phase
from units.models import Unit, UnitKind
from units.services import import_terc

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
KINDS = {
    "laureat": AwardKind.LAUREATE,
    "wyróżnienie": AwardKind.HONOURABLE_MENTION,
    "wyróżnienie specjalne": AwardKind.SPECIAL_MENTION,
    "finalista": AwardKind.FINALIST,
}
PLACES = {"": None, "I": 1, "II": 2, "III": 3}
COLUMNS = frozenset(
    {"edition", "outcome", "place", "ex_aequo", "domain", "group", "unit", "title", "note", "teryt", "source"}
)

_TOWNS_OF_2012 = "miasta do 50 000 mieszkańców"
_SMALL_TOWNS = "miasta małe i średnie"
_CITIES = "miasta na prawach powiatu i miasta powyżej 50 000"
_GROUP_KINDS: dict[str, list[str]] = {
    "powiaty": [UnitKind.COUNTY],
    _CITIES: [UnitKind.CITY_COUNTY, UnitKind.URBAN, UnitKind.MIXED],
    _SMALL_TOWNS: [UnitKind.URBAN, UnitKind.MIXED],
    _TOWNS_OF_2012: [UnitKind.URBAN, UnitKind.MIXED],
    "gminy wiejskie": [UnitKind.RURAL],
}
_GROUPS = ("powiaty", _CITIES, _SMALL_TOWNS, "gminy wiejskie")
_ENGLISH = {
    "kultura": "culture",
    "pomoc społeczna": "social assistance",
    "ochrona zdrowia": "health care",
    "oświata": "education",
    "gospodarka komunalna": "municipal services",
    "komunalna gospodarka mieszkaniowa": "municipal housing",
    "lokalna gospodarka energetyczna": "local energy management",
    "transport": "transport",
    "powiaty": "powiats",
    _CITIES: "cities with powiat rights and towns above 50,000",
    _SMALL_TOWNS: "small and medium towns",
    _TOWNS_OF_2012: "towns up to 50,000",
    "gminy wiejskie": "rural gminas",
}


@dataclass(frozen=True, slots=True)
class PastEdition:
    """What the sources say of one edition."""

    year: int
    theme: str
    theme_en: str
    domains: tuple[str, ...]
    groups: tuple[str, ...]
    fields: dict[str, Any]
    phase: str = Phase.ANNOUNCED


PAST_EDITIONS = (
    PastEdition(
        2007,
        "usługi społeczne",
        "social services",
        ("kultura", "pomoc społeczna", "oświata"),
        _GROUPS,
        {
            "description": "Pierwsza edycja konkursu: 91 zgłoszeń, wizyty u finalistów i posiedzenie rozstrzygające.",
            "description_en": "The first edition: 91 entries, visits to the finalists and a deciding session.",
            "visits_from": date(2007, 10, 5),
            "visits_until": date(2007, 10, 18),
            "decision_on": date(2007, 10, 22),
        },
    ),
    PastEdition(
        2008,
        "usługi techniczne",
        "technical services",
        ("gospodarka komunalna", "transport", "komunalna gospodarka mieszkaniowa"),
        _GROUPS,
        {"description": "46 zgłoszeń, 17 finalistów.", "description_en": "46 entries, 17 finalists."},
    ),
    PastEdition(
        2010,
        "usługi techniczne i zdrowotne",
        "technical and health services",
        ("gospodarka komunalna", "komunalna gospodarka mieszkaniowa", "transport", "ochrona zdrowia"),
        _GROUPS,
        {
            "description": "61 zgłoszeń, 35 finalistów, wizyty i ogłoszenie wyników na gali. "
            "Przyznawano miejsca, także ex aequo, oraz tytuł „Lider wśród liderów”.",
            "description_en": "61 entries, 35 finalists, visits and results announced at a gala. "
            "Places were given, also ex aequo, and the title “Lider wśród liderów”.",
            "has_places": True,
        },
    ),
    PastEdition(
        2011,
        "usługi społeczne",
        "social services",
        ("kultura", "pomoc społeczna", "ochrona zdrowia", "oświata"),
        (),
        {},
    ),
    PastEdition(
        2012,
        "usługi techniczne",
        "technical services",
        (
            "gospodarka komunalna",
            "komunalna gospodarka mieszkaniowa",
            "lokalna gospodarka energetyczna",
            "transport",
        ),
        ("powiaty", _CITIES, _TOWNS_OF_2012, "gminy wiejskie"),
        {"submission_deadline": datetime(2012, 6, 15, 23, 59, tzinfo=ZoneInfo("Europe/Warsaw"))},
        Phase.ARCHIVED,
    ),
)


@transaction.atomic
def load_historical_editions() -> list[Edition]:
    """The editions of 2007–2012 with the awards that sources name. A second run changes nothing."""
    editions = [_load(past) for past in PAST_EDITIONS]
    import_history(FIXTURES / "history.csv")
    return editions


@transaction.atomic
def import_history(path: Path) -> int:
    """Awards of historical editions from a file like awards/fixtures/history.csv; how many were added.

    An award is recognised by edition, outcome, unit, title and domain, so the file may be read again.
    Raises Invalid with the line for anything it cannot place for certain.
    """
    rows = _read(path)
    editions = {str(edition.slug): edition for edition in Edition.objects.filter(is_historical=True)}
    units = _units({row["teryt"] for row in rows})
    named: dict[str, dict[tuple[int, str], Any]] = {
        "domain": {(row.edition_id, row.name): row for row in Domain.objects.filter(edition__is_historical=True)},
        "group": {
            (row.edition_id, row.name): row for row in ComparisonGroup.objects.filter(edition__is_historical=True)
        },
    }
    known = {_identity(award) for award in Award.objects.filter(edition__is_historical=True)}
    awards = []
    for line, row in enumerate(rows, start=2):
        award = _award(row, line, editions, units, named)
        if _identity(award) not in known:
            known.add(_identity(award))
            awards.append(award)
    Award.objects.bulk_create(awards)
    for edition in {award.edition for award in awards}:
        added = [award for award in awards if award.edition_id == edition.pk]
        journal.record(
            actor=None,
            action="award.import",
            target=edition,
            edition_id=edition.pk,
            facts=[edition, *added],
            awards=len(added),
        )
    if awards:
        public_content_changed()
    return len(awards)


def _load(past: PastEdition) -> Edition:
    edition, created = Edition.objects.get_or_create(
        slug=str(past.year),
        defaults={
            "year": past.year,
            "title": f"Samorządowy Lider Zarządzania {past.year}",
            "title_en": f"Local Government Management Leader {past.year}",
            "theme": past.theme,
            "theme_en": past.theme_en,
            "is_historical": True,
            "phase": past.phase,
            **past.fields,
        },
    )
    if created:
        Domain.objects.bulk_create(
            Domain(edition=edition, name=name, name_en=_ENGLISH[name], position=position)
            for position, name in enumerate(past.domains)
        )
        ComparisonGroup.objects.bulk_create(
            ComparisonGroup(
                edition=edition, name=name, name_en=_ENGLISH[name], unit_kinds=_GROUP_KINDS[name], position=position
            )
            for position, name in enumerate(past.groups)
        )
        journal.record(actor=None, action="edition.create", target=edition, edition_id=edition.pk, facts=[edition])
    return edition


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, delimiter=";")
        if missing := COLUMNS - set(reader.fieldnames or ()):
            raise Invalid(_("The file lacks the columns: %(columns)s.") % {"columns": ", ".join(sorted(missing))})
        return [{name: clean_line(value or "") for name, value in row.items() if name} for row in reader]


def _units(codes: set[str]) -> dict[str, Unit]:
    """Units by the code of the file. Those the register does not hold yet come from the fixture."""
    found = _find(codes)
    if codes - found.keys():
        import_terc(actor=None, content=(FIXTURES / "history_units.csv").read_bytes(), complete=False)
        found = _find(codes)
    return found


def _find(codes: set[str]) -> dict[str, Unit]:
    """The last digit of a gmina is its kind and may have changed since; the first six identify it."""
    by_identity = {code[:6]: unit for unit in Unit.objects.exclude(code=None) if (code := unit.code)}
    return {code: by_identity[code[:6]] for code in codes if code[:6] in by_identity}


def _award(
    row: dict[str, str],
    line: int,
    editions: dict[str, Edition],
    units: dict[str, Unit],
    named: dict[str, dict[tuple[int, str], Any]],
) -> Award:
    def place_in(table: dict[Any, Any], key: Any, shown: str) -> Any:
        if key not in table:
            raise Invalid(_("Line %(line)s: “%(value)s” is not known.") % {"line": line, "value": shown})
        return table[key]

    edition = place_in(editions, row["edition"], row["edition"])
    domain = place_in(named["domain"], (edition.pk, row["domain"]), row["domain"]) if row["domain"] else None
    group = place_in(named["group"], (edition.pk, row["group"]), row["group"]) if row["group"] else None
    return Award(
        edition=edition,
        kind=place_in(KINDS, row["outcome"], row["outcome"]),
        unit=place_in(units, row["teryt"], row["teryt"]),
        unit_name=row["unit"],
        title=row["title"],
        domain=domain,
        group=group,
        place=place_in(PLACES, row["place"], row["place"]),
        ex_aequo=row["ex_aequo"] == "tak",
        note=row["note"],
        source=row["source"],
    )


def _identity(award: Award) -> tuple[Any, ...]:
    return (award.edition_id, str(award.kind), award.unit_id, award.title, award.domain_id)
