"""Rules of the architecture that a linter does not know; each is shown to be able to fail."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]
# Lowest first: a file may use what stands before its app.
APPS = (
    "common", "units", "notifications", "accounts", "contest", "applications", "jury", "awards", "practices", "privacy",
    "portal",
)  # fmt: skip
MAX_LINES = 400
MAX_TEST_LINES = 700  # a test reads top to bottom, one rule after another


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- Pages, exports and tasks fetch by queries ----------------------------------------------------
MANAGERS = ("objects", "_default_manager", "_base_manager")
LEAF_LAYERS = ("views", "admin", "api", "forms", "exports", "tasks", "templatetags")


def direct_reads(source: str) -> list[int]:
    """Lines that reach a manager (`Model.objects`); `.objects.none()` reads nothing and stands in for a form's rows."""
    attributes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    empty = {id(node.value) for node in attributes if node.attr == "none"}
    return [node.lineno for node in attributes if node.attr in MANAGERS and id(node) not in empty]


def leaf_files() -> list[Path]:
    return [path for path in sources(*APPS) if set(LEAF_LAYERS) & {*path.parts, path.stem}]


def test_a_manager_in_a_view_would_be_found():
    assert direct_reads("x = User.objects.get(pk=1)\ny = User.objects.none()\n") == [1]
    assert any(path.parts[-2:] == ("views", "service.py") for path in leaf_files())


def test_pages_forms_exports_and_tasks_reach_no_manager():
    found = [f"{relative(path)}:{line}" for path in leaf_files() for line in direct_reads(path.read_text())]
    assert found == []


# --- Foreign keys point down ----------------------------------------------------------------------
def test_foreign_keys_point_down():
    upward = []
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField):
                target = field.related_model._meta.app_label
                if target in APPS and APPS.index(target) > APPS.index(model._meta.app_label):
                    upward.append(f"{model._meta.label}.{field.name} → {target}")
    assert upward == []


# --- Files that one can read ----------------------------------------------------------------------
def test_no_file_is_longer_than_400_lines():
    templates = (ROOT / "templates").rglob("*.html")
    assert longer_than(MAX_LINES, [*sources(*APPS, "config", "scripts"), *templates]) == {}
    assert longer_than(MAX_TEST_LINES, sources("tests")) == {}


def longer_than(limit: int, files: Iterable[Path]) -> dict[str, int]:
    return {relative(path): lines for path in files if (lines := len(path.read_text().splitlines())) > limit}


# --- Services -------------------------------------------------------------------------------------
def service_functions() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in sources(*APPS):
        if "services" not in {*path.parts, path.stem} or (path.stem.startswith("_") and path.stem != "__init__"):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and acts(node):
                found.append((relative(path), node))
    return found


def acts(function: ast.FunctionDef) -> bool:
    """An act of a person; helpers and what the timetable runs take no actor."""
    return "actor" in names_of(function.args.args + function.args.kwonlyargs)


def names_of(arguments: list[ast.arg]) -> set[str]:
    return {argument.arg for argument in arguments}


def positional(function: ast.FunctionDef) -> set[str]:
    return names_of(function.args.args) | names_of(function.args.posonlyargs)


def test_a_positional_actor_would_be_found():
    good, bad = ast.parse("def a(*, actor, entry_id): ...\ndef b(actor, entry_id): ...").body
    assert positional(good) == set()
    assert positional(bad) == {"actor", "entry_id"}


def test_services_take_their_arguments_by_name():
    assert len(service_functions()) > 20
    assert {f"{path}: {node.name}" for path, node in service_functions() if positional(node)} == set()


def test_no_service_takes_a_request():
    takers = [
        f"{path}: {node.name}"
        for path, node in service_functions()
        if names_of(node.args.args + node.args.kwonlyargs) & {"request"}
    ]
    assert takers == []


# --- Background work ------------------------------------------------------------------------------
def test_every_line_of_the_beat_table_names_a_task():
    from celery_app import BEAT, app

    app.loader.import_default_modules()
    assert {line["task"] for line in BEAT.values()} - set(app.tasks) == set()


@pytest.mark.parametrize("line", ["enqueue", "enqueue_bulk", "deliver_due"])
def test_the_outbox_keeps_its_promised_names(line):
    from notifications import services

    parameters = inspect.signature(getattr(services, line)).parameters.values()
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)
