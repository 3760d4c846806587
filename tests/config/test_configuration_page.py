"""docs/configuration.md lists every variable that the service reads from its environment."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env(?:\.\w+)?\(|environ(?:\.get\(|\[))\s*["']([A-Z][A-Z0-9_]+)["']""")
# Set by manage.py, not by people.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "AS_DATABASE_OWNER"}
FOLDERS = ("tests", ".venv", "var")


def variables() -> set[str]:
    sources = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in FOLDERS]
    return {name for path in sources for name in READ.findall(path.read_text())} - INTERNAL


def test_every_variable_is_documented_and_nothing_else_is():
    documented = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.M))
    assert {"DEBUG", "SECRET_KEY", "PORT", "CELERY_BROKER_URL"} <= variables()
    assert documented == variables()
