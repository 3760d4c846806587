"""The canonical text of the rules: one spelling, sensitive to every rule, blind to the order of insertion."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import canonical_json, sha256_of
from contest.rules import EDITION_FIELDS, ROW_FIELDS, Section, assemble, plain

EDITION = {
    "slug": "2026",
    "year": 2026,
    "title": "Edycja",
    "title_en": "",
    "theme": "usługi społeczne",
    "theme_en": "",
    "description": "",
    "description_en": "",
    "call_announced_on": date(2026, 3, 1),
    "submission_deadline": datetime(2026, 6, 15, 21, 59, tzinfo=UTC),
    "formal_review_until": date(2026, 7, 15),
    "scoring_until": datetime(2026, 9, 15, 21, 59, tzinfo=UTC),
    "visits_from": date(2026, 10, 1),
    "visits_until": date(2026, 10, 15),
    "decision_on": date(2026, 10, 22),
    "announcement_on": date(2026, 11, 15),
    "finalist_threshold": Decimal(60),
    "third_juror_gap": Decimal(30),
    "jurors_per_application": 2,
    "has_places": False,
    "months_in_operation": 6,
    "entries_per_unit": None,
}


def rows():
    return {
        Section.DOMAINS: [
            {"position": n, "name": name, "name_en": ""} for n, name in enumerate(("kultura", "oświata"))
        ],
        Section.GROUPS: [
            {
                "position": n,
                "name": f"grupa {n}",
                "name_en": "",
                "unit_kinds": ["URBAN", "RURAL"],
                "population_above": None,
                "population_up_to": 50000,
            }
            for n in range(2)
        ],
        Section.CRITERIA: [
            {
                "position": n,
                "code": f"C{n}",
                "name": f"kryterium {n}",
                "name_en": "",
                "guidance": "",
                "guidance_en": "",
                "weight": 50,
                "tie_break": n + 1,
            }
            for n in range(2)
        ],
        Section.REQUIREMENTS: [
            {"position": n, "name": f"plik {n}", "name_en": "", "hint": "", "hint_en": "", "required": True}
            for n in range(2)
        ],
    }


def other(value):
    """Some other value of the same kind."""
    match value:
        case bool():
            return not value
        case Decimal():
            return value + Decimal("0.01")
        case int():
            return value + 1
        case datetime():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
        case str():
            return value + "x"
        case list():
            return [*value, "UNION"]
        case None:
            return 3


EVERY_FIELD = [name for names in EDITION_FIELDS.values() for name in names] + ["slug", "year"]
EVERY_CELL = [(section, name, index) for section, names in ROW_FIELDS.items() for name in names for index in (0, 1)]


@pytest.mark.parametrize("name", EVERY_FIELD)
def test_a_change_of_any_field_changes_the_digest(name):
    changed = EDITION | {name: other(EDITION[name])}
    assert sha256_of(assemble(changed, rows())) != sha256_of(assemble(EDITION, rows()))


@pytest.mark.parametrize(("section", "name", "index"), EVERY_CELL)
def test_a_change_of_any_cell_of_a_row_changes_the_digest(section, name, index):
    changed = rows()
    changed[section][index][name] = other(changed[section][index][name])
    assert sha256_of(assemble(EDITION, changed)) != sha256_of(assemble(EDITION, rows()))


@pytest.mark.parametrize("section", ROW_FIELDS)
def test_adding_removing_or_reordering_rows_changes_the_digest(section):
    before = sha256_of(assemble(EDITION, rows()))
    fewer = rows()
    fewer[section].pop()
    swapped = rows()
    swapped[section][0]["position"], swapped[section][1]["position"] = 1, 0
    digests = {before, sha256_of(assemble(EDITION, fewer)), sha256_of(assemble(EDITION, swapped))}
    assert len(digests) == 3


@given(st.data())
def test_the_order_of_insertion_does_not_change_the_digest(data):
    shuffled = {section: data.draw(st.permutations(found)) for section, found in rows().items()}
    for found in shuffled[Section.GROUPS]:
        found["unit_kinds"] = data.draw(st.permutations(found["unit_kinds"]))
    assert sha256_of(assemble(EDITION, shuffled)) == sha256_of(assemble(EDITION, rows()))


@given(st.lists(st.text(max_size=5), min_size=2, max_size=6, unique=True), st.randoms())
def test_rows_with_equal_positions_are_ordered_by_content(names, random):
    def digest(order):
        domains = [{"position": 0, "name": name, "name_en": ""} for name in order]
        return sha256_of(assemble(EDITION, rows() | {Section.DOMAINS: domains}))

    shuffled = random.sample(names, len(names))
    assert digest(names) == digest(shuffled)


@given(st.decimals(min_value=0, max_value=999, places=2), st.integers(0, 6))
def test_a_decimal_has_one_spelling_whatever_zeros_the_database_adds(value, zeros):
    assert plain(value) == plain(Decimal(f"{value}{'0' * zeros}"))
    assert Decimal(plain(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [("60.00", "60"), ("0.00", "0"), ("-0", "0"), ("100", "100"), ("1E+2", "100"), ("30.50", "30.5")]
)
def test_decimals_are_written_without_exponents_or_trailing_zeros(value, text):
    assert plain(Decimal(value)) == text


@given(st.integers(-12, 12))
def test_an_instant_is_the_same_rule_in_every_time_zone(hours):
    elsewhere = EDITION["submission_deadline"].astimezone(timezone(timedelta(hours=hours)))
    assert plain(elsewhere) == "2026-06-15T21:59:00Z"


def test_the_canonical_text_is_json_with_letters_as_they_are():
    text = canonical_json(assemble(EDITION, rows()))
    assert "usługi społeczne" in text
    assert json.loads(text)["scoring"] == {
        "finalist_threshold": "60",
        "third_juror_gap": "30",
        "jurors_per_application": 2,
        "has_places": False,
    }


def test_every_column_of_an_edition_is_a_rule_or_is_known_not_to_be():
    """A new column must be put into a section, or listed here as something that is no rule."""
    from contest.models import AttachmentRequirement, ComparisonGroup, Criterion, Domain, Edition

    no_rule = {"id", "is_historical", "is_demo", "announced_at", "locked_sha256", "revision"}
    no_rule |= {"created_by", "created_at", "phase", "edition", "position", "retention_months", "persons_removed_at"}
    models = {
        Edition: set(EVERY_FIELD),
        Domain: set(ROW_FIELDS[Section.DOMAINS]),
        ComparisonGroup: set(ROW_FIELDS[Section.GROUPS]),
        Criterion: set(ROW_FIELDS[Section.CRITERIA]),
        AttachmentRequirement: set(ROW_FIELDS[Section.REQUIREMENTS]),
    }
    for model, rules in models.items():
        columns = {field.name for field in model._meta.concrete_fields}
        assert columns - no_rule == rules
