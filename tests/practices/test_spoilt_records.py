"""One record that holds what no output can write does not take pages and lists of all of them along."""

import xml.etree.ElementTree as ET

import pytest
from django.db import connection

from practices.models import Practice
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db
UNSEEN = "a\u202eb\u2028c\x85d\x0be\ufffef"


def lists(client) -> dict[str, str]:
    """What each public list of the base answers."""
    found = {}
    for address in ("/praktyki/", "/praktyki/eksport.csv", "/praktyki/atom.xml", "/api/v1/practices/"):
        response = client.get(address)
        assert response.status_code == 200, address
        content = b"".join(response.streaming_content) if response.streaming else response.content
        found[address] = content.decode()
    return found


def pages(client, practice: Practice) -> None:
    assert client.get(practice.get_absolute_url()).status_code == 200
    assert client.get(f"/api/v1/practices/{practice.pk}/").status_code == 200


@pytest.mark.parametrize("indicators", ["null", "{}", '"x"', "[null]", '[{"name": null}]'])
def test_indicators_that_are_no_list_of_objects(client, indicators):
    spoilt, other = make_practice("Zepsuta"), make_practice("Dobra")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE practices_practice SET indicators = %s WHERE id = %s", [indicators, spoilt.pk])
    assert "Dobra" in lists(client)["/praktyki/eksport.csv"]
    pages(client, spoilt)
    pages(client, other)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL takes no half of a character")
def test_half_a_character_is_shown_as_a_replacement(client):
    spoilt, _other = make_practice("Zepsuta"), make_practice("Dobra")
    with connection.cursor() as cursor:
        given = [r'[{"name": "pół \ud800 znaku"}]', spoilt.pk]
        cursor.execute("UPDATE practices_practice SET indicators = %s WHERE id = %s", given)
    exported = lists(client)["/praktyki/eksport.csv"]
    assert "Dobra" in exported
    assert "pół \ufffd znaku" in exported
    pages(client, spoilt)


def test_what_nobody_sees_is_taken_out_of_old_rows_in_the_feed_and_the_file(client):
    practice = make_practice("Dobra")
    Practice.objects.filter(pk=practice.pk).update(title=UNSEEN, abstract=UNSEEN)
    shown = lists(client)
    assert '"ab\nc\nd\ne' in shown["/praktyki/eksport.csv"]
    texts = [item.text or "" for item in ET.fromstring(shown["/praktyki/atom.xml"]).iter()]
    assert "ab c d ef" in texts
    for address in ("/praktyki/eksport.csv", "/praktyki/atom.xml"):
        assert not set("\u202e\u2028\x85\x0b\ufffe") & set(shown[address]), address
