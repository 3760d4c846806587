"""The files under deploy/ name commands, modules and variables that exist."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml

from tests import servers

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# Read by containers that are not ours.
FOREIGN = {"POSTGRES_PASSWORD", "POSTGRES_OWNER_PASSWORD", "SITE_HOST", "UPSTREAMS"}
LONG_RUNNING = {"web", "worker", "beat", "sealer"}
# What nobody else may hold.
OF_ONE_ALONE = {
    "DATABASE_OWNER_URL": "migrate",
    "DATABASE_OWNER_PASSWORD": "migrate",
    "SIGNING_KEY_FILE": "sealer",
}


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.M))


def command_of(unit: Path) -> list[str]:
    return shlex.split(re.search(r"^ExecStart=(.+)$", unit.read_text(), re.M).group(1))


def test_every_variable_of_the_containers_is_one_the_service_reads():
    given = {name for service in compose()["services"].values() for name in service.get("environment", {})}
    assert given - FOREIGN - documented() == set()
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked - FOREIGN - documented() == set()


OF_THE_WEB_SERVER = {"PROMETHEUS_MULTIPROC_DIR", "DATABASE_ANSWER_SECONDS"}
# Of a developer, of one process alone, or given by the image itself.
NOT_FOR_CONTAINERS = {
    "DEBUG",
    "DEMO",
    "PORT",
    "CHROMIUM",
    "REQUIRE_SERVICES",
    "STATIC_ROOT",
    "MEDIA_ROOT",
    "READERS_FOLDER",
}


def test_what_an_operator_sets_reaches_the_containers():
    """Compose passes on only what it names: a virus scanner set in slz.env and not named here would scan nothing."""
    operators = {name for name in documented() - NOT_FOR_CONTAINERS if not name.startswith("TEST_")}
    services = compose()["services"]
    assert operators - services["web"]["environment"].keys() == OF_ONE_ALONE.keys()
    for name in ("worker", "beat"):
        assert operators - services[name]["environment"].keys() == OF_THE_WEB_SERVER | OF_ONE_ALONE.keys()


def test_the_owner_and_the_key_are_known_to_one_container_each():
    """Whoever breaks into the web server finds neither."""
    services = compose()["services"]
    for variable, only in OF_ONE_ALONE.items():
        assert {name for name, one in services.items() if variable in (one.get("environment") or {})} == {only}
    assert services["sealer"]["user"] not in (None, services["web"].get("user"))
    holding = [name for name, one in services.items() if any("signing_key" in str(v) for v in one.get("volumes", []))]
    assert holding == ["sealer"]
    owning = [unit.stem for unit in UNITS if "slz-owner.env" in unit.read_text()]
    signing = [unit.stem for unit in UNITS if "SIGNING_KEY_FILE" in unit.read_text()]
    assert (owning, signing) == (["slz-migrate"], ["slz-sealer"])
    users = {unit.stem: re.search(r"^User=(.+)$", unit.read_text(), re.M).group(1) for unit in UNITS}
    assert [name for name, user in users.items() if user == users["slz-sealer"]] == ["slz-sealer"]


def test_the_containers_are_web_worker_beat_database_redis_and_a_proxy():
    services = compose()["services"]
    assert {*LONG_RUNNING, "database", "redis", "proxy"} <= set(services)
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert all(services[name].get("restart") == "unless-stopped" for name in LONG_RUNNING)


def test_an_upgrade_stops_every_process_of_the_old_version_before_the_tables_are_brought_up_to_date():
    """What an old process writes after the baseline has no digest, and would be told as added past the service."""
    text = (DEPLOY.parent / "docs" / "operations.md").read_text()
    (section,) = re.findall(r"^## Upgrade$(.+?)^## ", text, re.M | re.S)
    for stop, names, migrate in (
        ("systemctl stop ", {f"slz-{name}" for name in LONG_RUNNING}, "systemctl start slz-migrate"),
        ("slz.env stop ", LONG_RUNNING, "slz.env up -d"),
    ):
        before, _migrates, after = section.partition(migrate)
        assert after, f"{migrate} is not told"
        stopped = [line.partition(stop)[2].split() for line in before.splitlines() if stop in line]
        assert [set(found) for found in stopped] == [names]


def test_the_database_is_made_by_a_script_that_is_there_and_not_for_a_superuser():
    database = compose()["services"]["database"]
    assert set(database["environment"]) == {"POSTGRES_PASSWORD", "POSTGRES_OWNER_PASSWORD"}
    (mounted,) = [volume for volume in database["volumes"] if "initdb.d" in volume]
    script, target, mode = mounted.split(":")
    assert os.access(DEPLOY / script, os.X_OK)
    assert target.startswith("/docker-entrypoint-initdb.d/")
    assert mode == "ro"
    role, name = re.search(
        r"postgres://(\w+)@.*/(\w+)\}$", compose()["x-service"]["environment"]["DATABASE_URL"]
    ).groups()
    owner = re.search(
        r"postgres://(\w+)@", compose()["services"]["migrate"]["environment"]["DATABASE_OWNER_URL"]
    ).group(1)
    made = (DEPLOY / script).read_text()
    assert owner != role
    for one in (role, owner):
        assert f"CREATE ROLE {one} LOGIN NOSUPERUSER" in made
    assert f"CREATE DATABASE {name} OWNER {owner};" in made


@pytest.mark.postgres
def test_the_roles_of_the_service_own_its_database_and_nothing_else(postgres_server):
    """What the image of PostgreSQL does at its first start; a password may hold anything."""
    password, owners = 'it\'s a \\ "word" $1', "another/@#'one"
    servers.create_roles(postgres_server, password, owners)
    with psycopg.connect(postgres_server.url) as admin:
        may = (
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolpassword FROM pg_authid WHERE rolname = %s"
        )
        for role in ("slz", "slz_owner"):
            *rights, kept = admin.execute(may, [role]).fetchone()
            assert rights == [False] * 4
            assert kept.startswith("SCRAM-SHA-256")
        assert admin.execute(may, ["postgres"]).fetchone()[4] is None
    at = f"host=127.0.0.1 port={postgres_server.port}"
    with psycopg.connect(f"{at} user=slz_owner dbname=slz", password=owners) as owner:
        owner.execute("CREATE TABLE things (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("COPY things FROM PROGRAM 'echo 1'")
    as_service = psycopg.connect(f"{at} user=slz dbname=slz", password=password)
    with as_service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_service.execute("CREATE TABLE others (id int)")
    for role, word in (("slz", password), ("slz_owner", owners)):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{at} user={role} dbname=postgres", password=word)


def test_the_proxy_reads_the_variables_it_is_given():
    caddyfile = (DEPLOY / "proxy/Caddyfile").read_text()
    used = set(re.findall(r"\{\$([A-Z_]+)\}", caddyfile))
    assert used == set(compose()["services"]["proxy"]["environment"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_program_of_the_requirements_or_of_this_tree(unit):
    program = Path(command_of(unit)[0])
    assert os.access(ROOT / program.relative_to("/srv/slz"), os.X_OK)
    text = unit.read_text()
    for wanted in ("User=slz", "EnvironmentFile=/etc/slz.env", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert wanted in text


def test_the_units_and_the_containers_start_the_same_programs():
    programs = {unit.stem.removeprefix("slz-"): command_of(unit) for unit in UNITS}
    assert set(programs) >= LONG_RUNNING
    assert compose()["services"]["sealer"]["command"].split()[1:] == programs["sealer"][1:] == ["manage.py", "seal"]
    for name in ("worker", "beat"):
        contained = compose()["services"][name]["command"].split()
        assert contained[:4] == [Path(programs[name][0]).name, *programs[name][1:4]]
    image = (DEPLOY / "Dockerfile").read_text()
    started = json.loads(re.search(r"^CMD (.+)$", image, re.M).group(1))
    assert started[:3] == ["python", "-m", "config.web"]
    assert [Path(programs["web"][0]).name, *programs["web"][1:3]] == started[:3]


def test_systemd_understands_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    copies = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        copy = tmp_path / unit.name
        # The programs stand elsewhere on this machine.
        copy.write_text(unit.read_text().replace("ExecStart=/srv/slz/", f"ExecStart={ROOT}/"))
        copies.append(str(copy))
    told = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)
    assert [line for line in told.stderr.splitlines() if "slz-" in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_shut_in(unit):
    """systemd's own score of what a unit could still reach: 10 is everything, under 3 is asked."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    command = ["systemd-analyze", "security", "--offline=true", str(unit)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert float(re.search(r"Overall exposure level .*: ([0-9.]+)", told)[1]) < 3
    assert "MemoryMax=" in unit.read_text()


