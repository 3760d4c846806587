"""Pages of texts with one wrong value: the right ones are saved; visits, decisions, minutes, sessions."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Decision, DecisionDraft, JurySession
from jury.models import SiteVisit
from tests import factories
from tests.awards import makers
from tests.pressing import press

pytestmark = [pytest.mark.django_db, pytest.mark.case(68)]


@pytest.fixture
def panel(client):
    """The chair signed in, with an open session and a finalist."""
    edition, chair = makers.deciding_edition(slug="2026", has_places=True)
    session = makers.open_session(edition, chair)
    entry = factories.make_application(edition, state="FINALIST", title="Praktyka finałowa")
    client.force_login(chair.user)
    return session, entry


def address(name, *args):
    return reverse(f"awards:{name}", args=["2026", *args])


def test_a_justification_is_kept_beside_a_wrong_place_and_recorded_once_it_is_right(client, panel):
    _session, entry = panel
    page = address("decide", 1, entry.pk)
    data = {"kind": "LAUREATE", "place": "33-450", "justification": "Trwała i tania."}
    answer = press(client, page, data)
    assert answer.status_code == 422
    assert 'value="33-450"' in answer.content.decode()
    assert "Zapisano 4 pola. 1 pole wymaga poprawy" in answer.content.decode()
    assert not Decision.objects.exists()
    opened = client.get(page).content.decode()
    assert "Trwała i tania." in opened
    assert "nie jest jeszcze zapisane w całości" in opened
    assert press(client, page, data | {"place": "1"}).status_code == 302
    assert Decision.objects.get().justification == "Trwała i tania."
    assert not DecisionDraft.objects.exists()


def test_a_decision_stands_while_its_change_has_a_wrong_value(client, panel):
    _session, entry = panel
    page = address("decide", 1, entry.pk)
    data = {"kind": "LAUREATE", "place": "1", "justification": "Pierwsza."}
    press(client, page, data)
    assert press(client, page, {"kind": "LAUREATE", "place": "1e5", "justification": "Druga."}).status_code == 422
    assert Decision.objects.get().justification == "Pierwsza."
    assert "Druga." in client.get(page).content.decode()
    assert press(client, page, {"justification": "Trzecia."}).status_code == 422  # nothing chosen
    assert DecisionDraft.objects.get().justification == "Trzecia."


def test_minutes_are_kept_when_the_word_is_wrong_and_nothing_is_closed(client, panel):
    page = address("session_close", 1)
    answer = press(client, page, {"minutes": "Przebieg.", "typed_word": "zamknij mi"})
    assert answer.status_code == 422
    session = JurySession.objects.get()
    assert (session.minutes, session.closed_at) == ("Przebieg.", None)
    assert "Przebieg." in client.get(page).content.decode()


def test_a_session_keeps_its_date_when_the_new_one_is_wrong(client, panel):
    session, _entry = panel
    data = {"held_on": "0026-10-22", "place": "Sala Herbowa", "attendees": [session.attendees.get().pk]}
    answer = press(client, address("session_edit", 1), data)
    assert answer.status_code == 422
    changed = JurySession.objects.get()
    assert (changed.held_on, changed.place) == (date(2026, 10, 22), "Sala Herbowa")


def test_findings_of_a_visit_are_kept_beside_a_wrong_day(client):
    from tests.jury.helpers import make_jury

    jury = make_jury(phase="VISITS")
    entry = jury.entries[0]
    type(entry).objects.filter(pk=entry.pk).update(state="FINALIST")
    visit = SiteVisit.objects.create(application=entry, planned_on=timezone.localdate())
    client.force_login(jury.chair.user)
    page = reverse("jury:record_visit", args=[jury.edition.slug, visit.pk])
    data = {"visited_on": "31.02.2026", "findings": "Działa.", "visitors": [jury.jurors[0].pk]}
    answer = press(client, page, data)
    assert answer.status_code == 422
    assert 'value="31.02.2026"' in answer.content.decode()
    visit.refresh_from_db()
    assert (visit.visited_on, visit.findings, visit.visitors.count()) == (None, "Działa.", 1)
    biased = factories.make_juror(jury.edition, employer=entry.unit)
    data = {"visited_on": visit.planned_on.isoformat(), "findings": "Poprawione.", "visitors": [biased.pk]}
    assert press(client, page, data).status_code == 422
    visit.refresh_from_db()
    assert (visit.visited_on, visit.findings) == (visit.planned_on, "Poprawione.")
    assert visit.visitors.get() == jury.jurors[0]
