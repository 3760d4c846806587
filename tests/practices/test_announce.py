"""Announcing: one transaction for awards, mail, certificates and records; a typed word; a preview that must hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role
from awards.models import Announcement, Award, Certificate, CertificateStatus
from awards.queries.shown import announcing
from awards.services import replace_certificate
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from common.web.shown import Changed
from contest.models import Edition
from contest.workflow import Phase
from notifications.models import OutboxMessage, OutboxStatus
from practices.models import Practice
from practices.queries.announcement import progress_of
from practices.services import announce_edition, preview
from tests.factories import make_edition, make_juror, make_member, make_officer, make_user
from tests.practices.makers import email_of, make_decided
from tests.pressing import press, shown_on

pytestmark = pytest.mark.django_db
WORD = "OGŁASZAM"


def _announce(edition, actor=None, **changes):
    return announce_edition(actor=actor or make_officer(), edition_id=edition.pk, **{"typed_word": WORD} | changes)


def _shown(edition, officer):
    return announcing.token(edition, officer, preview=preview(edition).results)


def test_announcing_makes_awards_certificates_mail_and_records_together() -> None:
    edition, entries = make_decided()
    announcement = _announce(edition)
    edition = Edition.objects.get(pk=edition.pk)
    assert edition.phase == Phase.ANNOUNCED
    assert Award.objects.filter(edition=edition).count() == 4
    assert Certificate.objects.filter(edition=edition).count() == 4
    assert set(Practice.objects.values_list("award_kind", flat=True)) == {entry.state for entry in entries}
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {email_of(entry) for entry in entries}
    assert announcement.counts["practices"] == 4
    assert JournalEntry.objects.filter(action="practice.publish").count() == 4


@pytest.mark.parametrize("word", ["OGŁASZAM", " ogłaszam ", "OGLASZAM", "ANNOUNCE", "announce"])
def test_either_language_of_the_word_will_do(word: str) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    _announce(edition, typed_word=word)
    assert Announcement.objects.filter(edition=edition).exists()


@pytest.mark.case(53)
@pytest.mark.parametrize("word", ["", "tak", "OGŁASZA", "OGŁASZAM!"])
def test_without_the_word_nothing_happens(word: str) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    with pytest.raises(Invalid):
        _announce(edition, typed_word=word)
    assert not Announcement.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.case(53)
def test_a_recipient_changed_since_the_preview_refuses_the_announcement() -> None:
    edition, entries = make_decided(("LAUREATE",))
    officer = make_officer()
    seen = _shown(edition, officer)
    make_member(entries[0].unit)
    with pytest.raises(Changed):
        _announce(edition, officer, shown=seen)
    assert not Practice.objects.exists()


def test_a_failure_while_publishing_undoes_the_announcement(monkeypatch) -> None:
    edition, _entries = make_decided(("LAUREATE",))

    def broken(**_arguments):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("practices.services.announce.publish_from_awards", broken)
    with pytest.raises(RuntimeError):
        _announce(edition)
    edition = Edition.objects.get(pk=edition.pk)
    assert edition.phase == Phase.DECISION
    assert not any(model.objects.exists() for model in (Announcement, Award, OutboxMessage))


def test_announcing_twice_is_refused() -> None:
    edition, _entries = make_decided(("LAUREATE",))
    officer = make_officer()
    seen = _shown(edition, officer)
    _announce(edition)
    with pytest.raises(Conflict):
        _announce(edition, officer, shown=seen)
    assert Practice.objects.count() == 1


def test_only_an_organiser_outside_the_jury_announces() -> None:
    edition, _entries = make_decided(("LAUREATE",))
    officer_on_jury = make_officer()
    make_juror(edition, user=officer_on_jury)
    for person in (make_user(), officer_on_jury):
        with pytest.raises(NotPermitted):
            _announce(edition, actor=person)


def test_the_preview_says_which_entries_stay_out_of_the_base() -> None:
    edition, _entries = make_decided(("LAUREATE",), licence_consent=False)
    shown = preview(edition)
    assert len(shown.not_published) == 1
    assert shown.published == []


def test_the_preview_costs_the_same_for_few_and_many() -> None:
    def queries(kinds: tuple[str, ...]) -> int:
        edition, _entries = make_decided(kinds)
        with CaptureQueriesContext(connection) as captured:
            preview(edition)
        return len(captured)

    assert queries(("LAUREATE",)) == queries(("LAUREATE", "FINALIST", "HONOURABLE_MENTION") * 3)


# --- The page ---------------------------------------------------------------------------------
def _address(edition) -> str:
    return f"/organizator/edycje/{edition.slug}/ogloszenie/"


def test_the_page_shows_counts_recipients_and_asks_for_the_word(client) -> None:
    edition, entries = make_decided()
    client.force_login(make_officer())
    response = client.get(_address(edition))
    text = response.content.decode()
    assert response.status_code == 200
    for entry in entries:
        assert email_of(entry) in text
        assert entry.title in text
    assert 'name="typed_word"' in text


def test_the_page_announces_and_then_tells_how_far_it_is(client) -> None:
    edition, _entries = make_decided()
    client.force_login(make_officer())
    response = press(client, _address(edition), {"typed_word": WORD}, follow=True)
    assert response.redirect_chain == [(_address(edition), 302)]
    assert response.context["progress"].mail_total == 4
    assert response.context["progress"].practices == 4
    assert not response.context["progress"].done
    part = client.get(f"{_address(edition)}postep/")
    assert part.status_code == 200
    assert b"hx-trigger" in part.content


def test_a_wrong_word_keeps_the_preview_and_says_so(client) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    client.force_login(make_officer())
    response = press(client, _address(edition), {"typed_word": "tak"})
    assert response.status_code == 422
    assert response.context["word_error"]
    assert not Announcement.objects.exists()


def test_a_stale_preview_is_409_with_a_fresh_one(client) -> None:
    edition, entries = make_decided(("LAUREATE",))
    client.force_login(make_officer())
    seen = shown_on(client.get(_address(edition)))
    Membership.objects.filter(unit=entries[0].unit).update(status="ENDED")
    response = client.post(_address(edition), {"shown": seen, "typed_word": WORD})
    assert response.status_code == 409
    (difference,) = response.context["shown"].differences
    assert (email_of(entries[0]) in difference.before, email_of(entries[0]) in difference.after) == (True, False)
    assert shown_on(response) not in ("", seen)
    assert not Announcement.objects.exists()


@pytest.mark.case(35)
def test_a_second_press_is_409_and_shows_what_happened(client) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    client.force_login(make_officer())
    seen = shown_on(client.get(_address(edition)))
    _announce(edition)
    response = client.get(_address(edition))
    assert "practices/announced.html" in [template.name for template in response.templates]
    assert client.post(_address(edition), {"shown": seen, "typed_word": WORD}).status_code == 409


def test_an_edition_not_ready_shows_problems_and_no_form(client) -> None:
    edition, _entries = make_decided(("LAUREATE",), edition=make_edition(Phase.VISITS))
    client.force_login(make_officer())
    response = client.get(_address(edition))
    assert response.status_code == 200
    assert not response.context["preview"].ready
    assert b'name="typed_word"' not in response.content


def test_an_auditor_reads_the_preview_but_cannot_announce(client) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    client.force_login(make_user("Anna", Role.AUDITOR))
    response = client.get(_address(edition))
    assert response.status_code == 200
    assert b'name="typed_word"' not in response.content
    assert client.post(_address(edition), {"typed_word": WORD}).status_code == 404


def test_the_page_is_hidden_from_everybody_else(client) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    assert client.get(_address(edition)).status_code == 302
    client.force_login(make_user())
    assert client.get(_address(edition)).status_code == 404
    on_jury = make_officer()
    make_juror(edition, user=on_jury)
    client.force_login(on_jury)
    assert client.get(_address(edition)).status_code == 404


def test_progress_and_historical_editions_have_no_page_before_time(client) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    client.force_login(make_officer())
    assert client.get(f"{_address(edition)}postep/").status_code == 404
    historical = make_edition(Phase.ANNOUNCED, is_historical=True)
    assert client.get(_address(historical)).status_code == 404


def test_a_diploma_that_was_replaced_before_it_was_built_keeps_no_page_waiting() -> None:
    edition, _entries = make_decided()
    officer = make_officer()
    _announce(edition, officer)
    old = Certificate.objects.order_by("pk").first()
    replace_certificate(actor=officer, certificate_id=old.pk, corrections={"title": "Inny"}, reason="Literówka")
    OutboxMessage.objects.update(status=OutboxStatus.SENT)
    Certificate.objects.filter(replaced_at=None).update(status=CertificateStatus.READY)
    progress = progress_of(edition)
    assert progress.done
    assert progress.certificates_total == 4
