"""Copies of public pages: never old, never early, never another person's; and pages as quick as their one query."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import practices.services
from awards.services.historical import load_historical_editions
from common import copies
from common.copies import public_content_changed, remembered
from common.models import PublicStamp
from contest.models import Edition
from contest.workflow import Phase
from practices.exchange import rows_of
from practices.models import Practice, PracticeContact
from practices.services import (
    announce_edition,
    confirm_verified,
    correct_section,
    forget_contact,
    import_records,
    load_seed_practice,
    publish_announced,
    publish_from_awards,
    withdraw_contact_consent,
    withdraw_practice,
)
from tests.factories import make_edition, make_officer, make_unit
from tests.practices.makers import make_decided, make_practice
from tests.practices.test_publish import make_award
from tests.units.files import terc_file
from units.services import import_terc

LIST, MAP = "/praktyki/", "/praktyki/mapa/"
RECORD = {"section": "SOCIAL", "title": "Nowa", "added_on": "2024-01-01", "unit_name": "gmina", "abstract": "Opis."}


@pytest.fixture(autouse=True)
def _copies_are_kept(settings, db) -> None:
    settings.CACHES = settings.CACHES | {
        "copies": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "copies under test"}
    }
    caches["copies"].clear()
    public_content_changed()


def _page(address: str = LIST, **headers: str) -> str:
    """As somebody sees it who was never here before."""
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def _queries(address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        _page(address)
    return len(captured)


# --- Quick ------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [LIST, f"{LIST}?q=szkoła&section=SOCIAL", MAP, "/edycje/2011/wyniki/"])
def test_a_kept_page_costs_one_query_and_is_the_same_page(address: str) -> None:
    load_historical_editions()
    make_practice("Szkoła")
    public_content_changed()
    drawn = _page(address)
    assert _queries(address) == 1
    assert _page(address) == drawn


def test_counts_beside_filters_are_made_once_for_every_order_page_and_reader(client) -> None:
    for number in range(22):
        make_practice(f"Praktyka {number}")
    _page(LIST)
    assert _queries(f"{LIST}?page=2") == 5  # stamp of the page, count, stamp of the counts, voivodeships, rows
    client.force_login(make_officer())
    assert client.get(LIST).context["facets"][0].options[0].count == 22


def test_a_browser_that_has_the_page_is_told_so_until_the_page_changes(client) -> None:
    practice = make_practice("Pierwsza")
    first = client.get(LIST)
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in first.headers["Vary"]
    again = client.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    withdraw_practice(actor=make_officer(), practice_id=practice.pk, reason="Pomyłka")
    assert client.get(LIST, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


# --- Never old --------------------------------------------------------------------------------
def _withdraw(practice: Practice) -> None:
    withdraw_practice(actor=make_officer(), practice_id=practice.pk, reason="Pomyłka")


def _correct(practice: Practice) -> None:
    correct_section(actor=make_officer(), practice_id=practice.pk, section="ENERGY")


def _verify(practice: Practice) -> None:
    confirm_verified(actor=make_officer(), practice_id=practice.pk, verified_on=date(2024, 1, 2))


def _take_contact_back(practice: Practice) -> None:
    contact = PracticeContact.objects.create(practice=practice, name="Jan", email="jan@example.org")
    withdraw_contact_consent(actor=make_officer(), contact_id=contact.pk)


def _forget_contact(practice: Practice) -> None:
    contact = PracticeContact.objects.create(practice=practice, name="Jan", email="jan@example.org")
    forget_contact(actor=None, contact_id=contact.pk)


def _import(_practice: Practice) -> None:
    assert not import_records(actor=None, rows=rows_of(json.dumps([RECORD]).encode())).faults


def _load_seed(_practice: Practice) -> None:
    make_unit("Dzierżoniów", code="0202021")
    load_seed_practice()


def _publish(_practice: Practice) -> None:
    edition = make_edition(Phase.ANNOUNCED)
    make_award(edition, version={"licence_consent": True})
    publish_announced(edition_id=edition.pk)


def _publish_held(_practice: Practice) -> None:
    edition = make_edition(Phase.ANNOUNCED)
    make_award(edition, version={"licence_consent": True})
    publish_from_awards(actor=None, edition=edition)


def _announce(_practice: Practice) -> None:
    edition, _entries = make_decided(("LAUREATE",))
    _announced(edition)


def _announced(edition: Edition) -> None:
    announce_edition(actor=make_officer(), edition_id=edition.pk, typed_word="OGŁASZAM")


ACTS = {
    "announce_edition": _announce,
    "confirm_verified": _verify,
    "correct_section": _correct,
    "forget_contact": _forget_contact,
    "import_records": _import,
    "load_seed_practice": _load_seed,
    "publish_announced": _publish,
    "publish_from_awards": _publish_held,
    "withdraw_contact_consent": _take_contact_back,
    "withdraw_practice": _withdraw,
}


def test_every_service_of_the_base_is_tried_here() -> None:
    """One that forgets `public_content_changed` would leave old pages with the readers."""
    assert set(practices.services.__all__) - {"preview"} == set(ACTS)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whatever_a_service_changes_shows_at_once(act: Any) -> None:
    practice = make_practice("Pierwsza")
    before = {address: _page(address) for address in (LIST, MAP)}
    act(practice)
    after = {address: _page(address) for address in (LIST, MAP)}
    kept = PublicStamp.objects.get().stamp
    caches["copies"].clear()
    assert after == {address: _page(address) for address in (LIST, MAP)}
    assert kept == PublicStamp.objects.get().stamp
    if act not in (_verify, _take_contact_back, _forget_contact):  # these show on the record only
        assert after[LIST] != before[LIST]


def test_a_register_read_anew_shows_its_names_on_results_at_once() -> None:
    load_historical_editions()
    public_content_changed()
    before = _page("/edycje/2011/wyniki/")
    stamp = PublicStamp.objects.get().stamp
    rows = ("02;01;03;2;Gromadka", "02;01;04;2;Nowogrodziec")
    import_terc(actor=None, content=terc_file(*rows, day=f"{timezone.localdate().year + 1}-01-01"), complete=False)
    assert PublicStamp.objects.get().stamp != stamp
    caches["copies"].clear()
    assert _page("/edycje/2011/wyniki/") == before  # nothing of it changed here


def test_a_change_undone_leaves_the_copy() -> None:
    _page()
    with transaction.atomic():
        public_content_changed()
        transaction.set_rollback(True)
    assert _queries(LIST) == 1


def _change_while_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader asks; after the rows were read and before the page is kept, a record is withdrawn."""
    practice = make_practice("Do wycofania")
    answer = copies._response

    def withdraw_first(*args: Any) -> Any:
        monkeypatch.setattr(copies, "_response", answer)
        _withdraw(practice)
        return answer(*args)

    monkeypatch.setattr(copies, "_response", withdraw_first)
    assert "Do wycofania" in _page()


