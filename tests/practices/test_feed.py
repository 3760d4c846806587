"""The Atom feed: well-formed whatever the database holds, plain text called plain text."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from practices.models import Practice
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    response = client.get(reverse("practices:atom"))
    assert response.status_code == 200
    return list(ElementTree.fromstring(response.content).iter(f"{ATOM}entry"))


def test_a_soft_line_break_frozen_in_a_title_does_not_ruin_the_feed(client):
    make_practice("Pierwsza")
    bad = make_practice("Druga")
    Practice.objects.filter(pk=bad.pk).update(title="Dru\x0bga", abstract="\x00\ufffe\x1b".replace("\x00", ""))
    assert {entry.findtext(f"{ATOM}title") for entry in entries(client)} == {"Pierwsza", "Dru ga"}


def test_a_summary_is_plain_text_and_says_so(client):
    make_practice("Praktyka", abstract="mniej niż < 5 % & <b>tyle</b>")
    (entry,) = entries(client)
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "text"
    assert summary.text == "mniej niż < 5 % & <b>tyle</b>"


def test_one_record_that_cannot_be_told_leaves_the_rest(client):
    make_practice("Dobra")
    bad = make_practice("Zła")
    Practice.objects.filter(pk=bad.pk).update(slug="")
    assert [entry.findtext(f"{ATOM}title") for entry in entries(client)] == ["Dobra"]
