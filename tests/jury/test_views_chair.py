"""Pages: who may open them, what they keep, how many queries they take."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from contest.models import Edition
from contest.workflow import Phase
from jury import services
from jury.models import ScoreSheet, SiteVisit
from jury.queries.results import current_round
from tests.factories import make_juror, make_user
from tests.jury.helpers import add_entry, closed_jury, make_jury, score, scored_jury
from tests.pressing import press, shown_on

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"jury:{name}", args=args)


# --- Chair --------------------------------------------------------------------------------------
def word(client, address):
    page = client.get(address).content.decode()
    found = re.search(r"<strong>([^<]+)</strong></label>", page)
    return found[1] if found else ""


def test_the_chair_closes_with_a_typed_word(client):
    jury = scored_jury((8, 7))
    client.force_login(jury.chair.user)
    address = url("close_scoring", jury.edition.slug)
    assert client.post(address, {"typed_word": "nie"}).status_code == 422
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.SCORING
    assert press(client, address, {"typed_word": word(client, address).lower()}).status_code == 302
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.VISITS
    assert client.get(address).status_code == 200


def test_what_blocks_is_shown_instead_of_the_closing_form(jury, client):
    client.force_login(jury.chair.user)
    page = client.get(url("close_scoring", jury.edition.slug)).content.decode()
    assert all(entry.number in page for entry in jury.entries)
    assert "typed_word" not in page


@pytest.mark.parametrize("name", ["close_scoring", "reopen", "shortlist", "begin_decision"])
def test_the_chairs_pages_are_404_for_others(client, name):
    jury, other = closed_jury((8, 7)), make_jury(entries=0)
    for person in (jury.officer, jury.jurors[0].user, other.chair.user):
        client.force_login(person)
        assert client.get(url(name, jury.edition.slug)).status_code == 404
        assert client.post(url(name, jury.edition.slug)).status_code == 404


def test_the_ranking_shows_totals_with_a_comma_the_threshold_and_ties(client):
    jury = closed_jury((8, 7), (5, 6), (8, 7))
    client.force_login(jury.chair.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert page.count("75,00") == 2
    assert page.count("ex aequo") == 2
    assert page.count('class="threshold"') == 1
    assert page.index("55,00") > page.index('class="threshold"')


def test_the_ranking_says_which_criterion_decided(client):
    jury = make_jury(entries=2, jurors=2)
    even = {"INNOVATION": 5, "EFFECTIVENESS": 5, "EFFICIENCY": 5, "INTEGRATION": 5, "REPLICABILITY": 5}
    shifted = even | {"INNOVATION": 4, "REPLICABILITY": 6}
    for entry, points in zip(jury.entries, (shifted, even), strict=True):
        score(entry, (jury.jurors[0], points), (jury.jurors[1], points))
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    client.force_login(jury.chair.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert page.index(jury.entries[1].number) < page.index(jury.entries[0].number)
    assert page.count("Innowacyjność") == 2


def test_of_three_equal_totals_each_is_told_from_its_neighbours_as_the_ranking_itself_says(client):
    """The last two part at a later criterion than the one by which the first leads."""
    jury = make_jury(entries=3, jurors=2)
    even = {"INNOVATION": 5, "EFFECTIVENESS": 5, "EFFICIENCY": 5, "INTEGRATION": 5, "REPLICABILITY": 5}
    effective = even | {"EFFECTIVENESS": 9, "EFFICIENCY": 0}
    ordinary = even | {"INNOVATION": 4, "REPLICABILITY": 6}
    for entry, points in zip(jury.entries, (effective, even, ordinary), strict=True):
        score(entry, (jury.jurors[0], points), (jury.jurors[1], points))
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    client.force_login(jury.chair.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert re.findall(r"Skuteczność|Innowacyjność", page.split("<tbody>", 1)[1]) == [
        "Skuteczność",
        "Skuteczność",
        "Innowacyjność",
    ]


def test_the_bundle_is_a_file_that_verifies(client, tmp_path):
    from django.core.management import call_command

    jury = closed_jury((8, 7))
    client.force_login(jury.officer)
    response = client.get(url("bundle", jury.edition.slug))
    path = tmp_path / "b.json"
    path.write_bytes(response.content)
    call_command("verify_results", str(path), sha256=current_round(jury.edition).sha256)
    client.force_login(jury.chair.user)
    jury.chair.employer = jury.entries[0].unit
    jury.chair.save()
    assert client.get(url("bundle", jury.edition.slug)).status_code == 404


def test_finalists_are_chosen_in_two_steps(client):
    jury = closed_jury((8, 7), (5, 6))
    client.force_login(jury.chair.user)
    address = url("shortlist", jury.edition.slug)
    page = client.get(address).content.decode()
    assert re.findall(r'name="entry" value="(\d+)" checked', page) == [str(jury.entries[0].pk)]
    data = {"entry": [e.pk for e in jury.entries], "round": current_round(jury.edition).pk}
    preview = client.post(address, data)
    text = re.search(r"<strong>([^<]+)</strong></label>", preview.content.decode())[1]
    assert preview.status_code == 200
    assert "55,00" in preview.content.decode()
    assert client.post(address, data | {"confirm": "1", "typed_word": "x"}).status_code == 422
    data |= {"shown": shown_on(preview)}
    refused = client.post(address, data | {"confirm": "1", "typed_word": text})
    assert refused.status_code == 422
    done = client.post(address, data | {"confirm": "1", "typed_word": text, "reason": "Wyjątek."})
    assert done.url == url("visits", jury.edition.slug)
    assert client.post(address, data | {"round": "x", "confirm": "1", "typed_word": text}).status_code == 409
    for name in ("shortlist", "ranking", "reopen"):
        assert client.get(url(name, jury.edition.slug)).status_code == 200


def test_before_the_closing_the_shortlist_leads_to_the_ranking(jury, client):
    client.force_login(jury.chair.user)
    assert client.get(url("shortlist", jury.edition.slug)).url == url("ranking", jury.edition.slug)
    assert 'class="empty"' in client.get(url("ranking", jury.edition.slug)).content.decode()


def test_scoring_is_reopened_with_a_reason_and_a_typed_word(client):
    jury = closed_jury((8, 7))
    client.force_login(jury.chair.user)
    address = url("reopen", jury.edition.slug)
    typed = word(client, address)
    assert client.post(address, {"reason": "Błąd", "typed_word": ""}).status_code == 422
    assert client.post(address, {"reason": "", "typed_word": typed}).status_code == 422
    data = {"reason": "Błąd", "typed_word": typed, "entry": [jury.entries[0].pk]}
    assert press(client, address, data).status_code == 302
    assert ScoreSheet.objects.filter(closed_at__isnull=True).count() == 2


@pytest.fixture
def finals():
    jury = closed_jury((8, 7), (5, 6))
    services.shortlist(
        actor=jury.chair.user,
        edition_id=jury.edition.pk,
        round_id=current_round(jury.edition).pk,
        finalist_ids=[jury.entries[0].pk],
    )
    return jury


def test_visits_are_planned_and_recorded_on_pages(finals, client):
    slug, entry = finals.edition.slug, finals.entries[0]
    client.force_login(finals.chair.user)
    plan = url("plan_visit", slug, entry.pk)
    today = timezone.localdate().isoformat()
    assert client.get(plan).status_code == 200
    assert client.post(plan, {"planned_on": "x"}).status_code == 422
    biased = make_juror(finals.edition, employer=entry.unit)
    assert client.post(plan, {"planned_on": today, "visitors": [biased.pk]}).status_code == 422
    assert press(client, plan, {"planned_on": today, "visitors": [finals.jurors[0].pk]}).status_code == 302
    assert client.get(url("plan_visit", slug, finals.entries[1].pk)).status_code == 404
    visit = SiteVisit.objects.get()
    record = url("record_visit", slug, visit.pk)
    client.force_login(finals.jurors[0].user)
    assert record in client.get(url("visits", slug)).content.decode()
    assert client.get(record).status_code == 200
    data = {"visited_on": today, "findings": "Działa dobrze.", "visitors": [finals.jurors[0].pk]}
    assert client.post(record, data | {"visited_on": "2999-01-01"}).status_code == 422
    assert press(client, record, data).status_code == 302
    assert "Działa dobrze." in client.get(url("entry", entry.pk)).content.decode()
    client.force_login(finals.jurors[1].user)
    assert record not in client.get(url("visits", slug)).content.decode()
    assert client.post(record, data).status_code == 403


def test_visits_are_for_the_jury_and_constant_in_queries(finals, client):
    slug = finals.edition.slug
    client.force_login(finals.officer)
    assert client.get(url("visits", slug)).status_code == 404
    client.force_login(finals.chair.user)
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url("visits", slug))
        counts.append(len(queries))
        add_entry(finals.edition, state="FINALIST")
        add_entry(finals.edition, state="FINALIST")
    assert counts[0] == counts[1] <= 16


def test_the_decision_begins_on_its_page(finals, client):
    client.force_login(finals.chair.user)
    address = url("begin_decision", finals.edition.slug)
    assert finals.entries[0].title in client.get(address).content.decode()
    assert press(client, address).status_code == 302
    assert Edition.objects.get(pk=finals.edition.pk).phase == Phase.DECISION
    assert client.get(address).status_code == 200


def test_an_entry_is_disqualified_with_a_reason_and_a_typed_word(finals, client):
    client.force_login(finals.chair.user)
    address = url("disqualify", finals.entries[0].pk)
    typed = word(client, address)
    assert client.post(address, {"reason": "Plagiat.", "typed_word": "x"}).status_code == 422
    assert client.post(address, {"reason": "", "typed_word": typed}).status_code == 422
    assert press(client, address, {"reason": "Plagiat.", "typed_word": typed}).status_code == 302
    assert Application.objects.get(pk=finals.entries[0].pk).state == "DISQUALIFIED"
    client.force_login(finals.officer)
    assert client.get(address).status_code == 404
    client.force_login(make_jury(entries=0).chair.user)
    assert client.get(address).status_code == 404


def test_the_entry_page_opens_its_files_to_those_who_may_see_results(client, jury, attached):
    for entry in jury.entries:
        score(entry, (jury.jurors[0], 8), (jury.jurors[1], 7))
    address = url("entry_attachment", jury.entries[0].pk, attached.pk)
    client.force_login(jury.officer)
    assert client.get(address).status_code == 404
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    assert client.get(address).status_code == 200
    assert client.get(url("entry_attachment", jury.entries[1].pk, attached.pk)).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