def test_a_page_drawn_while_something_changed_is_never_shown_again(monkeypatch) -> None:
    _change_while_drawn(monkeypatch)
    assert "Do wycofania" not in _page()


def test_control_one_stamp_for_ever_would_show_it(monkeypatch) -> None:
    monkeypatch.setattr(copies, "_stamp", lambda: "always-the-same")
    _change_while_drawn(monkeypatch)
    assert "Do wycofania" in _page()


def test_nothing_is_kept_without_the_row_and_without_a_cache(settings) -> None:
    make_practice("Pierwsza")
    PublicStamp.objects.all().delete()
    _page()
    make_practice("Druga")
    assert "Druga" in _page()
    public_content_changed()
    settings.CACHES = settings.CACHES | {"copies": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    _page()
    make_practice("Trzecia")
    assert "Trzecia" in _page()


# --- Never early ------------------------------------------------------------------------------
@pytest.mark.case(30)
def test_results_under_embargo_are_never_kept_and_open_with_the_announcement() -> None:
    edition, _entries = make_decided(("LAUREATE",))
    address = f"/edycje/{edition.slug}/wyniki/"
    for reader in (Client(), Client(), Client()):
        assert reader.get(address).status_code == 404
    assert "Praktyka laureate" not in _page()
    _announced(edition)
    assert "Praktyka laureate" in _page(address)
    assert "Praktyka laureate" in _page()


def test_an_announcement_that_fails_opens_nothing(monkeypatch) -> None:
    edition, _entries = make_decided(("LAUREATE",))

    def broken(**_arguments: Any) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("practices.services.announce.publish_from_awards", broken)
    with pytest.raises(RuntimeError):
        _announced(edition)
    assert Client().get(f"/edycje/{edition.slug}/wyniki/").status_code == 404


# --- Never another's --------------------------------------------------------------------------
def test_each_language_has_its_own_copy() -> None:
    make_practice("Pierwsza")
    polish, english = _page(), _page(f"{LIST}?lang=en")
    assert 'lang="pl"' in polish
    assert 'lang="en"' in english
    client = Client()
    client.cookies["django_language"] = "en"
    by_cookie = client.get(LIST).content.decode()
    assert 'lang="en"' in by_cookie
    assert client.get(LIST).content.decode() == by_cookie
    assert _page() == polish


def test_each_address_has_its_own_copy() -> None:
    make_practice("Szkoła", section="SOCIAL")
    make_practice("Elektrownia", section="ENERGY")
    assert "Elektrownia" in _page()
    assert "Elektrownia" not in _page(f"{LIST}?section=SOCIAL")
    assert "Szkoła" not in _page(f"{LIST}?q=elektrownia")
    assert "x=1" in _page(f"{LIST}?x=1&q=szkoła")
    assert "x=1" not in _page(f"{LIST}?q=szkoła")


def test_a_signed_in_person_gets_their_own_page_and_leaves_no_copy(client) -> None:
    officer = make_officer("Olga Kanarek")
    client.force_login(officer)
    signed_in = client.get(LIST)
    assert "Olga Kanarek" in signed_in.content.decode()
    assert "ETag" not in signed_in.headers
    anonymous = Client().get(LIST)
    assert "Kanarek" not in anonymous.content.decode()
    mine = client.get(LIST, headers={"If-None-Match": anonymous.headers["ETag"]})
    assert mine.status_code == 200
    assert "Olga Kanarek" in mine.content.decode()
    assert "csrf" not in _page().lower()


def test_a_message_is_shown_to_whom_it_is_meant(client) -> None:
    make_practice("Pierwsza")
    _page()
    client.force_login(make_officer())
    client.post("/konto/logout/")
    farewell = client.get(LIST).content.decode()
    assert 'role="status"' in farewell
    assert 'role="status"' not in _page()


def test_a_very_long_address_is_answered_and_not_kept() -> None:
    address = f"{LIST}?x={'a' * copies.LONGEST_ADDRESS}"
    _page(address)
    assert _queries(address) > 1


def test_a_value_is_remembered_until_public_content_changes() -> None:
    made = iter("abc")
    assert [remembered("letter", lambda: next(made)) for _time in range(2)] == ["a", "a"]
    public_content_changed()
    assert remembered("letter", lambda: next(made)) == "b"
