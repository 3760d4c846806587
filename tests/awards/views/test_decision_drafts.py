"""An unfinished decision stands beside what a colleague recorded, never over it, and goes when the session closes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.models import Decision, DecisionDraft
from contest.models import JuryMember
from tests import factories
from tests.awards import makers
from tests.pressing import press, shown_on

pytestmark = [pytest.mark.django_db, pytest.mark.case(68)]
WRONG = {"kind": "LAUREATE", "place": "33-450", "justification": "Mój tekst."}
RIGHT = {"kind": "LAUREATE", "place": "1", "justification": "Mój tekst."}
THEIRS = {"kind": "LAUREATE", "place": "2", "justification": "Tekst koleżanki."}


@pytest.fixture
def panel(client):
    """Two jurors present, who both may record where the chair abstains; the first is signed in. And the chair."""
    edition, chair = makers.deciding_edition(slug="2026", has_places=True)
    session = makers.open_session(edition, chair)
    entry = factories.make_application(edition, state="FINALIST")
    chair.residence = entry.unit
    chair.save()
    mine, theirs = (
        factories.make_juror(edition),
        factories.make_juror(edition, user=factories.make_user("Anna Koleżanka")),
    )
    session.attendees.add(mine, theirs)
    client.force_login(mine.user)
    return mine.user, theirs.user, chair.user, address("decide", 1, entry.pk)


def address(name, *args):
    return reverse(f"awards:{name}", args=["2026", *args])


def text_of(client, page):
    return client.get(page).content.decode()


def test_a_colleagues_decision_is_shown_beside_an_older_draft(client, panel):
    me, colleague, _chair, page = panel
    press(client, page, WRONG)
    client.force_login(colleague)
    assert press(client, page, THEIRS).status_code == 302
    client.force_login(me)
    opened = text_of(client, page)
    for told in ("Tekst koleżanki.", "Anna Koleżanka", "Mój tekst.", "zastąpi"):
        assert told in opened
    assert "nie jest jeszcze zapisane w całości" not in opened
    assert press(client, page, RIGHT).status_code == 302
    assert Decision.objects.get().justification == "Mój tekst."
    assert not DecisionDraft.objects.exists()


@pytest.mark.parametrize("chairs", [True, False])
def test_the_page_of_a_decision_with_a_draft_takes_few_queries(client, panel, chairs):
    """Also where the chair abstains, which makes the rule longer."""
    me, _colleague, chair, page = panel
    press(client, page, THEIRS)
    press(client, page, WRONG)
    if chairs:
        JuryMember.objects.filter(user=chair).update(residence=None)
        DecisionDraft.objects.update(saved_by=chair)
    client.force_login(chair if chairs else me)
    with CaptureQueriesContext(connection) as queries:
        assert "Mój tekst." in text_of(client, page)
    assert len(queries) <= 12


def test_a_recorded_decision_alone_stands_in_the_form_only(client, panel):
    page = panel[3]
    press(client, page, THEIRS)
    assert text_of(client, page).count("Tekst koleżanki.") == 1


def test_saving_what_is_recorded_already_ends_the_draft(client, panel):
    me, colleague, _chair, page = panel
    press(client, page, WRONG)
    client.force_login(colleague)
    press(client, page, THEIRS)
    client.force_login(me)
    press(client, page, THEIRS)
    assert not DecisionDraft.objects.exists()


def test_a_stale_page_with_a_wrong_value_says_only_that_nothing_was_saved(client, panel):
    me, colleague, _chair, page = panel
    token = shown_on(client.get(page))
    client.force_login(colleague)
    press(client, page, THEIRS)
    client.force_login(me)
    answer = client.post(page, {**WRONG, "shown": token})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Niczego nie zapisano: ktoś zmienił to w międzyczasie" in body
    assert "Zapisano" not in body
    assert "Tekst koleżanki." in body
    assert 'value="33-450"' in body
    assert not DecisionDraft.objects.exists()


def test_closing_names_unfinished_decisions_and_throws_them_away(client, panel):
    page = panel[3]
    press(client, page, RIGHT)
    press(client, page, WRONG)
    press(
        client, address("take_back", 1, DecisionDraft.objects.get().application_id), page=address("session_detail", 1)
    )
    assert DecisionDraft.objects.exists()
    client.force_login(panel[2])
    close = address("session_close", 1)
    assert "Niedokończone rozstrzygnięcia" in text_of(client, close)
    assert press(client, close, {"minutes": "", "typed_word": "zamykam"}).status_code == 302
    assert not DecisionDraft.objects.exists()


def test_a_draft_made_after_the_preview_stops_the_closing(client, panel):
    me, _colleague, chair, page = panel
    close = address("session_close", 1)
    client.force_login(chair)
    token = shown_on(client.get(close))
    client.force_login(me)
    press(client, page, WRONG)
    client.force_login(chair)
    assert client.post(close, {"minutes": "", "typed_word": "zamykam", "shown": token}).status_code == 409
    assert DecisionDraft.objects.exists()


@pytest.mark.parametrize("name", ["decide", "session_close"])
def test_forms_whose_right_values_are_saved_do_not_let_the_browser_stop_them(client, panel, name):
    page = panel[3] if name == "decide" else address("session_close", 1)
    client.force_login(panel[0] if name == "decide" else panel[2])
    body = text_of(client, page)
    form = body[body.rindex("<form", 0, body.index('name="shown"')) :]
    assert "novalidate" in form[: form.index(">")]
