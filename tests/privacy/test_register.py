"""Every column of every table is in the register: personal, for a purpose, or not."""

from django.apps import apps
from django.utils.translation import override

from privacy.register import PERSONAL, PLAIN, PURPOSES, Removal
from scripts import personal_data


def columns() -> dict[str, set[str]]:
    return {
        model._meta.label: {field.name for field in model._meta.get_fields() if getattr(field, "concrete", False)}
        for model in apps.get_models(include_auto_created=True)
    }


def faults(there: dict[str, set[str]]) -> list[str]:
    """Columns that the register does not name, names twice, or names although they are gone."""
    found = []
    for label in sorted(there.keys() | PERSONAL.keys() | PLAIN.keys()):
        personal, plain = set(PERSONAL.get(label, ())), set(PLAIN.get(label, "").split())
        real = there.get(label, set())
        found += [f"{label}.{name}: not in privacy/register.py" for name in sorted(real - personal - plain)]
        found += [f"{label}.{name}: both personal and plain" for name in sorted(personal & plain)]
        found += [f"{label}.{name}: no such column" for name in sorted((personal | plain) - real)]
    return found


def test_every_column_is_classified():
    assert faults(columns()) == []


def test_a_new_column_and_a_new_table_would_be_found():
    there = columns()
    there["accounts.User"].add("shoe_size")
    there["accounts.Pet"] = {"name"}
    assert faults(there) == [
        "accounts.Pet.name: not in privacy/register.py",
        "accounts.User.shoe_size: not in privacy/register.py",
    ]


def test_every_personal_column_has_a_purpose_with_an_end():
    for label, named in PERSONAL.items():
        for column, purpose in named.items():
            assert purpose in PURPOSES, f"{label}.{column}"
    for purpose in PURPOSES.values():
        assert purpose.data
        assert purpose.why
        assert purpose.until
        assert purpose.seen_by
        assert purpose.removal in Removal


def test_the_journal_may_hold_a_person_by_number_only():
    assert set(PERSONAL["common.JournalEntry"]) == {"actor_id"}


def test_the_document_is_written_from_the_register():
    document = personal_data.DOCUMENT.read_text(encoding="utf-8")
    with override("en"):
        assert personal_data.written(document) == document, "run python -m scripts.personal_data"
