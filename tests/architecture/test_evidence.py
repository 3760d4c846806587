"""Every table is sealed evidence or says why not, and every column of evidence is sealed or says why not.

A test fails here when you add a table or a column: describe it in the app's `sealed.py`. A column added to sealed
evidence raises the `format` of its description and keeps the old function in `former`, else every row sealed before
would seem changed.
"""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from accounts.models import User
from common.kernel.evidence import CHECKS, EVIDENCE, OTHER_TABLES


def tables() -> set[str]:
    return {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}


def test_every_table_is_evidence_or_says_why_not():
    described = EVIDENCE.keys() | OTHER_TABLES.keys()
    assert tables() - described == set(), "describe these tables in sealed.py of their app (EVIDENCE or OTHER)"
    assert described - tables() == set(), "these tables are gone"
    assert EVIDENCE.keys() & OTHER_TABLES.keys() == set()


def test_a_table_without_a_place_would_be_found():
    assert Group._meta.label_lower in OTHER_TABLES
    assert tables() - (EVIDENCE.keys() | OTHER_TABLES.keys() - {Group._meta.label_lower}) == {"auth.group"}


@pytest.mark.parametrize("table", sorted(EVIDENCE))
def test_every_column_is_sealed_or_says_why_not(table):
    described = EVIDENCE[table]
    own = {field.attname for field in described.model._meta.concrete_fields} - {"id"}
    named = (
        set(described.columns) | set(described.who) | {_attname(described.model, name) for name in described.left_out}
    )
    assert own - named == set(), f"say in {table}'s description whether these are sealed"
    assert named - own == set(), "these columns are gone"


# Columns that say which person did something, in tables of evidence, that are not sealed: table and column, and why.
WHO_IS_NOT_SEALED: dict[str, str] = {}


@pytest.mark.parametrize("table", sorted(EVIDENCE))
def test_who_did_it_is_sealed_wherever_a_row_says_it(table):
    described = EVIDENCE[table]
    people = {
        field.attname
        for field in described.model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    }
    unsealed = {f"{table}.{name}" for name in people - set(described.columns) - set(described.who)}
    assert unsealed == {name for name in WHO_IS_NOT_SEALED if name.startswith(f"{table}.")}


def _attname(model, name: str) -> str:
    return str(model._meta.get_field(name).attname)


def test_reasons_are_given():
    reasons = [*OTHER_TABLES.values(), *(text for found in EVIDENCE.values() for text in found.left_out.values())]
    assert all(reasons)
    assert len(CHECKS) >= 12
