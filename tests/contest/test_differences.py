"""Differences as lines a person can read."""

import pytest
from django.utils import translation

from contest.differences import differences
from contest.queries import rules_of
from contest.rules import Section
from tests import factories
from tests.contest.editions import reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return factories.make_edition()


def lines(edition, before, language="en"):
    with translation.override(language):
        return [(line.label, line.before, line.after) for line in differences(before, rules_of(reread(edition)))]


def test_equal_rules_have_no_differences(edition):
    assert lines(edition, rules_of(edition)) == []


def test_instants_are_shown_in_warsaw_time(edition):
    before = rules_of(edition)
    before["calendar"]["submission_deadline"] = "2012-06-15T21:59:00Z"
    before["calendar"]["call_announced_on"] = "2012-03-01"
    found = {label: shown for label, shown, _after in lines(edition, before, "pl")}
    assert sorted(found.values()) == ["1 marca 2012", "15 czerwca 2012, 23:59"]


def test_a_changed_cell_names_its_row(edition):
    before = rules_of(edition)
    edition.criteria.filter(code="INNOVATION").update(weight=25, tie_break=None)
    assert lines(edition, before) == [
        ("Criterion “Innowacyjność”: weight", "20", "25"),
        ("Criterion “Innowacyjność”: order in ties", "2", "—"),
    ]


def test_a_renamed_row_is_one_line_and_not_a_loss(edition):
    before = rules_of(edition)
    edition.domains.filter(name="kultura").update(name="kultura i sztuka")
    assert lines(edition, before) == [("Domain “kultura i sztuka”: name", "kultura", "kultura i sztuka")]


def test_added_and_removed_rows_stand_against_a_dash(edition):
    before = rules_of(edition)
    edition.criteria.filter(code="REPLICABILITY").delete()
    edition.domains.create(name="sport", position=9)
    assert lines(edition, before) == [
        ("Domain", "—", "sport"),
        ("Criterion", "Możliwość powielenia (weight 20)", "—"),
    ]


def test_a_new_order_is_told(edition):
    before = rules_of(edition)
    edition.domains.filter(name="kultura").update(position=5)
    assert lines(edition, before) == [("Order: domains", "kultura, oświata", "oświata, kultura")]


def test_kinds_and_yes_or_no_are_words(edition):
    before = rules_of(edition)
    edition.groups.update(unit_kinds=["COUNTY", "RURAL"], population_above=1500)
    edition.attachment_requirements.update(required=False)
    found = {label.rpartition(": ")[2]: after for label, _before, after in lines(edition, before)}
    assert found == {"kinds of units": "powiat, rural gmina", "population above": "1500", "required": "no"}


def test_sections_are_known(edition):
    before = rules_of(edition)
    edition.groups.create(name="druga", unit_kinds=["URBAN"], position=3)
    assert [line.section for line in differences(before, rules_of(edition))] == [Section.GROUPS]
