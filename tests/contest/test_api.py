"""Editions as open data."""

import pytest

from contest.workflow import Phase
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_api_lists_public_editions_newest_first(client):
    factories.make_edition(Phase.PREPARATION, year=2030)
    factories.make_edition(Phase.ARCHIVED, slug="2012", year=2012)
    factories.make_edition(slug="2026", year=2026, locked_sha256="a" * 64)
    rows = client.get("/api/v1/editions/").json()
    assert [row["slug"] for row in rows] == ["2026", "2012"]
    assert rows[0]["rules_sha256"] == "a" * 64
    assert rows[0]["phase"] == "CALL"


def test_the_api_shows_one_edition_with_its_rules(client):
    edition = factories.make_edition()
    data = client.get(f"/api/v1/editions/{edition.slug}/").json()
    assert [row["name"] for row in data["domains"]] == ["kultura", "oświata"]
    assert sum(row["weight"] for row in data["criteria"]) == 100
    assert data["groups"][0]["unit_kinds"]
    assert data["submission_deadline"].endswith("Z")


@pytest.mark.parametrize("slug", ["nie-ma", None])
def test_an_edition_in_preparation_is_as_unknown_as_one_that_never_was(client, slug):
    slug = slug or factories.make_edition(Phase.PREPARATION).slug
    client.force_login(factories.make_officer())
    assert client.get(f"/api/v1/editions/{slug}/").status_code == 404


def test_the_api_tells_nothing_of_people(client):
    edition = factories.make_edition(created_by=factories.make_officer("Kanarek Kowalski"))
    factories.make_juror(edition, user=factories.make_user("Kanarek Nowak"))
    for address in ("/api/v1/editions/", f"/api/v1/editions/{edition.slug}/"):
        assert "Kanarek" not in client.get(address).content.decode()
