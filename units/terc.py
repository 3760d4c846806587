"""Reading the official TERC file. Pure: bytes in, rows or problems out; no database.

Format (GUS, TERYT): `WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA`, UTF-8 with a byte order mark,
CRLF. Codes are strings: leading zeros count. RODZ 1, 2, 3 are gminas; 4, 5 (town and rural area of
an urban-rural gmina), 8 and 9 (city districts) are parts and no local governments. A powiat number
of 61 or more is a city with powiat rights, listed once, as the gmina.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date

from common.kernel.spans import RECORDS
from common.web.cleaning import clean_line
from common.web.typed import NotRead, read_day
from units.models import UnitKind

HEADER = ["WOJ", "POW", "GMI", "RODZ", "NAZWA", "NAZWA_DOD", "STAN_NA"]
GMINA_KINDS = {"1": UnitKind.URBAN, "2": UnitKind.RURAL, "3": UnitKind.MIXED}
PART_KINDS = {"4", "5", "8", "9"}
FIRST_CITY_COUNTY = 61
ZIP = b"PK\x03\x04"  # as GUS hands the file out


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A local government of the file. `county_code` is WWPP, empty for powiats and cities with powiat rights."""

    code: str
    kind: str
    name: str
    voivodeship_code: str
    county_code: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line (numbered from 1, the header included); line 0: with the file."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass(slots=True)
class TercFile:
    voivodeships: dict[str, str] = field(default_factory=dict)  # code → name in lower case
    units: list[UnitRow] = field(default_factory=list)
    register_date: date | None = None
    problems: list[Problem] = field(default_factory=list)


def parse(content: bytes) -> TercFile:
    """Read a whole file, collecting every problem rather than stopping at the first."""
    result = TercFile()
    if content.startswith(ZIP):
        result.problems.append(Problem(0, "this is a ZIP archive: unpack it and give the CSV file that is in it"))
        return result
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        result.problems.append(
            Problem(0, f"the file is not UTF-8 text (byte {error.start}): take the CSV of GUS as it was downloaded")
        )
        return result
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    if next(rows, None) != HEADER:
        result.problems.append(Problem(1, "the first line must be " + ";".join(HEADER)))
        return result
    counties: set[str] = set()
    seen: set[str] = set()
    try:
        for row in rows:
            if row:
                _read_row(row, rows.line_num, result, counties, seen)
    except csv.Error as error:
        result.problems.append(Problem(rows.line_num, str(error)))
    if not result.problems and not result.units:
        result.problems.append(Problem(0, "the file has no local government"))
    return result


def _read_row(row: list[str], line: int, result: TercFile, counties: set[str], seen: set[str]) -> None:
    problem = _shape_problem(row) or _date_problem(row[6], result)
    if problem:
        result.problems.append(Problem(line, problem))
        return
    voivodeship, county, gmina, kind, name = [*row[:4], clean_line(row[4])]
    code = voivodeship + county + gmina + kind
    if code in seen:
        result.problems.append(Problem(line, f"the code {code} is there twice"))
        return
    seen.add(code)
    is_city_county = bool(county) and int(county) >= FIRST_CITY_COUNTY
    if not county:
        result.voivodeships[voivodeship] = name.lower()
    elif voivodeship not in result.voivodeships:
        result.problems.append(Problem(line, f"no voivodeship {voivodeship} above this line"))
    elif not gmina:
        counties.add(voivodeship + county)
        if not is_city_county:
            result.units.append(UnitRow(code, UnitKind.COUNTY, name, voivodeship, "", line))
    elif voivodeship + county not in counties:
        result.problems.append(Problem(line, f"no powiat {voivodeship}{county} above this line"))
    elif kind in GMINA_KINDS:
        unit_kind = UnitKind.CITY_COUNTY if is_city_county else GMINA_KINDS[kind]
        county_code = "" if is_city_county else voivodeship + county
        result.units.append(UnitRow(code, unit_kind, name, voivodeship, county_code, line))


def _shape_problem(row: list[str]) -> str:
    if len(row) != len(HEADER):
        return f"{len(row)} fields instead of {len(HEADER)}"
    voivodeship, county, gmina, kind, name = row[:5]
    if not _is_number(voivodeship):
        return f"the voivodeship code “{voivodeship}” is not two digits"
    if (county and not _is_number(county)) or (gmina and not _is_number(gmina)):
        return f"the code “{voivodeship};{county};{gmina}” is not made of two-digit numbers"
    if bool(gmina) != bool(kind) or (gmina and not county):
        return "a gmina needs its powiat, its number and its kind (RODZ)"
    if kind and kind not in GMINA_KINDS and kind not in PART_KINDS:
        return f"the kind (RODZ) “{kind}” is not known"
    if not name.strip():
        return "the name is missing"
    return ""


def _date_problem(value: str, result: TercFile) -> str:
    try:
        day = read_day(value)
    except NotRead as error:
        return f"the date “{value}” cannot be read. {error}"
    if day is None:
        return "the date is missing"
    if day not in RECORDS:
        return f"the date “{value}” cannot be right: its year is outside {RECORDS.first.year}–{RECORDS.last.year}"
    if result.register_date is None:
        result.register_date = day
    elif day != result.register_date:
        return f"the date {day} differs from {result.register_date} on earlier lines"
    return ""


def _is_number(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isdigit()
