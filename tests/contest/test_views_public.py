"""Editions as everybody sees them."""

import hashlib
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.canonical import sha256_of
from contest import services
from contest.models import Edition
from contest.queries import rules_of
from contest.rules import Section
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import changed, preparation, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """An edition with its call open and one amendment."""
    edition, officer = preparation(), factories.make_officer()
    services.publish_call(actor=officer, edition_id=edition.pk, expected_sha256=sha256_of(rules_of(edition)))
    edition = reread(edition)
    arguments = {
        "actor": officer,
        "edition_id": edition.pk,
        "section": Section.DATA,
        "revision": edition.revision,
        "change": changed(edition, Section.DATA, theme="kultura i sztuka"),
    }
    digest = services.preview_amendment(**arguments).sha256
    services.publish_amendment(**arguments, reason="Doprecyzowanie tematu.", expected_sha256=digest)
    return reread(edition)


def page(client, name, *args, **query):
    return client.get(reverse(f"contest:{name}", args=args), query)


def test_the_list_shows_published_editions_and_no_others(client):
    shown, hidden = factories.make_edition(title="Jawna"), preparation(title="Ukryta")
    text = page(client, "edition_list").content.decode()
    assert shown.title in text
    assert hidden.title not in text


def test_the_list_says_when_it_is_empty(client):
    assert "empty" in page(client, "edition_list").content.decode()


def test_the_list_costs_the_same_for_one_and_three_editions(client):
    counts = []
    for more in (1, 2):
        for _edition in range(more):
            factories.make_edition()
        with CaptureQueriesContext(connection) as captured:
            page(client, "edition_list")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("name", ["edition_detail", "rules"])
def test_an_edition_in_preparation_is_not_found(client, name):
    edition = preparation()
    args = [edition.slug, 1] if name == "rules" else [edition.slug]
    assert page(client, name, *args).status_code == 404
    client.force_login(factories.make_user())
    assert page(client, name, *args).status_code == 404


def test_an_edition_shows_all_its_rules_and_the_way_in(client, published):
    text = page(client, "edition_detail", published.slug).content.decode()
    for row in (*published.domains.all(), *published.groups.all(), *published.criteria.all()):
        assert row.name in text
    assert published.attachment_requirements.get().name in text
    assert reverse("applications:start", args=[published.slug]) in text


def test_amendments_stand_with_reason_and_difference(client, published):
    text = page(client, "edition_detail", published.slug).content.decode()
    assert "Doprecyzowanie tematu." in text
    assert "kultura i sztuka" in text
    for version in published.rules_versions.all():
        assert version.sha256 in text


def test_the_downloaded_rules_have_the_digest_shown(client, published):
    for version in published.rules_versions.all():
        response = page(client, "rules", published.slug, version.number)
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert "attachment" in response.headers["Content-Disposition"]
        assert hashlib.sha256(response.content).hexdigest() == version.sha256
        assert json.loads(response.content)["edition"]["slug"] == published.slug
    assert page(client, "rules", published.slug, 3).status_code == 404


def test_an_entry_cannot_be_begun_after_the_deadline_though_the_timetable_has_not_run(client, published, time_machine):
    time_machine.move_to(published.submission_deadline, tick=False)
    start = reverse("applications:start", args=[published.slug])
    assert start in page(client, "edition_detail", published.slug).content.decode()
    time_machine.shift(1)
    assert start not in page(client, "edition_detail", published.slug).content.decode()


@pytest.mark.parametrize(
    ("phase", "linked"), [(Phase.DECISION, False), (Phase.ANNOUNCED, True), (Phase.ARCHIVED, True)]
)
def test_results_are_linked_only_once_announced(client, phase, linked):
    edition = factories.make_edition(phase)
    text = page(client, "edition_detail", edition.slug).content.decode()
    assert (reverse("awards:results", args=[edition.slug]) in text) is linked


def test_a_historical_edition_shows_what_is_known_and_invents_nothing(client):
    edition = Edition.objects.create(
        slug="2011", year=2011, title="SLZ 2011", theme="usługi społeczne", is_historical=True, phase=Phase.ANNOUNCED
    )
    edition.domains.create(name="kultura")
    text = page(client, "edition_detail", "2011").content.decode()
    assert "kultura" in text
    for absent in ('id="kryteria"', 'id="grupy"', 'id="kalendarz"', 'id="wymagania"', 'id="regulamin"'):
        assert absent not in text


def test_the_english_page_uses_the_english_twins(client):
    edition = factories.make_edition(title_en="The fair edition")
    edition.domains.filter(name="kultura").update(name_en="culture")
    text = page(client, "edition_detail", edition.slug, lang="en").content.decode()
    assert "The fair edition" in text
    assert "culture" in text
    assert "oświata" in text


def test_the_page_of_an_edition_costs_few_queries(client, published):
    with CaptureQueriesContext(connection) as captured:
        page(client, "edition_detail", published.slug)
    assert len(captured) <= 12