def test_every_unit_is_shut_in_alike():
    parts = [unit.read_text().split("# What no process of the service may do")[1] for unit in UNITS]
    blocks = {part.split("\n[")[0].strip() for part in parts}
    assert len(blocks) == 1


def test_secrets_end_neither_in_git_nor_in_an_image():
    ignored = ["slz.env", ".env", "deploy/slz.env", ".env.production"]
    told = subprocess.run(["git", "check-ignore", *ignored], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.stdout.split() == ignored
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {"**/*.env", "**/.env*", "var", ".git"} <= set(left_out)


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_a_container_is_shut_in(name):
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"]["max-size"]
    assert "healthcheck" in service or name == "migrate"


def test_caddy_understands_its_file():
    if not (program := servers.caddy_program()):
        pytest.skip("no caddy here")
    names = {"SITE_HOST": "konkurs.example.org", "UPSTREAMS": "one:8000 two:8000"}
    command = [program, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "proxy/Caddyfile")]
    told = subprocess.run(command, env=os.environ | names, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def test_prometheus_understands_the_alerts():
    if not shutil.which("promtool"):
        pytest.skip("no promtool here")
    command = ["promtool", "check", "rules", str(DEPLOY / "prometheus/slz.rules.yaml")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(
    ("command", "user", "knows"),
    [
        ("check_media", "slz", set()), ("migrate", "slz", {"owner"}), ("restore", "slz", {"owner"}),
        ("rotate_signing_key", "slz-sealer", {"key"}), ("seal", "slz-sealer", {"key"}), ("backup", "slz", set()),
    ],
)  # fmt: skip
def test_a_command_of_an_administrator_runs_as_whom_it_should_and_knows_no_more(tmp_path, command, user, knows):
    """deploy/manage.sh, with a systemd-run that prints what it was asked."""
    for folder in ("deploy", ".venv/bin", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "slz.env").touch()
    (tmp_path / ".venv/bin/python").touch()
    script, asked = tmp_path / "deploy/manage.sh", tmp_path / "bin/systemd-run"
    script.write_text((DEPLOY / "manage.sh").read_text().replace("/etc/slz.env", str(tmp_path / "slz.env")))
    asked.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 7\n')
    (tmp_path / "bin/id").write_text("#!/bin/sh\necho 0\n")
    for program in (script, asked, tmp_path / "bin/id"):
        program.chmod(0o755)
    around = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    words = [str(script), command, "a name with spaces"]
    told = subprocess.run(words, env=around, capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines()
    assert told.returncode == 7  # of the command itself
    assert f"--uid={user}" in lines
    assert lines[-4:] == [str(tmp_path / ".venv/bin/python"), "manage.py", command, "a name with spaces"]
    found = {"owner": "slz-owner.env" in told.stdout, "key": "SIGNING_KEY_FILE" in told.stdout}
    assert {name for name, there in found.items() if there} == knows


def test_a_command_says_what_is_missing_before_the_installation(tmp_path):
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy/manage.sh"
    script.write_text((DEPLOY / "manage.sh").read_text().replace("/etc/slz.env", str(tmp_path / "slz.env")))
    told = subprocess.run(["sh", str(script), "check"], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "sudo" in told.stderr or "is missing" in told.stderr


def test_the_example_of_variables_starts_the_service_once_it_is_filled_in(tmp_path):
    """deploy/slz.env.example: every name is documented, all that a public installation needs is there, and as it
    stands the service refuses it, sentence by sentence."""
    lines = (DEPLOY / "slz.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given.keys() <= documented()
    around = {"PATH": "/usr/bin:/bin", "STATIC_ROOT": str(tmp_path)}
    (tmp_path / "staticfiles.json").write_text("{}")
    command = [sys.executable, "-c", "from config.checks import refuse_unsafe; refuse_unsafe()"]
    around["DJANGO_SETTINGS_MODULE"] = "config.settings"

    def start(**filled: str) -> subprocess.CompletedProcess[str]:
        everything = around | given | filled
        return subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, check=False)

    refused = start(SECRET_KEY="short").stderr
    for name in ("SECRET_KEY", "SITE_OPERATOR_NAME, SITE_OPERATOR_ADDRESS, SITE_OPERATOR_EMAIL"):
        assert name in refused
    filled = {name: "biuro@miasto.test" for name in given if name.startswith("SITE_OPERATOR")}
    started = start(SECRET_KEY="s" * 60, DATABASE_PASSWORD="a/b@c#d", **filled)
    assert started.returncode == 0, started.stderr


def test_static_files_collected_by_an_administrator_are_readable_for_whoever_serves_them(static_root):
    """The image collects them as root and serves them as a user of its own, who met a refusal at the first file."""
    unreadable = [path for path in Path(static_root).rglob("*") if path.is_file() and not path.stat().st_mode & 0o004]
    assert unreadable == []
