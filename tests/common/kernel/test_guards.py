"""Rows of the journal are only ever added: no statement takes one away, INSERT OR REPLACE of SQLite neither."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.kernel import guards
from common.kernel.checkpoints import HOUR, make_checkpoint
from common.kernel.epochs import Known, begin
from common.kernel.keys import embedded_signer
from common.models import FileSignature, SigningKey
from common.sealing import seal_entries
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_journal(tmp_path):
    """One row at least in each guarded table."""
    from common import journal

    user = make_user()
    journal.record(actor=user, action="x.y", target=user)
    seal_entries()
    signer = embedded_signer(tmp_path / "key.pem")
    begin(Known(), set_made_at=timezone.now())
    make_checkpoint(signer, HOUR)
    FileSignature.objects.create(sha256="a" * 64, signature="b" * 128, key=signer.row, signed_at=timezone.now())


def columns_that_are_unique(table: str) -> list[str]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    assert not model._meta.total_unique_constraints, "common/kernel/guards.py knows columns only"
    assert not model._meta.unique_together
    return [field.column for field in model._meta.concrete_fields if field.unique]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has INSERT OR REPLACE")
@pytest.mark.parametrize("table", guards.APPEND_ONLY)
def test_no_row_is_replaced_by_its_number_or_by_another_unique_column(full_journal, table) -> None:
    hidden = [] if "id" in columns_that_are_unique(table) else ["rowid"]  # an INTEGER key is the row's number itself
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid AS hidden, * FROM {table} LIMIT 1")
        names = ["rowid", *(column[0] for column in cursor.description[1:])]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        if not hidden:
            names.remove("rowid")
        free = {name: f"{'f' * 64}" if isinstance(row[name], str) else 999_999 for name in names}
        unique = [*hidden, *columns_that_are_unique(table)]
        for kept in unique:
            if row[kept] is None:
                continue
            other = [name for name in unique if name != kept]
            given = row | {name: free[name] for name in other}
            places = ", ".join(["%s"] * len(names))
            with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
                cursor.execute(
                    f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({places})",
                    [given[name] for name in names],
                )
        cursor.execute(f"SELECT rowid AS hidden, * FROM {table} LIMIT 1")
        assert list(cursor.fetchone()[1:]) == [row[name] for name in names if name != "rowid"]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has INSERT OR REPLACE")
def test_the_trigger_against_replacing_is_named_when_missing_and_put_back(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER slz_append_only_replace_common_signingkey")
    assert guards.missing_triggers() == [("common_signingkey", "slz_append_only_replace_common_signingkey")]
    guards.ensure()
    assert guards.missing_triggers() == []


def test_adding_goes_on(full_journal) -> None:
    SigningKey.objects.create(public_key="c" * 64, valid_from=timezone.now())
    assert SigningKey.objects.count() == 2
