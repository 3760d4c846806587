"""Published results: order, funnel, embargo."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from applications.models import Application
from applications.queries import figures
from awards.models import Announcement, Award
from awards.queries import announced_edition, latest_laureates, results_of
from awards.queries.results import figures_of
from awards.services import announce, load_historical_editions
from common import journal
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
    assert figures_of(edition).total == {"filed": 6, "accepted": 3, "scored": 3, "finalists": 2, "awarded": 1}


def test_an_unannounced_edition_is_not_found():
    edition, _chair = makers.deciding_edition()
    assert announced_edition(edition.slug) is None


def shown_everywhere(client, edition):
    """The same figures on the public page, in the open data and on the organiser's list."""
    public = client.get(reverse("awards:results", args=[edition.slug])).context["results"].funnel_steps
    api = client.get(f"/api/v1/editions/{edition.slug}/results/").json()["figures"]
    client.force_login(factories.make_officer())
    desk = client.get(reverse("applications:officer_list", args=[edition.slug])).context["steps"]
    assert [count for _label, count in public] == list(api.values())
    return public, desk


def test_the_public_the_data_and_the_organiser_read_the_same_figures(client):
    edition, _chair = makers.deciding_edition()
    makers.decided(edition, "LAUREATE")
    makers.decided(edition, "FINALIST")
    left = [factories.make_application(edition, state=state) for state in ("DISQUALIFIED", "WITHDRAWN")]
    factories.make_application(edition, state="WITHDRAWN", submitted_at=None, number=None)
    for entry, action in zip(left, ("application.shortlist", "application.accept"), strict=True):
        journal.record(actor=None, action=action, target=entry, edition_id=edition.pk)
    announce(actor=factories.make_officer(), edition_id=edition.pk)
    public, desk = shown_everywhere(client, edition)
    assert public == desk
    assert [count for _label, count in public] == [4, 4, 3, 3, 1]


def test_what_was_published_does_not_move(client):
    edition, _officer = makers.announced("LAUREATE", "FINALIST")
    Application.objects.filter(edition=edition).update(state="DISQUALIFIED")
    public, _desk = shown_everywhere(client, edition)
    assert [count for _label, count in public] == [2, 2, 2, 2, 1]


def test_an_edition_announced_before_keeps_the_figures_of_the_upgrade():
    edition, _officer = makers.announced("LAUREATE", "FINALIST")
    disqualified = factories.make_application(edition, state="DISQUALIFIED")
    journal.record(actor=None, action="application.shortlist", target=disqualified, edition_id=edition.pk)
    factories.make_application(edition, state="WITHDRAWN", submitted_at=None, number=None)
    counted = figures_of(edition).total
    announcement = Announcement.objects.get()
    announcement.figures = {}
    announcement.save()
    import_module("awards.migrations.0003_published_figures_are_frozen").freeze(apps, None)
    announcement.refresh_from_db()
    assert counted["finalists"] == 2
    assert announcement.figures == figures.figures(figures.tally_of(edition))
    assert announcement.figures["finalists"] == 3
