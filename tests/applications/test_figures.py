"""One definition of each published figure: the furthest stage an entry reached, on every path it can take."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.models import Application
from applications.queries.figures import STAGES, PublishedFigures, figures, published_figures, states, tally_of
from applications.workflow import State
from common.models import JournalEntry
from contest.models import ComparisonGroup
from jury.models import Result, ScoringRound
from tests.factories import make_application, make_edition

pytestmark = pytest.mark.django_db

# The state machine: from each state, (transition, state after it).
GRAPH = {
    "DRAFT": [("submit", "SUBMITTED"), ("withdraw", "WITHDRAWN")],
    "SUBMITTED": [
        ("request_completion", "RETURNED"),
        ("reject", "INELIGIBLE"),
        ("accept", "ELIGIBLE"),
        ("withdraw", "WITHDRAWN"),
        ("disqualify", "DISQUALIFIED"),
    ],
    "RETURNED": [("resubmit", "SUBMITTED"), ("reject", "INELIGIBLE"), ("withdraw", "WITHDRAWN")],
    "INELIGIBLE": [("reinstate", "SUBMITTED"), ("withdraw", "WITHDRAWN"), ("disqualify", "DISQUALIFIED")],
    "ELIGIBLE": [("open_scoring", "IN_SCORING"), ("withdraw", "WITHDRAWN"), ("disqualify", "DISQUALIFIED")],
    "IN_SCORING": [("close_scoring", "SCORED"), ("withdraw", "WITHDRAWN"), ("disqualify", "DISQUALIFIED")],
    "SCORED": [
        ("reopen_scoring", "IN_SCORING"),
        ("decline", "NOT_SELECTED"),
        ("shortlist", "FINALIST"),
        ("disqualify", "DISQUALIFIED"),
    ],
    "NOT_SELECTED": [("disqualify", "DISQUALIFIED")],
    "FINALIST": [
        ("award", "LAUREATE"),
        ("award", "HONOURABLE_MENTION"),
        ("award", "SPECIAL_MENTION"),
        ("withdraw", "WITHDRAWN"),
        ("disqualify", "DISQUALIFIED"),
    ],
    "LAUREATE": [("disqualify", "DISQUALIFIED")],
    "HONOURABLE_MENTION": [("disqualify", "DISQUALIFIED")],
    "SPECIAL_MENTION": [("disqualify", "DISQUALIFIED")],
    "WITHDRAWN": [],
    "DISQUALIFIED": [],
}
REACHED = {"SUBMITTED": 0, "ELIGIBLE": 1, "IN_SCORING": 1, "SCORED": 2, "FINALIST": 3}
AWARDED = ("LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION")


@st.composite
def paths(draw) -> list[tuple[str, str]]:
    """A walk through the machine, ended anywhere."""
    state, walked = "DRAFT", []
    for _step in range(draw(st.integers(0, 10))):
        if not GRAPH[state]:
            break
        step = draw(st.sampled_from(GRAPH[state]))
        walked.append(step)
        state = step[1]
    return walked


def walk(edition, path: list[tuple[str, str]], **place) -> None:
    """The rows that the services leave behind on this path; `place`: the domain and the group it competes in."""
    entry = make_application(edition, **place)
    for transition, state in path:
        values = {"state": state}
        if transition == "submit":
            values |= {"submitted_at": timezone.now(), "number": f"SLZ-{entry.pk}"}
        Application.objects.filter(pk=entry.pk).update(**values)
        JournalEntry.objects.create(
            happened_at=timezone.now(),
            action=f"application.{transition}",
            target_type="applications.application",
            target_id=entry.pk,
            edition_id=edition.pk,
        )
        if transition == "close_scoring":
            number = ScoringRound.objects.filter(edition=edition).count() + 1
            round_ = ScoringRound.objects.create(
                edition=edition, number=number, closed_at=timezone.now(), bundle={}, sha256="0" * 64,
                superseded_at=timezone.now(),
            )  # fmt: skip
            Result.objects.create(
                round=round_, application=entry, total=1, by_criterion={}, sheet_count=2, method="mean", place=1,
                above_threshold=True,
            )  # fmt: skip


def furthest(path: list[tuple[str, str]]) -> int:
    """The oracle, from the path itself. An award counts when it stands at the announcement."""
    been = [state for _transition, state in path]
    stage = max((REACHED.get(state, -1) for state in been), default=-1)
    return 4 if been and been[-1] in AWARDED else stage


@given(st.lists(paths(), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_path_counts_by_the_furthest_stage_it_reached(walks) -> None:
    edition = make_edition()
    for path in walks:
        walk(edition, path)
    tally = tally_of(edition)
    reached = [furthest(path) for path in walks]
    assert figures(tally) == {name: sum(stage >= place for stage in reached) for place, name in enumerate(STAGES)}
    ends = [path[-1][1] if path else "DRAFT" for path in walks]
    sent = [end for end, stage in zip(ends, reached, strict=True) if stage >= 0 or end == "DRAFT"]
    assert states(tally) == {state: sent.count(state) for state in set(sent)}


@given(st.lists(st.tuples(paths(), st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_figures_by_domain_and_by_group_count_the_same_way_and_add_up(walks) -> None:
    edition = make_edition()
    domains = list(edition.domains.all())
    groups = [
        *edition.groups.all(),
        *(ComparisonGroup.objects.create(edition=edition, name=name, position=1) for name in ("gminy", "powiaty")),
    ]
    for path, domain, group in walks:
        walk(edition, path, domain=domains[domain], group=groups[group])
    told = published_figures(edition)
    reached = [(furthest(path), domains[domain].name, groups[group].name) for path, domain, group in walks]
    for rows, parts, place in ((told.by_domain, domains, 1), (told.by_group, groups, 2)):
        assert [(row.name, row.figures) for row in rows] == [
            (
                part.name,
                {
                    stage: sum(row[place] == part.name and row[0] >= number for row in reached)
                    for number, stage in enumerate(STAGES)
                },
            )
            for part in parts
        ]
        assert {stage: sum(row.figures[stage] for row in rows) for stage in STAGES} == told.total
    assert told.total == figures(tally_of(edition))


def test_a_draft_dropped_before_it_was_sent_is_not_filed() -> None:
    edition = make_edition()
    make_application(edition, state="WITHDRAWN", submitted_at=None, number=None)
    assert figures(tally_of(edition)) == dict.fromkeys(STAGES, 0)


def test_entries_without_a_group_are_counted_apart_and_the_list_still_adds_up() -> None:
    edition = make_edition()
    make_application(edition, state="SUBMITTED", group=None)
    make_application(edition, state="ELIGIBLE")
    told = published_figures(edition)
    assert [(row.name, row.figures["filed"]) for row in told.by_group] == [("wszystkie", 1), ("", 1)]
    assert [(row.name, row.figures["filed"]) for row in told.by_domain] == [("kultura", 2), ("oświata", 0)]
    assert PublishedFigures.read(told.as_json()) == told


def test_the_figures_take_a_second_statement_only_when_a_state_is_silent_and_by_part_three(
    django_assert_num_queries,
) -> None:
    edition = make_edition()
    for state in ("DRAFT", "SUBMITTED", "ELIGIBLE", "FINALIST"):
        make_application(edition, state=state)
    with django_assert_num_queries(1):
        tally_of(edition)
    for state in ("WITHDRAWN", "DISQUALIFIED", "IN_SCORING"):
        make_application(edition, state=state)
    with django_assert_num_queries(2):
        tally_of(edition)
    with django_assert_num_queries(3):
        published_figures(edition)


@pytest.mark.parametrize("state", State)
def test_counts_by_state_and_the_published_figures_tell_of_one_stage(state) -> None:
    edition = make_edition()
    make_application(edition, state=state)
    assert figures(tally_of(edition)) == published_figures(edition).total
