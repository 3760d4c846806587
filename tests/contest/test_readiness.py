"""What stands in the way of a call."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contest.models import JuryRole
from contest.readiness import blocking, is_amendable, problems_before_call
from contest.rules import Section
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import preparation, reread
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def blocked_sections(edition):
    return {problem.section for problem in blocking(problems_before_call(reread(edition)))}


def test_a_complete_edition_has_nothing_that_blocks():
    assert blocked_sections(preparation()) == set()


@pytest.mark.parametrize(("relation", "section"), [
    ("domains", Section.DOMAINS),
    ("groups", Section.GROUPS),
    ("criteria", Section.CRITERIA),
])  # fmt: skip
def test_a_call_needs_at_least_one_domain_group_and_criterion(relation, section):
    edition = preparation()
    getattr(edition, relation).all().delete()
    assert blocked_sections(edition) == {section}


@pytest.mark.parametrize("weight", [19, 21])
def test_weights_have_to_sum_to_exactly_100(weight):
    edition = preparation()
    edition.criteria.filter(code="INNOVATION").update(weight=weight)
    assert blocked_sections(edition) == {Section.CRITERIA}


@pytest.mark.parametrize("field", ["submission_deadline", "call_announced_on"])
def test_the_deadline_and_the_day_of_announcement_are_needed(field):
    assert blocked_sections(preparation(**{field: None})) == {Section.CALENDAR}


@pytest.mark.parametrize(("seconds", "blocks"), [(-1, True), (0, True), (1, False)])
def test_the_deadline_has_to_be_in_the_future(seconds, blocks):
    now = timezone.now()
    edition = preparation(submission_deadline=now + timedelta(seconds=seconds))
    found = blocking(problems_before_call(edition, now))
    assert [problem.section for problem in found] == ([Section.CALENDAR] if blocks else [])


def test_a_call_announced_on_a_later_day_cannot_be_published_today():
    edition = preparation(call_announced_on=timezone.localdate() + timedelta(days=1))
    assert blocked_sections(edition) == {Section.CALENDAR}


def test_dates_have_to_follow_one_another():
    deadline = timezone.now() + timedelta(days=10)
    edition = preparation(submission_deadline=deadline, decision_on=timezone.localdate(deadline) - timedelta(days=1))
    assert blocked_sections(edition) == {Section.CALENDAR}
    same_day = preparation(submission_deadline=deadline, formal_review_until=timezone.localdate(deadline))
    assert blocked_sections(same_day) == set()


def test_a_missing_later_date_is_told_but_does_not_block():
    problems = problems_before_call(preparation())
    assert any(problem.section is Section.CALENDAR and not problem.blocks for problem in problems)


@pytest.mark.parametrize("kind", [kind for kind in UnitKind if kind != UnitKind.UNION])
def test_every_kind_of_unit_in_the_register_needs_a_group(kind):
    edition = preparation()
    edition.groups.update(unit_kinds=[other for other in UnitKind.values if other != kind])
    assert blocked_sections(edition) == {Section.GROUPS}


def test_unions_may_go_without_a_group_and_the_organiser_is_told():
    edition = preparation()
    edition.groups.update(unit_kinds=[kind for kind in UnitKind.values if kind != UnitKind.UNION])
    problems = [problem for problem in problems_before_call(edition) if problem.section is Section.GROUPS]
    assert [problem.blocks for problem in problems] == [False]


@pytest.mark.parametrize(
    ("limits", "complete"),
    [
        ([(None, 50_000), (50_000, None)], True),
        ([(50_000, None), (None, 50_000)], True),
        ([(None, 49_999), (50_000, None)], False),
        ([(None, 60_000), (50_000, None)], True),
        ([(None, 50_000), (50_000, 100_000)], False),
        ([(10, 50_000), (50_000, None)], False),
        ([(None, None), (50_000, None)], True),
    ],
)
def test_population_limits_of_a_kind_leave_no_gap(limits, complete):
    edition = preparation()
    edition.groups.update(unit_kinds=[kind for kind in UnitKind.values if kind != UnitKind.URBAN])
    for number, (above, up_to) in enumerate(limits):
        edition.groups.create(
            name=f"miasta {number}", unit_kinds=[UnitKind.URBAN], population_above=above, population_up_to=up_to
        )
    assert blocked_sections(edition) == (set() if complete else {Section.GROUPS})


def test_a_kind_that_one_group_admits_is_covered_whatever_the_limits():
    """A small city with powiat rights stays with the big towns."""
    edition = preparation()
    edition.groups.update(population_above=50_000)
    assert blocked_sections(edition) == set()


def test_a_jury_too_small_or_without_a_chair_is_told_but_does_not_block():
    edition = preparation()
    assert len([p for p in problems_before_call(edition) if p.section is Section.JURY]) == 2
    factories.make_juror(edition, JuryRole.CHAIR)
    factories.make_juror(edition)
    assert not [p for p in problems_before_call(reread(edition)) if p.section is Section.JURY]


def test_members_who_left_do_not_count():
    edition = preparation()
    factories.make_juror(edition, JuryRole.CHAIR, is_active=False)
    factories.make_juror(edition)
    assert len([p for p in problems_before_call(edition) if p.section is Section.JURY]) == 2


def test_no_deciding_criterion_in_ties_is_told():
    edition = preparation()
    edition.criteria.update(tie_break=None)
    assert any(p.section is Section.CRITERIA and not p.blocks for p in problems_before_call(edition))


AMENDABLE = {
    Phase.PREPARATION: set(),
    Phase.CALL: {"dane", "kalendarz", "dziedziny", "grupy", "kryteria", "zalaczniki"},
    Phase.FORMAL_REVIEW: {"dane", "kalendarz", "dziedziny", "grupy", "kryteria"},
    Phase.SCORING: {"dane", "kalendarz"},
    Phase.VISITS: {"dane", "kalendarz"},
    Phase.DECISION: {"dane", "kalendarz"},
    Phase.ANNOUNCED: set(),
    Phase.ARCHIVED: set(),
}


@pytest.mark.parametrize("phase", Phase)
def test_what_decides_scores_cannot_be_amended_once_scoring_has_opened(phase):
    edition = factories.make_edition(phase)
    assert {section for section in Section if is_amendable(edition, section)} == AMENDABLE[phase]
