"""The pages of jury sessions."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone

from applications.models import Application
from awards.models import Decision, JurySession
from awards.services import announce
from common import journal
from common.kernel import checkpoints, keys
from common.sealing import seal_entries
from contest.models import Edition
from contest.workflow import Phase
from tests import factories
from tests.awards import makers
from tests.pressing import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(client):
    """The chair signed in, with an open session and a finalist."""
    edition, chair = makers.deciding_edition(slug="2026")
    session = makers.open_session(edition, chair)
    entry = factories.make_application(edition, state="FINALIST", title="Praktyka finałowa")
    client.force_login(chair.user)
    return edition, chair, session, entry


def address(name, *args):
    return reverse(f"awards:{name}", args=["2026", *args])


def decision(**changes):
    return {"kind": "LAUREATE", "justification": "Trwała.", "justification_en": "", "special_title": ""} | changes


def test_a_chair_opens_a_session_and_lands_in_its_protocol(client):
    edition, chair = makers.deciding_edition(slug="2026")
    client.force_login(chair.user)
    assert "Nie było jeszcze posiedzenia" in client.get(address("sessions")).content.decode()
    data = {"held_on": "2026-10-22", "place": "Poznań", "attendees": [chair.pk]}
    answer = client.post(address("sessions"), data)
    assert answer["Location"] == address("session_detail", 1)
    assert JurySession.objects.get().attendees.get() == chair
    page = client.get(address("sessions")).content.decode()
    assert "1/2026" in page
    assert client.post(address("sessions"), data).status_code == 409
    assert edition.sessions.count() == 1


def test_a_session_without_anybody_present_is_refused_with_what_was_typed_kept(client):
    _edition, chair = makers.deciding_edition(slug="2026")
    client.force_login(chair.user)
    answer = client.post(address("sessions"), {"held_on": "2026-10-22", "place": "Sala Herbowa"})
    assert answer.status_code == 422
    assert "Sala Herbowa" in answer.content.decode()


def test_a_decision_is_recorded_shown_changed_and_taken_back(client, panel):
    _edition, _chair, _session, entry = panel
    page = address("decide", 1, entry.pk)
    assert "Praktyka finałowa" in client.get(page).content.decode()
    assert press(client, page, decision())["Location"] == address("session_detail", 1)
    assert "Trwała." in client.get(address("session_detail", 1)).content.decode()
    assert "Trwała." in client.get(page).content.decode()
    press(client, page, decision(kind="FINALIST"))
    assert Decision.objects.get().kind == "FINALIST"
    press(client, address("take_back", 1, entry.pk), page=address("session_detail", 1))
    assert not Decision.objects.exists()


def test_a_decision_without_justification_keeps_the_rest(client, panel):
    entry = panel[3]
    answer = client.post(
        address("decide", 1, entry.pk), decision(justification=" ", special_title="Lider wśród liderów")
    )
    assert answer.status_code == 422
    assert "Lider wśród liderów" in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_laureate_without_a_place_is_refused_where_there_are_places(client, panel):
    Edition.objects.update(has_places=True)
    page = address("decide", 1, panel[3].pk)
    assert client.post(page, decision()).status_code == 422
    assert press(client, page, decision(place="2")).status_code == 302


@pytest.mark.case(35)
def test_closing_is_previewed_with_counts_and_needs_the_word(client, panel):
    _edition, _chair, session, entry = panel
    press(client, address("decide", 1, entry.pk), decision())
    page = address("session_close", 1)
    assert "1 rozstrzygnięcie stanie się ostateczne" in client.get(page).content.decode()
    answer = client.post(page, {"minutes": "Długie obrady.", "typed_word": "tak"})
    assert answer.status_code == 422
    assert "Długie obrady." in answer.content.decode()
    press(client, page, {"minutes": "Długie obrady.", "typed_word": "zamykam"})
    session.refresh_from_db()
    assert session.closed_at
    assert Application.objects.get().state == "LAUREATE"
    text = client.get(address("session_detail", 1)).content.decode()
    assert "Długie obrady." in text
    assert address("decide", 1, entry.pk) not in text
    for stale in (page, address("session_edit", 1), address("decide", 1, entry.pk)):
        assert client.get(stale).status_code == 409
        assert client.post(stale, {"typed_word": "zamykam"}).status_code == 409


def test_an_open_protocol_can_be_corrected(client, panel):
    _edition, chair, session, _entry = panel
    page = address("session_edit", 1)
    assert "Poznań" in client.get(page).content.decode()
    assert client.post(page, {"held_on": "", "place": "X"}).status_code == 422
    press(client, page, {"held_on": "2026-10-23", "place": "Kraków", "attendees": [chair.pk]})
    session.refresh_from_db()
    assert session.place == "Kraków"


def test_abstaining_members_are_named_in_the_protocol(client, panel):
    edition, _chair, session, entry = panel
    conflicted = factories.make_juror(edition, user=factories.make_user("Jan Stronniczy"), employer=entry.unit)
    session.attendees.add(conflicted)
    assert "Wstrzymują się" in client.get(address("session_detail", 1)).content.decode()


def test_a_chair_in_conflict_is_refused_and_a_present_juror_may_record(client, panel):
    edition, chair, session, entry = panel
    chair.residence = entry.unit
    chair.save()
    juror = factories.make_juror(edition)
    session.attendees.add(juror)
    page = address("decide", 1, entry.pk)
    assert client.get(page).status_code == 403
    client.force_login(juror.user)
    assert press(client, page, decision()).status_code == 302


def test_jurors_officers_and_auditors_read_and_cannot_write(client, panel):
    edition, _chair, _session, entry = panel
    juror = factories.make_juror(edition)
    people = (juror.user, factories.make_officer(), factories.make_user("", "AUDITOR"))
    for person in people:
        client.force_login(person)
        assert client.get(address("sessions")).status_code == 200
        assert client.get(address("session_detail", 1)).status_code == 200
        assert client.get(address("decide", 1, entry.pk)).status_code == 403
        assert client.post(address("take_back", 1, entry.pk)).status_code == 403
        assert client.get(address("session_close", 1)).status_code == 403
        assert client.post(address("sessions"), {}).status_code == 403


def test_others_do_not_know_that_sessions_exist(client, panel):
    entry = panel[3]
    other_juror = factories.make_juror(factories.make_edition())
    applicant = factories.make_member(entry.unit)
    for person in (other_juror.user, applicant):
        client.force_login(person)
        for page in (address("sessions"), address("session_detail", 1), address("decide", 1, entry.pk)):
            assert client.get(page).status_code == 404
    client.logout()
    assert client.get(address("sessions"))["Location"].startswith("/konto/")


def test_unknown_sessions_and_entries_are_404(client, panel):
    assert client.get(address("session_detail", 7)).status_code == 404
    foreign = factories.make_application(state="FINALIST")
    assert client.get(address("decide", 1, foreign.pk)).status_code == 404


def test_the_protocol_takes_the_same_queries_for_any_number_of_finalists(client, panel):
    edition = panel[0]
    counts = []
    for more in (0, 2):
        for _number in range(more):
            factories.make_application(edition, state="FINALIST")
        with CaptureQueriesContext(connection) as queries:
            client.get(address("session_detail", 1))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_outside_the_decision_phase_the_page_says_when(client, panel):
    JurySession.objects.all().delete()
    Edition.objects.update(phase=Phase.VISITS)
    page = client.get(address("sessions")).content.decode()
    assert "po wizytacjach" in page
    assert 'name="held_on"' not in page


def test_each_desk_keeps_its_own_tabs_on_the_pages_of_sessions(client, panel):
    _edition, chair, session, _entry = panel
    overview, juror_desk = reverse("contest:organiser_edition", args=["2026"]), reverse("jury:desk")
    for page in (address("sessions"), address("session_detail", session.number)):
        client.force_login(chair.user)
        body = client.get(page).content.decode()
        assert f'href="{juror_desk}?edition=2026"' in body
        assert overview not in body
        client.force_login(factories.make_officer())
        body = client.get(page).content.decode()
        assert f'href="{overview}"' in body
        assert "?edition=2026" not in body


def checkpoint(tmp_path):
    """Made now, as the sealer makes it."""
    path = tmp_path / "key.pem"
    if not path.exists():
        keys.make_key(path)
    return checkpoints.make_checkpoint(keys.signer(path), "hour")


def protocol(client, number=1):
    return client.get(address("session_detail", number)).content.decode()


def test_a_closed_protocol_names_the_newest_checkpoint_before_it(client, panel, tmp_path):
    session = panel[2]
    assert '<h2 id="journal">Dziennik konkursu' not in protocol(client)
    before = checkpoint(tmp_path)
    closed_at = timezone.now() + timedelta(seconds=1)
    JurySession.objects.filter(pk=session.pk).update(closed_at=closed_at)
    with time_machine.travel(closed_at + timedelta(hours=1), tick=False):
        journal.record(actor=None, action="x", target=session)
        seal_entries()
        after = checkpoint(tmp_path)
        told, log = protocol(client), client.get(reverse("portal:checkpoints")).content.decode()
    assert before.root != after.root
    for part in (before.root, before.key.fingerprint):
        assert part in told
        assert part in log
    assert after.root not in told
    assert formats.date_format(timezone.localtime(before.made_at), "j E Y, H:i:s") in told


def test_a_protocol_closed_before_the_first_checkpoint_says_so(client, panel, tmp_path):
    JurySession.objects.filter(pk=panel[2].pk).update(closed_at=timezone.now() - timedelta(minutes=1))
    checkpoint(tmp_path)
    assert "nie było jeszcze punktu kontrolnego dziennika" in protocol(client)


def test_the_last_protocol_has_the_published_figures_after_the_announcement_only(client, panel):
    edition, _chair, session, entry = panel
    Application.objects.filter(pk=entry.pk).delete()
    for place, domain in enumerate(edition.domains.all()):
        makers.decided(edition, ["LAUREATE", "FINALIST"][place], domain=domain)
    second = JurySession.objects.create(edition=edition, number=2, held_on="2026-10-23", closed_at=timezone.now())
    assert "Opublikowane liczby" not in protocol(client, second.number)
    announce(actor=factories.make_officer(), edition_id=edition.pk)
    told = protocol(client, second.number)
    assert "Opublikowane liczby" in told
    for name in ("kultura", "oświata", "wszystkie"):
        assert name in told
    assert "Opublikowane liczby" not in protocol(client, session.number)


@pytest.mark.parametrize("reader", ["chair", "officer"])
def test_a_protocol_of_an_announced_edition_takes_few_queries(client, reader):
    edition, officer = makers.announced("LAUREATE", "FINALIST", slug="2026")
    client.force_login(officer if reader == "officer" else edition.jury.get(role="CHAIR").user)
    with CaptureQueriesContext(connection) as queries:
        assert "Opublikowane liczby" in protocol(client)
    assert len(queries) <= 12


@pytest.mark.parametrize("reader", ["chair", "officer"])
def test_a_protocol_takes_few_queries_in_every_state(client, panel, reader):
    edition, _chair, session, _entry = panel
    makers.decided(edition)
    if reader == "officer":
        client.force_login(factories.make_officer())
    counted = []
    for closed_at in (None, timezone.now()):
        JurySession.objects.filter(pk=session.pk).update(closed_at=closed_at)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("session_detail", 1)).status_code == 200
        counted.append(len(queries))
    assert max(counted) <= 12
