"""Published results: order, funnel, embargo."""

import pytest

from awards.models import Award
from awards.queries import announced_edition, latest_laureates, results_of
from awards.queries.results import funnel_of
from awards.services import load_historical_editions
from contest.models import Edition
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


def test_the_newest_laureates_come_first_and_only_from_announced_editions():
    load_historical_editions()
    hidden, _chair = makers.deciding_edition(year=2030)
    makers.decided(hidden)
    Award.objects.create(edition=hidden, kind="LAUREATE", unit=factories.make_unit(), unit_name="Tajne")
    found = latest_laureates(3)
    assert [award.edition.slug for award in found] == ["2011"] * 3
    assert "FINALIST" not in {award.kind for award in latest_laureates(100)}


def test_awards_stand_from_the_highest_by_place_within_domain_and_group():
    edition, _officer = makers.announced("FINALIST", "SPECIAL_MENTION", "LAUREATE", "HONOURABLE_MENTION")
    (section,) = results_of(edition).sections
    kinds = [award.kind for award in section.awards]
    assert kinds == ["LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION", "FINALIST"]


def test_what_the_sources_do_not_place_comes_last():
    load_historical_editions()
    sections = results_of(Edition.objects.get(slug="2007")).sections
    assert sections[0].domain.name == "kultura"
    assert sections[-1].group is None or sections[-1].domain is None


def test_the_funnel_counts_how_far_entries_got():
    edition = factories.make_edition()
    for state in ("DRAFT", "INELIGIBLE", "WITHDRAWN", "NOT_SELECTED", "FINALIST", "LAUREATE", "DISQUALIFIED"):
        factories.make_application(edition, state=state)
    assert funnel_of(edition) == {"filed": 6, "accepted": 3, "scored": 3, "finalists": 2, "awarded": 1}


def test_an_unannounced_edition_is_not_found():
    edition, _chair = makers.deciding_edition()
    assert announced_edition(edition.slug) is None
