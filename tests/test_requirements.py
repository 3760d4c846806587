"""What is installed is what is pinned, is safe from the advisories we know of, and holds no package twice."""

import re
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[a-z0-9,-]+\])?==([^\s;#]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
# Below these their projects have published security advisories that concern us.
FLOORS = {"Django": "5.2.19", "weasyprint": "70.0", "pillow": "12.2.0"}
# Two packages that bring the same module: whichever comes last wins.
NEVER = {"django-fsm": "django-fsm-2 ships the module django_fsm"}


FILES = ("requirements.txt", "requirements-dev.txt")


def lines_of(name: str) -> list[str]:
    return [line.rstrip("\n") for line in (ROOT / name).open() if line.strip() and not line.startswith("#")]


def pins() -> dict[str, str]:
    """What is installed on this machine; some packages are for other systems only."""
    found = [PIN.match(line) for name in FILES for line in lines_of(name)]
    return {pin[1]: pin[2] for pin in found if pin and (not pin[3] or Marker(pin[3]).evaluate())}


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_exactly_with_the_digests_of_its_files(name):
    lines = lines_of(name)
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    without = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(line) and not HASH.match(after)
    ]
    assert without == []


@pytest.mark.parametrize("name", FILES)
def test_what_was_chosen_is_what_is_installed_from(name):
    """`make lock` was run after the last change, and whatever the chosen ones bring is there, too."""
    chosen = (ROOT / name).with_suffix(".in").read_text().splitlines()
    wanted = {line.split("#")[0].strip() for line in chosen if line.strip() and not line.startswith(("#", "-r"))}
    wanted = {re.sub(r"\[.*?\]", "", line).lower().replace("_", "-") for line in wanted}
    installed = {f"{pin[1]}=={pin[2]}".lower().replace("_", "-") for line in lines_of(name) if (pin := PIN.match(line))}
    assert wanted - installed == set()


def test_nothing_that_runs_the_service_is_missing():
    """Every package that an installed one needs is pinned, so that nothing is chosen on the day of an installation."""
    pinned = {canonicalize_name(name) for name in pins()}
    missing = {
        f"{name} needs {requirement.name}"
        for name in pinned
        for text in requires(name) or []
        if (requirement := Requirement(text)).marker is None or requirement.marker.evaluate({"extra": ""})
        if canonicalize_name(requirement.name) not in pinned
    }
    assert missing == set()


@pytest.mark.parametrize("name", FILES)
def test_a_package_wanted_with_an_extra_is_pinned_with_it(name):
    """pip, checking digests, refuses `coverage[toml]` where only `coverage==…` stands."""
    pinned = [Requirement(line.rstrip("\\ ")) for line in lines_of(name) if PIN.match(line)]
    here = {canonicalize_name(one.name): one.extras for one in pinned if not one.marker or one.marker.evaluate()}
    without = {
        f"{package} wants {wanted}"
        for package, extras in here.items()
        for text in requires(package) or []
        if (wanted := Requirement(text)).extras
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        if not wanted.extras <= here.get(canonicalize_name(wanted.name), set())
    }
    assert without == set()


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
