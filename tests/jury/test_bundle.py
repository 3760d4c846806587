import copy
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import sha256_of
from jury.bundle import FORMAT, Rules, Scored, build, compute, verify
from jury.scoring import Criterion, Sheet

RULES = Rules((Criterion("E", 60, 1), Criterion("I", 40)), Decimal("60.00"), Decimal("30.00"), "f" * 64)


def scored(number, *points, field=("kultura", "powiaty")):
    sheets = tuple(Sheet(juror, {"E": e, "I": i}) for juror, (e, i) in enumerate(points, start=1))
    return Scored(number, *field, sheets)


def bundle_of(*entries):
    return build(
        edition="2026",
        round_number=1,
        closed_at="2026-09-01T10:00:00Z",
        rules=RULES,
        entries=entries,
        placed=compute(RULES, entries),
    )


@pytest.fixture
def bundle():
    return bundle_of(scored("A", (7, 8), (6, 6)), scored("B", (9, 9), (1, 1), (9, 8)), scored("C", (3, 3), (3, 4)))


def test_a_bundle_that_follows_from_its_points_holds(bundle):
    assert verify(json.loads(json.dumps(bundle))) == []


@given(st.lists(st.tuples(st.integers(4, 6), st.integers(4, 6)), min_size=2, max_size=5))
def test_whatever_was_scored_the_bundle_verifies_itself(points):
    assert verify(json.loads(json.dumps(bundle_of(scored("A", *points))))) == []


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        (("entries", 0, "sheets", 0, "points", "E"), 9, "A: total"),
        (("entries", 1, "result", "total"), "99.000000000000000000", "B: total"),
        (("entries", 2, "result", "place"), 1, "C: place"),
        (("entries", 1, "result", "method"), "mean", "B: method"),
        (("entries", 0, "result", "above_threshold"), False, "A: above_threshold"),
        (("rules", "criteria", 0, "weight"), 61, "A: total"),
        (("rules", "threshold"), "70.00", "A: above_threshold"),
    ],
)
def test_any_tampering_is_named(bundle, path, value, names):
    spot = bundle
    for step in path[:-1]:
        spot = spot[step]
    assert spot[path[-1]] != value
    spot[path[-1]] = value
    assert any(problem.startswith(names) for problem in verify(bundle))


def test_a_bundle_of_another_kind_or_broken_is_refused(bundle):
    assert verify({"format": "x"}) == [f"format: 'x', expected '{FORMAT}'"]
    broken = copy.deepcopy(bundle)
    del broken["entries"][0]["sheets"]
    assert verify(broken)[0].startswith("unreadable")
    doubled = copy.deepcopy(bundle)
    doubled["entries"].append(doubled["entries"][0])
    assert verify(doubled) == ["an entry is listed twice"]
    impossible = copy.deepcopy(bundle)
    impossible["entries"][0]["sheets"][0]["points"]["E"] = 11
    assert "whole number" in verify(impossible)[0]


def run(path, **options):
    out = StringIO()
    call_command("verify_results", str(path), stdout=out, **options)
    return out.getvalue()


def test_the_command_recomputes_a_file_without_a_database(bundle, tmp_path):
    """No database fixture: pytest-django refuses any query here."""
    path = tmp_path / "ranking.json"
    path.write_text(json.dumps(bundle))
    assert "3 entries recomputed" in run(path, sha256=sha256_of(bundle))
    with pytest.raises(CommandError, match="SHA-256"):
        run(path, sha256="0" * 64)
    bundle["entries"][0]["result"]["place"] = 7
    path.write_text(json.dumps(bundle))
    with pytest.raises(CommandError, match="A: place is 7"):
        run(path)


@pytest.mark.parametrize("text", ["{", "[]"])
def test_the_command_refuses_what_is_not_a_bundle(text, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(CommandError):
        run(path)
