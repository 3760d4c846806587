"""The import rules of pyproject.toml hold, and each of them is able to fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LINT = str(Path(sys.executable).parent / "lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(
        [LINT, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def broken(folder: Path) -> set[str]:
    lines = lint(folder).stdout.splitlines()
    return {line.removesuffix(" BROKEN").strip() for line in lines if line.endswith(" BROKEN")}


@pytest.fixture
def copy(tmp_path):
    """The apps' Python files alone, to plant violations in."""
    for app in CONFIG["root_packages"]:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_rules_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


VIOLATIONS = [
    ("contest/models.py", "import jury.models", "Apps import downwards only"),
    ("notifications/queries.py", "import accounts.models", "Apps import downwards only"),
    ("notifications/queries.py", "import notifications.services", "Inside an app"),
    ("contest/workflow.py", "import contest.models", "Inside an app"),
    ("jury/scoring.py", "import django.db", "Pure modules know neither Django nor Celery"),
    ("common/canonical.py", "import celery", "Pure modules know neither Django nor Celery"),
    ("practices/views/public.py", "import jury.queries", "The public base of practices reads practices only"),
]


@pytest.mark.parametrize(("file", "line", "contract"), VIOLATIONS)
def test_a_planted_violation_is_found(copy, file, line, contract):
    path = copy / file
    path.write_text(path.read_text() + f"\n{line}\n")
    assert any(name.startswith(contract) for name in broken(copy))


def test_every_rule_has_a_planted_violation():
    planted = {contract for _file, _line, contract in VIOLATIONS}
    for contract in CONFIG["contracts"]:
        assert any(contract["name"].startswith(name) for name in planted)
