"""The home page says what the contest is doing now and what a visitor can do."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Award
from contest.workflow import Phase
from portal.queries import stage_of
from practices.models import Practice
from tests.factories import make_edition, make_unit

pytestmark = pytest.mark.django_db


def home(client, language: str = "pl") -> str:
    return client.get("/", {"lang": language}).content.decode()


def make_practice(title: str = "Karta usług", **fields: object) -> Practice:
    return Practice.objects.create(
        section="X", title=title, slug="karta", added_on=date(2020, 1, 1), unit_name="Przykładowo", **fields
    )


def make_award(name: str, **fields: object) -> Award:
    edition = make_edition(Phase.ARCHIVED, year=2011, is_historical=True)
    return Award.objects.create(edition=edition, kind="LAUREATE", unit=make_unit(), unit_name=name, **fields)


def test_without_a_call_the_page_says_so_and_offers_what_there_is(client):
    page = home(client)
    assert "Obecnie nie trwa żaden nabór" in page
    assert reverse("practices:list") in page
    assert "Baza jest jeszcze pusta" in page
    assert "Ostatni laureaci" not in page


def test_an_open_call_shows_its_deadline_and_the_one_thing_to_do(client):
    edition = make_edition(title="Edycja próbna")
    page = home(client)
    assert "Trwa nabór zgłoszeń" in page
    assert "Edycja próbna" in page
    assert reverse("applications:start", args=[edition.slug]) in page
    assert "zostało 10" in page


def test_a_call_past_its_deadline_no_longer_invites_entries_even_before_it_is_closed(client):
    edition = make_edition(submission_deadline=timezone.now() - timedelta(seconds=1))
    page = home(client)
    assert "Zgłoszenia są oceniane" in page
    assert reverse("applications:start", args=[edition.slug]) not in page


@pytest.mark.parametrize(
    ("phase", "stage"),
    [
        (Phase.CALL, "call"),
        (Phase.FORMAL_REVIEW, "judging"),
        (Phase.SCORING, "judging"),
        (Phase.VISITS, "judging"),
        (Phase.DECISION, "judging"),
        (Phase.ANNOUNCED, "announced"),
        (Phase.ARCHIVED, "announced"),
    ],
)
def test_every_phase_has_its_stage_and_its_page(client, phase, stage):
    edition = make_edition(phase)
    assert stage_of(edition) == stage
    assert client.get("/").status_code == 200


def test_after_the_announcement_the_results_are_one_press_away(client):
    edition = make_edition(Phase.ANNOUNCED, announced_at=timezone.now())
    page = home(client)
    assert "Wyniki ogłoszone" in page
    assert reverse("awards:results", args=[edition.slug]) in page


def test_the_latest_practices_and_laureates_are_shown(client):
    practice = make_practice("Karta usług")
    make_award("Bielsko-Biała")
    page = home(client)
    assert reverse("practices:record", args=[practice.pk, practice.slug]) in page
    assert "Bielsko-Biała" in page


def test_a_withdrawn_practice_is_not_shown(client):
    make_practice("Wycofana karta", withdrawn_at=timezone.now())
    assert "Wycofana karta" not in home(client)


def test_the_page_asks_the_database_as_often_for_one_row_as_for_many(client, django_assert_num_queries):
    make_edition()
    make_practice()
    make_award("Bielsko-Biała")
    with django_assert_num_queries(3):
        client.get("/")
    for number in range(3):
        make_practice(f"Praktyka {number}")
        make_award(f"Gmina {number}")
    with django_assert_num_queries(3):
        client.get("/")


def test_the_english_page_is_in_english(client):
    make_edition(title="Edycja próbna", title_en="Trial edition")
    page = home(client, "en")
    assert '<html lang="en">' in page
    assert "The call is open" in page
    assert "Trial edition" in page
