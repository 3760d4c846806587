"""The service at work as a role of PostgreSQL that may only add to the journal, on roles made as compose makes them."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
import requests

from common.kernel.guards import APPEND_ONLY
from common.kernel.keys import make_key
from tests import servers
from tests.servers import ROOT, SECRET_KEY, web

PASSWORD, OWNERS = "of-the-service", "of-the-owner"
COLUMN = {
    "common_journalentry": "action",
    "common_journalseal": "sealed_at",
    "common_journalcheckpoint": "note",
    "common_journalepoch": "reason",
    "common_signingkey": "public_key",
    "common_filesignature": "signature",
}


class Installation:
    """Two roles, one database, and commands run as an operator would run them."""

    def __init__(self, server: servers.PostgresServer, folder) -> None:
        servers.create_roles(server, PASSWORD, OWNERS)
        at = f"127.0.0.1:{server.port}/slz"
        self.runtime, self.owner = f"postgres://slz:{PASSWORD}@{at}", f"postgres://slz_owner:{OWNERS}@{at}"
        self.key = folder / "signing_key.pem"
        make_key(self.key)
        self.variables = {
            "DATABASE_URL": self.runtime,
            "SECRET_KEY": SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEMO": "1",
            "CACHE_URL": "dummycache://",
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_URL": f"filemail://{folder / 'mail'}",
        }

    def manage(self, *arguments: str, fails: bool = False, **changes: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        variables = {**os.environ, **self.variables, **changes}
        ended = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=900, check=False
        )
        assert bool(ended.returncode) is fails, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def refused(self, statement: str) -> bool:
        with psycopg.connect(self.runtime) as connection:
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                return True
        return False


@pytest.fixture
def installation(postgres_server, tmp_path) -> Iterator[Installation]:
    made = Installation(postgres_server, tmp_path)
    made.manage("migrate", "--noinput", "-v0", DATABASE_OWNER_URL=made.owner)
    return made


def statements() -> list[str]:
    """Every kind that could change, delete, hide or unguard a row."""
    found = []
    for table in APPEND_ONLY:
        column = COLUMN[table]
        found += [
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"SELECT * FROM {table} FOR UPDATE",
            f"MERGE INTO {table} t USING {table} s ON false WHEN MATCHED THEN DELETE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TRIGGER slz_append_only ON {table}",
            f"DROP TABLE {table} CASCADE",
            f"ALTER TABLE {table} RENAME TO gone",
            f"CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
            f"CREATE TRIGGER t BEFORE INSERT ON {table} EXECUTE FUNCTION slz_append_only()",
            f"ALTER TABLE {table} OWNER TO slz",
        ]
    return [
        *found,
        "INSERT INTO common_journalseal SELECT * FROM common_journalseal "
        "ON CONFLICT (sequence) DO UPDATE SET sealed_at = now()",
        "CREATE OR REPLACE FUNCTION slz_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP FUNCTION slz_append_only() CASCADE",
        "SET session_replication_role = replica",
        "SET ROLE slz_owner",
    ]


@pytest.mark.slow
@pytest.mark.case(64)
def test_the_whole_service_works_as_a_role_that_cannot_change_the_journal(
    installation, redis_server, static_root, tmp_path, figure
):
    """The demonstration walks an edition through every act; then pages, sealing, backup, verification and a restore."""
    installation.manage("demo")
    installation.manage("seal", "--once", SIGNING_KEY_FILE=str(installation.key))
    tried = statements()
    through = [statement for statement in tried if not installation.refused(statement)]
    assert through == []

    settings = {**installation.variables, "STATIC_ROOT": static_root, "DEBUG": "0"}
    with web(tmp_path / "web.log", redis_server.url, **settings) as site:
        for path in ("/", "/praktyki/", "/dziennik/", "/dziennik/1.json", "/.well-known/slz-keys.json"):
            assert requests.get(f"{site.url}{path}", timeout=20).status_code == 200, path
        assert requests.get(f"{site.url}/readyz", timeout=20).json()["checks"]["migrations"] == "ok"
    assert "owns the tables of the journal" not in (tmp_path / "web.log").read_text()

    verified = installation.manage("verify_journal")
    assert "entries intact" in verified
    installation.manage("anonymise", "--due", "--dry-run")
    assert "common.W001" not in installation.manage("check", "--database", "default")
    folder = str(tmp_path / "set")
    installation.manage("backup", folder)
    told = installation.manage("restore", folder, "--replace", "--yes", DATABASE_OWNER_URL=installation.owner)
    assert "Restored" in told
    assert [statement for statement in tried if not installation.refused(statement)] == []
    installation.manage("seal", "--once", SIGNING_KEY_FILE=str(installation.key))
    again = installation.manage("verify_journal")
    assert "epoch 2-" in again
    kept = tmp_path / "kept.txt"
    with psycopg.connect(installation.runtime) as connection:
        notes = connection.execute("SELECT note FROM common_journalcheckpoint ORDER BY number").fetchall()
        rights = connection.execute("SELECT has_table_privilege('units_unit', 'UPDATE')").fetchone()
    kept.write_text("".join(note for (note,) in notes))
    installation.manage("verify_journal", "--checkpoints", str(kept))
    assert rights == (True,)
    figure(f"{len(tried)} statements as the service's role refused, before and after a restore; {again.split(' ')[0]}")


@pytest.mark.slow
@pytest.mark.case(64, control=True)
def test_one_role_for_everything_may_do_it_and_is_warned_of(
    postgres_server, redis_server, static_root, tmp_path, figure
):
    made = Installation(postgres_server, tmp_path)
    made.variables["DATABASE_URL"] = made.owner
    assert "common.W001" in made.manage("migrate", "--noinput", "-v1")
    with psycopg.connect(made.owner) as owner:
        owner.execute("ALTER TABLE common_journalentry DISABLE TRIGGER USER")
        owner.execute("DELETE FROM common_journalentry")
    settings = {**made.variables, "STATIC_ROOT": static_root}
    with web(tmp_path / "web.log", redis_server.url, **settings):
        pass
    assert "owns the tables of the journal" in (tmp_path / "web.log").read_text()
    figure("with one role the triggers can be switched off; the start says so")


@pytest.mark.slow
@pytest.mark.case(64)
def test_an_installation_of_one_role_becomes_one_of_two(postgres_server, tmp_path, figure):
    """As docs/operations.md says it for those who upgrade."""
    made = Installation(postgres_server, tmp_path)
    with psycopg.connect(postgres_server.url, autocommit=True) as admin:  # as 0.1.0 set it up
        admin.execute("ALTER DATABASE slz OWNER TO slz")
    made.manage("migrate", "--noinput", "-v0")
    with psycopg.connect(postgres_server.url.removesuffix("postgres") + "slz", autocommit=True) as admin:
        admin.execute("ALTER DATABASE slz OWNER TO slz_owner")
        admin.execute("REASSIGN OWNED BY slz TO slz_owner")
        admin.execute("GRANT CONNECT ON DATABASE slz TO slz")
    made.manage("migrate", "--noinput", "-v0", DATABASE_OWNER_URL=made.owner)
    assert [statement for statement in statements() if not made.refused(statement)] == []
    with psycopg.connect(made.runtime) as service:
        service.execute("UPDATE units_unit SET name = name")
    figure("three statements and `migrate` separate the roles of an older installation")
