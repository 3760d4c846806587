"""Pages: who may open them, what they keep, how many queries they take."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from applications.models import Application
from contest.workflow import Phase
from jury.models import Assignment, AssignmentStatus
from tests.factories import make_juror, make_user
from tests.jury.helpers import add_entry, assign, make_jury, score
from tests.pressing import press, shown_in

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"jury:{name}", args=args)


# --- Officer ------------------------------------------------------------------------------------
@pytest.mark.case(35)
def test_the_officer_opens_the_scoring_after_a_preview(client):
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    client.force_login(jury.officer)
    address = url("open_scoring", jury.edition.slug)
    assert 'class="empty"' in client.get(address).content.decode()
    add_entry(jury.edition, state="ELIGIBLE")
    undecided = add_entry(jury.edition, state="SUBMITTED")
    assert undecided.number in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    Application.objects.filter(pk=undecided.pk).update(state="INELIGIBLE")
    assert "<form" in client.get(address).content.decode()
    assert press(client, address).url == url("assignments", jury.edition.slug)


def test_the_officer_sees_the_proposal_and_confirms_what_was_shown(jury, client):
    client.force_login(jury.officer)
    slug = jury.edition.slug
    page = client.get(url("proposal", slug)).content.decode()
    pairs = re.findall(r'name="pair" value="(\d+-\d+)"', page)
    assert len(pairs) == 4
    assert not Assignment.objects.exists()
    press(client, url("proposal", slug), {"pair": [*pairs, "x"]})
    assert {f"{a.application_id}-{a.juror_id}" for a in Assignment.objects.all()} == set(pairs)
    assert 'class="empty"' in client.get(url("proposal", slug)).content.decode()


def test_a_proposal_overtaken_by_hand_is_refused_and_says_who_reads_the_entry_now(jury, client):
    client.force_login(jury.officer)
    address = url("proposal", jury.edition.slug)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert len(asked) <= 12
    sent = {"pair": re.findall(r'name="pair" value="(\d+-\d+)"', page), "shown": shown_in(page)}
    first = jury.entries[0]
    for juror in jury.jurors[:2]:
        assign(first, juror, declared=False)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert Assignment.objects.count() == 2
    (difference,) = answer.context["shown"].differences
    assert difference.before == "Już przydzieleni: –; brakuje 2 jurorów"
    assert difference.after == "Już przydzieleni: Juror 1, Juror 2; brakuje 0 jurorów"
    page = answer.content.decode()
    again = {"pair": re.findall(r'name="pair" value="(\d+-\d+)"', page), "shown": shown_in(page)}
    assert client.post(address, again).status_code == 302
    assert Assignment.objects.count() == 4


def test_the_proposal_names_entries_without_enough_jurors(client):
    jury = make_jury(entries=1, jurors=0)
    client.force_login(jury.officer)
    assert jury.entries[0].number in client.get(url("proposal", jury.edition.slug)).content.decode()


def test_the_officer_adds_removes_and_releases_by_hand(jury, client):
    client.force_login(jury.officer)
    slug, entry = jury.edition.slug, jury.entries[0]
    data = {"entry": entry.pk, "juror": jury.jurors[0].pk}
    assert client.post(url("assignments", slug), data).status_code == 302
    row = Assignment.objects.get()
    assert client.post(url("remove_assignment", slug, row.pk)).status_code == 302
    assert not Assignment.objects.exists()
    assert client.post(url("assignments", slug), {"entry": "x"}).status_code == 422
    row = assign(entry, jury.jurors[0])
    address = url("release_juror", slug, row.pk)
    assert client.get(address).status_code == 200
    assert client.post(address, {"ground": ""}).status_code == 422
    assert press(client, address, {"ground": "Choroba."}).status_code == 302
    assert Assignment.objects.get().status == AssignmentStatus.RECUSED
    shown = client.get(url("assignments", slug), {"show": "recused"}).content.decode()
    assert entry.number in shown
    assert jury.entries[1].number not in shown


def test_the_assignments_page_leaves_out_jurors_in_conflict_and_says_why(jury, client):
    client.force_login(jury.officer)
    juror = jury.jurors[0]
    juror.employer = jury.entries[0].unit
    juror.save()
    page = client.get(url("assignments", jury.edition.slug)).content.decode()
    first = page[page.index(f'id="z{jury.entries[0].pk}"') : page.index(f'id="z{jury.entries[1].pk}"')]
    assert f'<option value="{juror.pk}">' not in first
    assert "Juror 1:" in first


@pytest.mark.parametrize("name", ["assignments", "proposal", "progress", "open_scoring"])
def test_the_organisers_pages_take_constant_queries_and_are_404_for_others(jury, client, name):
    address = url(name, jury.edition.slug)
    assert client.get(address).status_code == 302
    for person in (jury.jurors[0].user, jury.chair.user, make_user()):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(make_user("Auditor", Role.AUDITOR))
    assert client.get(address).status_code == 200
    if name not in ("progress",):
        assert client.post(address).status_code in (404, 405)
    client.force_login(jury.officer)
    counts = []
    for size in (1, 3):
        for _n in range(size):
            score(add_entry(jury.edition), (jury.jurors[0], 9), (jury.jurors[1], 2))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("name", ["assignments", "progress"])
def test_long_lists_come_a_page_at_a_time(jury, client, name):
    client.force_login(jury.officer)
    rest = [add_entry(jury.edition) for _n in range(50)]
    first, second = (client.get(url(name, jury.edition.slug), {"page": page}).content.decode() for page in (1, 2))
    assert "?page=2" in first
    assert rest[-1].number not in first
    assert rest[-1].number in second
    assert jury.entries[0].number not in second


def test_an_officer_who_sits_on_the_jury_sees_no_organisers_page(jury, client):
    make_juror(jury.edition, user=jury.officer, is_active=False)
    client.force_login(jury.officer)
    assert client.get(url("progress", jury.edition.slug)).status_code == 404


@pytest.mark.parametrize("phase", [Phase.CALL, Phase.FORMAL_REVIEW, Phase.VISITS, Phase.ANNOUNCED])
def test_the_organisers_pages_stand_in_every_phase(client, phase):
    jury = make_jury(entries=0, phase=phase)
    client.force_login(jury.officer)
    for name in ("assignments", "proposal", "progress", "open_scoring"):
        assert client.get(url(name, jury.edition.slug)).status_code == 200


def test_the_table_has_pages_and_an_act_leads_back_to_its_row(jury, client, monkeypatch):
    monkeypatch.setattr("jury.views.officer.PER_PAGE", 1)
    client.force_login(jury.officer)
    slug, (first, second) = jury.edition.slug, jury.entries
    page = client.get(url("assignments", slug), {"page": 2}).content.decode()
    assert second.number in page
    assert first.number not in page
    back = client.post(url("assignments", slug), {"entry": second.pk, "juror": jury.jurors[0].pk}).url
    assert back == f"{url('assignments', slug)}?page=2#z{second.pk}"
