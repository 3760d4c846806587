"""What is installed is what is pinned, is safe from the advisories we know of, and holds no package twice."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[a-z0-9,]+\])?==([^\s;#]+)")
# Below these their projects have published security advisories that concern us.
FLOORS = {"Django": "5.2.19", "weasyprint": "70.0", "pillow": "12.2.0"}
# Two packages that bring the same module: whichever comes last wins.
NEVER = {"django-fsm": "django-fsm-2 ships the module django_fsm"}


def pins() -> dict[str, str]:
    lines = [line for name in ("requirements.txt", "requirements-dev.txt") for line in (ROOT / name).open()]
    return {found.group(1): found.group(2) for line in lines if (found := PIN.match(line))}


def test_every_requirement_is_pinned_exactly():
    lines = [line.strip() for name in ("requirements.txt", "requirements-dev.txt") for line in (ROOT / name).open()]
    loose = [line for line in lines if line and not line.startswith(("#", "-r")) and not PIN.match(line)]
    assert loose == []


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_no_version_below_a_known_advisory(name):
    pinned = {key.lower(): value for key, value in pins().items()}[name.lower()]
    assert Version(pinned) >= Version(FLOORS[name])
    assert Version(version(name)) >= Version(FLOORS[name])


@pytest.mark.parametrize("name", sorted(NEVER))
def test_a_package_that_would_hide_another_is_not_there(name):
    assert name not in pins()
    with pytest.raises(PackageNotFoundError):
        version(name)


def test_what_runs_is_what_is_pinned():
    different = {}
    for name, pinned in pins().items():
        if version(name) != pinned:
            different[name] = (pinned, version(name))
    assert different == {}
