"""One table says what may be done in which phase, and nobody else compares phases."""

import re
from pathlib import Path

import pytest

from common.errors import Conflict
from contest.models import Edition
from contest.phases import PHASES, Activity, allowed, may, require
from contest.workflow import Phase

ROOT = Path(__file__).parents[2]
APPS = (
    "accounts",
    "applications",
    "awards",
    "common",
    "jury",
    "notifications",
    "portal",
    "practices",
    "privacy",
    "units",
)
# The table, the state machine, and what moves an edition on or tells what comes next.
MAY_NAME_PHASES = {
    "contest/phases.py",
    "contest/workflow.py",
    "contest/queries/editions.py",
    "contest/queries/todos.py",
    "contest/services/publishing.py",
    "awards/services/historical.py",
}


def sources() -> list[Path]:
    return [path for app in (*APPS, "contest") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def test_every_activity_has_its_phases_in_the_order_of_an_edition() -> None:
    assert list(PHASES) == list(Activity)
    order = list(Phase)
    for phases in PHASES.values():
        assert phases
        assert sorted(phases, key=order.index) == list(phases)


def test_what_the_phase_allows_is_one_answer_everywhere() -> None:
    for phase in Phase:
        edition = Edition(phase=phase)
        for activity in Activity:
            assert may(edition, activity) == edition.may[activity.value] == (phase in PHASES[activity])
        assert edition.may == allowed(edition)


def test_what_the_phase_does_not_allow_is_refused_with_both_phases_named() -> None:
    require(Edition(phase=Phase.VISITS), Activity.SELECT)
    with pytest.raises(Conflict) as refusal:
        require(Edition(phase=Phase.CALL), Activity.SELECT)
    assert str(Phase.VISITS.label) in str(refusal.value)
    assert str(Phase.CALL.label) in str(refusal.value)


def test_nobody_but_the_table_and_the_machine_names_a_phase() -> None:
    naming = {str(path.relative_to(ROOT)) for path in sources() if re.search(r"\bPhase\.[A-Z]", path.read_text())}
    assert naming == MAY_NAME_PHASES


def test_templates_ask_the_table_by_names_it_has_and_never_the_phase_itself() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\.phase\s*(==|!=|in\b)", text), path
        asked = set(re.findall(r"edition\.may\.(\w+)", text))
        assert asked <= {activity.value for activity in Activity}, path
