"""A full database of each released version becomes one of this version, and every value stays."""

import hashlib
import io
from datetime import datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from accounts.models import Membership, User
from applications.models import Application
from applications.services.applicant import withdraw_application
from awards.models import Certificate
from common.sealing import ChainReport, seal_entries, verify_chain
from practices import search
from practices.models import Practice
from tests import own_database as own_databases
from tests.faults.released import GONE, RELEASES, SEEDS, seed_of
from tests.servers import ROOT

OURS = [config.label for config in apps.get_app_configs() if (ROOT / config.label / "migrations").is_dir()]


@pytest.fixture
def released(request, django_db_setup, db, tmp_path, settings):
    """The database of the release, every table with rows; gives its version."""
    settings.MEDIA_ROOT = tmp_path / "media"
    name = str(tmp_path / "old.sqlite3")
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME']}_old"
        own_databases.create_database(name)
    with own_databases.using(name):
        load(seed_of(request.param))
        yield request.param
    if connection.vendor == "postgresql":
        own_databases.drop_database(name)


def load(seed) -> None:
    executor = MigrationExecutor(connection)
    nodes = list(seed["nodes"].items())
    executor.migrate(nodes)
    models = executor.loader.project_state(nodes).apps.get_models(include_auto_created=True)
    with transaction.atomic():
        for model in models:
            content = seed["tables"][model._meta.label]
            fields = {field.attname: field for field in model._meta.concrete_fields}
            columns = [fields[name] for name in content["columns"]]
            rows = (
                model(**{field.attname: field.to_python(value) for field, value in zip(columns, row, strict=True)})
                for row in content["rows"]
            )
            model._base_manager.bulk_create(rows, batch_size=500)
        search.index()  # a table without a model; it reads tables and columns that 0.1.0 had
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


