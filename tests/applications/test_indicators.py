"""A table with a wrong row saves the right ones, whatever is pressed, and loses neither text nor stored rows."""

import re

import pytest

from accounts.models import MembershipRole
from tests import factories
from tests.applications.entry_pages import section_data, url

pytestmark = pytest.mark.django_db
KEYS = ("name", "unit", "before", "after", "year")
QUEUE = dict(zip(KEYS, ("Czas obsługi", "dni", "14", "3", "2011"), strict=True))
COMPLAINTS = dict(zip(KEYS, ("Skargi", "sztuk", "40", "4", "2012"), strict=True))
TREES = dict(zip(KEYS, ("Drzewa", "sztuk", "0", "120", "2010"), strict=True))


@pytest.fixture
def draft():
    return factories.make_complete_draft(indicators=[QUEUE, COMPLAINTS])


@pytest.fixture(autouse=True)
def member(draft, client):
    user = factories.make_member(draft.unit, MembershipRole.SIGNATORY)
    client.force_login(user)
    return user


def fields(number, row):
    return {f"indicators-{number}-{key}": row[key] for key in KEYS}


def shown(response):
    """The table as the page shows it, to be sent again."""
    page = response.content.decode()
    inputs = re.findall(r'name="(indicators-\d+-\w+)" value="([^"]*)"', page)
    return {"seen": response.context["seen"], **dict(inputs)}


def stored(draft):
    draft.refresh_from_db(fields=["indicators"])
    return draft.indicators


def send(client, draft, **changes):
    data = section_data(client, draft, "rezultaty")
    return client.post(url("edit", draft.pk, "rezultaty"), data | changes)


@pytest.mark.parametrize("button", ["next", "stay", "back"])
def test_a_wrong_row_is_kept_on_the_page_and_the_right_ones_are_saved(client, draft, button):
    wrong = TREES | {"year": "rok 2010"}
    response = send(client, draft, **fields(0, QUEUE | {"after": "2"}), **fields(2, wrong), **{button: "1"})
    assert response.status_code == 422
    assert stored(draft) == [QUEUE | {"after": "2"}, COMPLAINTS]
    page = response.content.decode()
    assert "Wiersz 3: podaj rok czterema cyframi, na przykład 2012." in page
    assert "W tabeli zapisano wiersze bez błędu." in page
    assert 'value="rok 2010"' in page
    assert page.count('aria-invalid="true" ') + page.count('aria-invalid="true">') >= 1
    corrected = section_data(client, draft, "rezultaty") | shown(response) | {"indicators-2-year": "2010"}
    assert client.post(url("edit", draft.pk, "rezultaty"), corrected).status_code == 302
    assert stored(draft) == [QUEUE | {"after": "2"}, COMPLAINTS, TREES]


def test_a_stored_row_made_wrong_stays_stored_as_it_was(client, draft):
    response = send(client, draft, **fields(0, QUEUE | {"year": "20"}), **fields(2, TREES))
    assert stored(draft) == [QUEUE, COMPLAINTS, TREES]
    again = section_data(client, draft, "rezultaty") | shown(response)
    assert client.post(url("edit", draft.pk, "rezultaty"), again).status_code == 422
    assert stored(draft) == [QUEUE, COMPLAINTS, TREES]


def test_a_row_saved_beside_a_wrong_one_and_then_made_wrong_stays_stored(client, draft):
    response = send(client, draft, **fields(1, TREES | {"name": ""}), **fields(2, TREES))
    again = shown(response) | {"indicators-2-year": "2"}
    response = client.post(url("edit", draft.pk, "rezultaty"), section_data(client, draft, "rezultaty") | again)
    assert response.status_code == 422
    assert stored(draft) == [QUEUE, COMPLAINTS, TREES]


def test_an_emptied_row_goes_though_another_is_wrong(client, draft):
    send(client, draft, **fields(0, dict.fromkeys(KEYS, "")), **fields(1, COMPLAINTS | {"year": "x"}))
    assert stored(draft) == [COMPLAINTS]


def test_a_hidden_mark_written_by_hand_saves_nothing_that_was_not_stored(client, draft):
    send(client, draft, **fields(2, TREES | {"year": "x"}), **{"indicators-2-was": "0123456789abcdef"})
    assert stored(draft) == [QUEUE, COMPLAINTS]
    mark = section_data(client, draft, "rezultaty")["indicators-0-was"]
    send(client, draft, **fields(2, TREES | {"year": "x"}), **{"indicators-2-was": mark})
    assert stored(draft) == [QUEUE, COMPLAINTS]


def test_every_wrong_row_has_its_sentence(client, draft):
    response = send(client, draft, **fields(0, QUEUE | {"name": ""}), **fields(1, COMPLAINTS | {"year": "12"}))
    page = response.content.decode()
    assert "Wiersz 1: napisz, co jest mierzone." in page
    assert "Wiersz 2: podaj rok czterema cyframi" in page
    assert stored(draft) == [QUEUE, COMPLAINTS]