def values() -> dict[str, dict[str, list]]:
    """By table and column the values, rows in the order of their keys."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            chosen = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {chosen} FROM "{table}" ORDER BY 1')
            found[table] = dict(zip(columns, map(list, zip(*cursor.fetchall(), strict=True)), strict=False))
    return found


def tables() -> list[str]:
    """Those with rows of people: `migrate` keeps its own, and SQLite keeps its index in tables beside the index."""
    own = {"django_migrations", "django_content_type", "auth_permission"}
    found = connection.introspection.table_names()
    return [table for table in found if table not in own and not table.startswith("practices_search_")]


def lost(before, after) -> list[str]:
    """Every released column whose values are not what they were. Upgrade and restore add to the journal."""
    return [
        f"{table}.{column}"
        for table, columns in before.items()
        for column, kept in columns.items()
        if f"{table}.{column}" not in GONE and _found(table, column, len(kept), after) != kept
    ]


JOURNAL = ("common_journalentry", "common_journalseal")


def _found(table, column, count, after):
    found = after.get(table, {}).get(column)
    return found[:count] if found and table in JOURNAL else found


def upgrade() -> float:
    started = datetime.now()  # noqa: DTZ005 — a duration
    call_command("migrate", interactive=False, verbosity=0)
    return (datetime.now() - started).total_seconds()  # noqa: DTZ005


@own_databases.slow_on_postgres
@pytest.mark.case(25)
@pytest.mark.parametrize("released", RELEASES, indirect=True)
def test_every_value_of_a_released_database_survives_and_people_work_on(released, client, figure):
    seed = seed_of(released)
    before = values()
    assert {table for table, columns in before.items() if not columns} == set(), "a table without rows proves nothing"

    seconds = upgrade()

    assert lost(before, values()) == []
    chain = verify_chain()
    assert (chain.count, chain.problem) == (len(seed["tables"]["common.JournalEntry"]["rows"]), "")
    waiting = MigrationExecutor(connection)
    assert waiting.migration_plan(waiting.loader.graph.leaf_nodes()) == []
    with time_machine.travel(datetime.fromisoformat(seed["made_at"]) + timedelta(minutes=1)):
        work_on(client)
    rows = sum(len(next(iter(columns.values()))) for columns in before.values())
    kept = sum(map(len, before.values()))
    figure(f"{released}: {rows} rows, {kept} columns of {len(before)} tables equal; migrated in {seconds:.1f} s")


def work_on(client) -> None:
    """Pages of each kind open, a service writes, and the chain goes on."""
    practice = Practice.objects.filter(withdrawn_at=None).first()
    certificate = Certificate.objects.exclude(file="").first()
    signatory = Membership.objects.filter(role="SIGNATORY", status="ACTIVE", unit__applications__state="DRAFT").first()
    entry = signatory.unit.applications.filter(state="DRAFT").first()
    for address, expected in (
        (reverse("portal:home"), "Samorządowy Lider Zarządzania"),
        (practice.get_absolute_url(), practice.title),
        (reverse("awards:verify", args=[certificate.code]), certificate.number),
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        assert expected in page.content.decode(), address
    client.force_login(signatory.user)
    page = client.get(reverse("applications:applicant_detail", args=[entry.pk]))
    assert entry.title in page.content.decode()

    withdraw_application(actor=signatory.user, application_id=entry.pk, reason="")
    assert Application.objects.get(pk=entry.pk).state == "WITHDRAWN"
    assert User.objects.create(email="nowa@example.org", full_name="Nowa Osoba").pk > 0
    seal_entries()
    assert verify_chain().problem == ""


@own_databases.slow_on_postgres
@pytest.mark.case(25)
@pytest.mark.parametrize("released", RELEASES, indirect=True)
def test_a_set_of_a_released_version_is_restored_into_this_one(released, tmp_path, figure, monkeypatch):
    """Older code made the set; the rows are the same as after an upgrade in place."""
    before = values()
    monkeypatch.setattr("common.backup.verify_chain", lambda: ChainReport(0, ""))  # it knows the columns of today
    with pytest.raises(CommandError, match="The set is whole and can be restored"):
        call_command("backup", tmp_path / "set", stdout=io.StringIO())  # a seed has rows only, no files
    call_command("restore", tmp_path / "set", "--replace", "--yes", stdout=io.StringIO())
    assert lost(before, values()) == []
    figure(f"{released}: its set restored and migrated, every value equal")


def test_a_lost_or_changed_value_would_be_seen():
    before = {"units_unit": {"id": [1, 2], "name": ["A", "B"]}}
    assert lost(before, {"units_unit": {"id": [1, 2], "name": ["A", "B"], "new": [0, 0]}}) == []
    assert lost(before, {"units_unit": {"id": [1, 2], "name": ["A", ""]}}) == ["units_unit.name"]
    assert lost(before, {"units_unit": {"id": [1], "name": ["A"]}}) == ["units_unit.id", "units_unit.name"]
    assert lost(before, {}) == ["units_unit.id", "units_unit.name"]


@pytest.mark.case(25)
@pytest.mark.parametrize("version", RELEASES)
def test_a_released_migration_is_never_edited(version, figure):
    """Databases out there have run it already: an edit would never reach them. Add a migration instead."""
    kept = seed_of(version)["migrations"]
    found = {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in kept if (ROOT / path).exists()}
    assert found == kept
    assert set(seed_of(version)["nodes"].items()) <= set(MigrationLoader(None).disk_migrations)
    figure(f"{version}: {len(kept)} migrations as they were released")


def test_every_seed_is_a_listed_release_and_has_rows_in_every_table():
    assert {path.stem for path in SEEDS.glob("*.json")} == set(RELEASES)
    for version in RELEASES:
        assert {label for label, content in seed_of(version)["tables"].items() if not content["rows"]} == set()


def test_every_migration_can_run_inside_the_one_transaction_of_a_restore():
    """docs/adr/0047: a restore builds the schema, fills it and verifies it before it commits."""
    found = MigrationLoader(None).disk_migrations
    assert {key for key, migration in found.items() if key[0] in OURS and not migration.atomic} == set()
